package io.github.millrace.stream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractChange;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.source.file.FileLog;
import io.github.millrace.storage.LayoutVersion;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructType;

/**
 * A stream's checkpoint, and the preflight that compares it with what is about to run: Spark itself
 * would silently drop or double data.
 */
public final class Checkpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How its files lie; the first layout did not say so. */
  private static final int LAYOUT = 2;

  /**
   * What a checkpoint was made with; kept in it as {@code millrace.json}.
   *
   * @param layout how its files lie; null by a version that did not say it
   * @param contract by which it was last started; null by a version that did not say it
   * @param former by which it was written before; null if nothing was
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Identity(
      String id,
      String job,
      Map<String, String> settings,
      LayoutVersion layout,
      WrittenBy contract,
      WrittenBy former) {
    Identity current(WrittenBy by, WrittenBy before) {
      return new Identity(id, job, settings, LayoutVersion.current(LAYOUT), by, before);
    }

    boolean isOfEarlierLayout() {
      return layout == null || layout.layout() < LAYOUT;
    }
  }

  /**
   * A contract by which rows were written.
   *
   * @param columns as DDL
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record WrittenBy(String version, String columns) {
    static WrittenBy of(Contract contract) {
      return new WrittenBy(contract.version(), ContractChange.columns(contract).toDDL());
    }

    ContractChange to(WrittenBy now) {
      return ContractChange.between(StructType.fromDDL(columns), StructType.fromDDL(now.columns));
    }
  }

  /** Whose output it is; kept in the ledger as {@code _owner.json}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Owner(String checkpoint, String path) {}

  private static final Owner UNKNOWN = new Owner("unknown", "a checkpoint that it does not name");

  private final String path;
  private final Identity identity;
  private final Contract contract;
  private final Takeover takeover;
  private final Output output;
  private final Configuration hadoop;

  private Checkpoint(
      String path,
      Identity identity,
      Contract contract,
      Takeover takeover,
      Output output,
      Configuration hadoop) {
    this.path = path;
    this.identity = identity;
    this.contract = contract;
    this.takeover = takeover;
    this.output = output;
    this.hadoop = hadoop;
  }

  /** The directory. */
  public String path() {
    return path;
  }

  /** The name under which the checkpoint's units stand in the ledger. */
  public String id() {
    return identity.id();
  }

  /** The name of a batch's unit. */
  public String unit(long batch) {
    return "%s-%08d".formatted(id(), batch);
  }

  /**
   * Checks that the job may go on from the checkpoint to the output. Writes nothing.
   *
   * @param settings what must not change over the life of a checkpoint
   * @param contract of the columns that are written; it may change as {@link ContractChange} says
   * @param takeover whether the output may change hands
   * @throws JobException with {@link ExitCode#INTEGRITY} if data could be lost or doubled
   */
  public static Checkpoint check(
      String path,
      String job,
      Map<String, String> settings,
      Contract contract,
      Output output,
      Takeover takeover,
      Configuration hadoop)
      throws IOException {
    Identity known = read(identityPath(path), Identity.class, hadoop);
    if (known == null && !isFresh(path, hadoop)) {
      throw refused(
          "checkpoint " + path + " is not one of Millrace; set 'checkpoint' to an empty directory");
    }
    if (known != null) {
      if (known.layout() != null) {
        known.layout().check(LAYOUT, "checkpoint " + path);
      }
      compare(path, known, job, settings, takeover);
    }
    Identity identity =
        known == null
            ? new Identity(
                UUID.randomUUID().toString().substring(0, 8), job, settings, null, null, null)
            : known;
    Checkpoint checkpoint = new Checkpoint(path, identity, contract, takeover, output, hadoop);
    checkpoint.checkContract(known);
    checkpoint.checkOwner(checkpoint.owner());
    checkpoint.checkFits();
    return checkpoint;
  }

  private static void compare(
      String path, Identity known, String job, Map<String, String> settings, Takeover takeover) {
    Map<String, String> before = new TreeMap<>(known.settings());
    before.put("job", known.job());
    Map<String, String> now = new TreeMap<>(settings);
    now.put("job", job);
    StringBuilder changes = new StringBuilder();
    now.forEach(
        (key, value) -> {
          if (!value.equals(before.get(key))) {
            changes.append("\n  %s was '%s', is '%s'".formatted(key, before.get(key), value));
          }
        });
    if (!changes.isEmpty()) {
      throw refused(
          "checkpoint "
              + path
              + " was made with other settings:"
              + changes
              + "\nGo back to these, or "
              + takeover.wayOut());
    }
  }

  private void checkContract(Identity known) throws IOException {
    WrittenBy before = writtenBy(known);
    List<String> refused = before == null ? List.of() : before.to(WrittenBy.of(contract)).refused();
    if (!refused.isEmpty()) {
      throw refused(
          ("checkpoint %s was written by contract %s %s, and version %s does not fit what was written:\n"
                  + "  %s\nDo so, or %s")
              .formatted(
                  path,
                  contract.id(),
                  before.version(),
                  contract.version(),
                  String.join("\n  ", refused),
                  takeover.wayOut()));
    }
  }

  /**
   * The contract by which rows were written last: a start that came to no batch has written none,
   * and what it had in its contract by mistake may be taken back. Null if that is not known.
   */
  private WrittenBy writtenBy(Identity known) throws IOException {
    long last = lastBatch(path, hadoop);
    if (known == null || last < 0) {
      return null;
    }
    if (known.former() == null) {
      return known.contract();
    }
    Ledger ledger = new Ledger(output.ledger(), hadoop);
    // The last batch that was begun may have come to no unit.
    for (long batch = last; batch >= Math.max(0, last - 1); batch--) {
      Optional<LedgerEntry> entry = ledger.prepared(unit(batch));
      entry = entry.isPresent() ? entry : ledger.committed(unit(batch));
      if (entry.isPresent()) {
        return entry.get().contract().version().equals(known.contract().version())
            ? known.contract()
            : known.former();
      }
    }
    return known.former();
  }

  /** What has changed in the contract since rows were last written, a line for each. */
  public List<String> contractChanges() throws IOException {
    WrittenBy before = writtenBy(identity);
    WrittenBy now = WrittenBy.of(contract);
    if (before == null || before.equals(now)) {
      return List.of();
    }
    List<String> changes = new ArrayList<>();
    String versions =
        "contract %s %s, was %s".formatted(contract.id(), now.version(), before.version());
    before.to(now).taken().forEach(change -> changes.add(versions + ": " + change));
    if (changes.isEmpty()) {
      changes.add(versions + ": the columns are the same");
    } else if (before.version().equals(now.version())) {
      changes.add(versions + ": columns have changed, so give it a version of its own");
    }
    return changes;
  }

  /** The checkpoint whose output it is, which a ledger without one does not name; or null. */
  private Owner owner() throws IOException {
    Owner owner = read(ownerPath(output), Owner.class, hadoop);
    boolean isForeign =
        owner == null && !hasBegun() && !new Ledger(output.ledger(), hadoop).isEmpty();
    return isForeign ? UNKNOWN : owner;
  }

  private void checkOwner(Owner owner) throws IOException {
    if (owner == null && hasBegun()) {
      throw refused(
          ("checkpoint %s has records in the ledger %s, which is gone. Restore it; or, to read all"
                  + " input again, set 'checkpoint' to an empty directory")
              .formatted(path, output.ledger()));
    }
    // One with records of its own may have begun what another has read since.
    boolean mayAdopt =
        takeover == Takeover.ALLOWED && !hasBegun() && !FileLog.hasTakenUp(filesPath(), hadoop);
    if (owner != null && !owns(owner) && !mayAdopt) {
      throw refused(
          ("output %s belongs to the checkpoint %s (%s); a run from %s could write its records a"
                  + " second time. Go back to that checkpoint, choose another output, or %s")
              .formatted(output.root(), owner.path(), owner.checkpoint(), path, takeover.wayOut()));
    }
  }

  /**
   * Checks that checkpoint and output are of the same time. A checkpoint that was restored from a
   * backup, or was copied and gone on with elsewhere, would take a batch for done that it has not
   * begun, whatever it holds now; an output that was restored lacks what the checkpoint has as
   * done.
   */
  private void checkFits() throws IOException {
    Ledger ledger = new Ledger(output.ledger(), hadoop);
    long last = lastBatch(path, hadoop);
    String next = unit(last + 1);
    if (isBegun(ledger, next)) {
      throw refused(
          ("checkpoint %s is older than output %s: the ledger has unit %s, and the last batch that the"
                  + " checkpoint has begun is %d. It was restored from a backup, or a copy of it has gone"
                  + " on. Use the latest one, or %s")
              .formatted(path, output.root(), next, last, takeover.wayOut()));
    }
    long done = last(new Path(path, "commits"), hadoop);
    if (done >= 0 && !isBegun(ledger, unit(done))) {
      throw refused(
          ("output %s is older than checkpoint %s: the ledger lacks unit %s, which the checkpoint has as"
                  + " done. It was restored from a backup. Use the latest one, or %s")
              .formatted(output.root(), path, unit(done), takeover.wayOut()));
    }
  }

  /** Whether a batch is in the ledger, or will be once it is completed. */
  public boolean hasPublished(long batch) throws IOException {
    return isBegun(new Ledger(output.ledger(), hadoop), unit(batch));
  }

  private static boolean isBegun(Ledger ledger, String unit) throws IOException {
    return ledger.prepared(unit).isPresent() || ledger.committed(unit).isPresent();
  }

  /** The last batch that was begun from a checkpoint, or -1. */
  public static long lastBatch(String checkpoint, Configuration hadoop) throws IOException {
    return last(new Path(checkpoint, "offsets"), hadoop);
  }

  /** The highest number that is a name in a directory, or -1. */
  private static long last(Path directory, Configuration hadoop) throws IOException {
    FileSystem fs = Storage.of(directory, hadoop);
    if (!fs.exists(directory)) {
      return -1;
    }
    return Arrays.stream(fs.listStatus(directory))
        .map(status -> status.getPath().getName())
        .filter(name -> name.chars().allMatch(Character::isDigit))
        .mapToLong(Long::parseLong)
        .max()
        .orElse(-1);
  }

  private boolean owns(Owner owner) {
    return owner != null && owner.checkpoint().equals(identity.id());
  }

  /**
   * Makes the checkpoint, takes the output over, and notes as done what its ledger says is done.
   *
   * @param publisher who holds the output, so that nobody else does the same
   * @throws JobException with {@link ExitCode#INTEGRITY} if the output has become another's since
   *     the check, or with {@link ExitCode#FAILED} if the checkpoint has
   */
  public void claim(Publisher publisher) throws IOException {
    Owner former = owner();
    checkOwner(former);
    checkFits();
    Identity known = read(identityPath(path), Identity.class, hadoop);
    checkUnchanged(known);
    if (!owns(former)) {
      adopt(publisher.ledger());
    }
    // Another run may have come first, by another contract.
    checkContract(known);
    if (known != null
        && (known.isOfEarlierLayout() || !WrittenBy.of(contract).equals(known.contract()))) {
      upgrade(known, publisher);
    }
    Owner current = new Owner(identity.id(), path);
    if (!current.equals(former)) {
      publisher.lease().replace(ownerPath(output), json(current));
    }
    // By which an earlier version was fenced: where one runs still, it publishes nothing more.
    Path lease = new Path(path, "_lease");
    Storage.of(lease, hadoop).delete(lease, true);
  }

  /**
   * From here on an earlier version keeps its hands off, and the contract is the one of what is
   * written.
   */
  private void upgrade(Identity known, Publisher publisher) throws IOException {
    Path own = new Path(path, "." + identityPath(path).getName() + "." + UUID.randomUUID());
    Storage.writeNew(own, json(known.current(WrittenBy.of(contract), writtenBy(known))), hadoop);
    if (!publisher.lease().isHeld()) {
      throw new JobException(
          ExitCode.FAILED,
          "another run has taken over output %s; this one was paused".formatted(output.root()));
    }
    Storage.replace(own, identityPath(path), hadoop);
  }

  private void checkUnchanged(Identity known) {
    if (known != null && !known.id().equals(identity.id())) {
      throw new JobException(
          ExitCode.FAILED,
          "checkpoint %s was begun by another run just now; start again".formatted(path));
    }
  }

  private void adopt(Ledger ledger) throws IOException {
    if (!ledger.isEmpty()) {
      new FileLog(filesPath(), hadoop)
          .addKnown(
              paths ->
                  ledger.read(
                      day -> true,
                      entry -> {
                        for (LedgerEntry.Source source : entry.sources()) {
                          paths.accept(source.file());
                        }
                      }));
    }
    if (read(identityPath(path), Identity.class, hadoop) == null) {
      Storage.writeNew(
          identityPath(path), json(identity.current(WrittenBy.of(contract), null)), hadoop);
    }
  }

  /** Whether there is nothing but what a first start leaves that was cut off. */
  private static boolean isFresh(String path, Configuration hadoop) throws IOException {
    Path directory = new Path(path);
    FileSystem fs = Storage.of(directory, hadoop);
    if (!fs.exists(directory)) {
      return true;
    }
    for (FileStatus child : fs.listStatus(directory)) {
      String name = child.getPath().getName();
      if (!name.startsWith(".") && !name.equals("_lease") && !name.equals("sources")) {
        return false;
      }
    }
    return true;
  }

  /** Whether a batch has ever been begun from the checkpoint. */
  private boolean hasBegun() throws IOException {
    Path offsets = new Path(path, "offsets");
    return Storage.of(offsets, hadoop).exists(offsets);
  }

  private Path filesPath() {
    return new Path(path, "sources/0/files");
  }

  private static Path identityPath(String checkpoint) {
    return new Path(checkpoint, "millrace.json");
  }

  private static Path ownerPath(Output output) {
    return new Path(output.ledger(), "_owner.json");
  }

  private static <T> T read(Path path, Class<T> type, Configuration hadoop) throws IOException {
    try (InputStream in = Storage.of(path, hadoop).open(path)) {
      return JSON.readValue(in, type);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  private static byte[] json(Object value) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }

  private static JobException refused(String message) {
    return new JobException(ExitCode.INTEGRITY, message);
  }
}
