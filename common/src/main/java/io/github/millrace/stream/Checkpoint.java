package io.github.millrace.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.Storage;
import io.github.millrace.ledger.Entry;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A stream's checkpoint, and the preflight that compares it with what is about to run: Spark itself
 * would silently drop or double data.
 */
public final class Checkpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a checkpoint was made with; kept in it as {@code millrace.json}. */
  private record Identity(String id, String job, Map<String, String> settings) {}

  /** Whose output it is; kept in the ledger as {@code _owner.json}. */
  private record Owner(String checkpoint, String path) {}

  private final String path;
  private final Identity identity;
  private final boolean isNew;
  private final Output output;
  private final Configuration hadoop;

  private Checkpoint(
      String path, Identity identity, boolean isNew, Output output, Configuration hadoop) {
    this.path = path;
    this.identity = identity;
    this.isNew = isNew;
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
   * @param takeover whether the output may change hands
   * @throws JobException with {@link ExitCode#INTEGRITY} if data could be lost or doubled
   */
  public static Checkpoint check(
      String path,
      String job,
      Map<String, String> settings,
      Output output,
      Takeover takeover,
      Configuration hadoop)
      throws IOException {
    Identity known = read(identityPath(path), Identity.class, hadoop);
    Owner owner = read(ownerPath(output), Owner.class, hadoop);
    if (known == null && !isFresh(path, hadoop)) {
      throw refused(
          "checkpoint " + path + " is not one of Millrace; set 'checkpoint' to an empty directory");
    }
    if (known != null) {
      compare(path, known, job, settings, takeover);
    }
    if (owner != null || hasBegun(path, hadoop)) {
      checkOwner(path, known, owner, output, takeover);
    }
    Identity identity =
        known == null
            ? new Identity(UUID.randomUUID().toString().substring(0, 8), job, settings)
            : known;
    return new Checkpoint(path, identity, known == null, output, hadoop);
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

  private static void checkOwner(
      String path, Identity known, Owner owner, Output output, Takeover takeover) {
    if (owner == null && known != null) {
      throw refused(
          ("checkpoint %s has records in the ledger %s, which is gone. Restore it; or, to read all"
                  + " input again, set 'checkpoint' to an empty directory")
              .formatted(path, output.ledger()));
    }
    boolean owns = owner != null && known != null && owner.checkpoint().equals(known.id());
    // One with records of its own may have begun what another has read since.
    boolean mayAdopt = takeover == Takeover.ALLOWED && known == null;
    if (owner != null && !owns && !mayAdopt) {
      throw refused(
          ("output %s belongs to the checkpoint %s (%s); a run from %s could write its records a"
                  + " second time. Go back to that checkpoint, choose another output, or %s")
              .formatted(output.root(), owner.path(), owner.checkpoint(), path, takeover.wayOut()));
    }
  }

  /**
   * Makes the checkpoint and takes the output over: completes what its former owner had begun to
   * publish, and notes as done what its ledger says is done.
   */
  void claim() throws IOException {
    Path ownerPath = ownerPath(output);
    Owner former = read(ownerPath, Owner.class, hadoop);
    if (isNew) {
      Publisher publisher = new Publisher(output, hadoop);
      if (former != null) {
        publisher.recover(former.checkpoint());
      }
      List<String> done =
          publisher.ledger().committed().stream()
              .flatMap(entry -> entry.sources().stream())
              .map(Entry.Source::file)
              .distinct()
              .toList();
      if (!done.isEmpty()) {
        new FileLog(new Path(path, "sources/0/files"), hadoop).addKnown(done);
      }
      write(identityPath(path), identity);
    }
    Owner current = new Owner(identity.id(), path);
    if (!current.equals(former)) {
      write(ownerPath, current);
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
  private static boolean hasBegun(String path, Configuration hadoop) throws IOException {
    Path offsets = new Path(path, "offsets");
    return Storage.of(offsets, hadoop).exists(offsets);
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

  private void write(Path path, Object value) throws IOException {
    Storage.of(path, hadoop).delete(path, false);
    Storage.writeNew(path, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value), hadoop);
  }

  private static JobException refused(String message) {
    return new JobException(ExitCode.INTEGRITY, message);
  }
}
