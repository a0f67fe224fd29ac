package io.github.millrace.ledger;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.storage.LayoutVersion;
import io.github.millrace.storage.Lease;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The entries of one output, by the day on which they were published. An entry's place is its
 * state: {@code prepared/} until every file of the unit is in place, the directory of a day from
 * then on; the rename between them is the commit. A day that is over is rolled up into one file
 * ({@link RollUp}). {@link LedgerFiles} has the places.
 *
 * <p>No day that is over is read to find whether a unit is published, or what is prepared.
 */
public final class Ledger {
  /** The directories that this version reads and writes; the first had no days. */
  static final int LAYOUT = 2;

  private static final int TRIES = 5;

  /** By how much the clocks of two processes, or of one and a file system, may differ. */
  public static final Duration CLOCKS_APART = Duration.ofMinutes(10);

  private final LedgerFiles files;
  private final Configuration hadoop;
  private final Clock clock;
  private final DayIndex index;

  /** The day that takes what is published now; null where that is to be found out. */
  private LocalDate open;

  /**
   * The ledger in a directory, which need not exist.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if a later version has written it
   */
  public Ledger(String directory, Configuration hadoop) throws IOException {
    this(directory, hadoop, Clock.systemUTC());
  }

  Ledger(String directory, Configuration hadoop, Clock clock) throws IOException {
    this.hadoop = hadoop;
    this.clock = clock;
    this.files = new LedgerFiles(new Path(directory), hadoop);
    this.index = new DayIndex(files);
    LayoutVersion.check(files.root, LAYOUT, "ledger", hadoop);
  }

  /** Where stands who publishes to the output of a ledger. */
  public static Path roles(String directory) {
    return new Path(directory, "_lease");
  }

  /** The entry of a unit that is published. */
  public Optional<LedgerEntry> committed(String unit) throws IOException {
    String name = unit + LedgerFiles.ENTRY;
    Optional<LedgerEntry> entry = files.entry(new Path(files.root, name));
    if (entry.isEmpty()) {
      entry = find(name, files.openDays(), files::open);
    }
    if (entry.isEmpty()) {
      entry = find(name, files.closingDays(), files::closing);
    }
    return entry.isPresent() ? entry : rolledUp(unit);
  }

  private Optional<LedgerEntry> find(
      String name, Set<LocalDate> days, Function<LocalDate, Path> directory) throws IOException {
    for (LocalDate day : days) {
      Optional<LedgerEntry> entry = files.entry(new Path(directory.apply(day), name));
      if (entry.isPresent()) {
        return entry;
      }
    }
    return Optional.empty();
  }

  private Optional<LedgerEntry> rolledUp(String unit) throws IOException {
    Optional<LocalDate> day = DayIndex.dayOf(unit, index.summaries());
    return day.isEmpty() ? Optional.empty() : Optional.of(rolledUp(day.get(), Set.of(unit)).get(0));
  }

  private List<LedgerEntry> rolledUp(LocalDate day, Set<String> units) throws IOException {
    List<LedgerEntry> found = new ArrayList<>();
    files.readClosed(
        day,
        Set.of(),
        entry -> {
          if (units.contains(entry.path("unit").asText())) {
            found.add(LedgerFiles.entry(entry));
          }
        });
    if (found.size() < units.size()) {
      throw new JobException(
          ExitCode.INTEGRITY,
          "%s lacks units that were published on that day (%s); restore the file and start again"
              .formatted(files.closed(day), units));
    }
    return found;
  }

  /** The entries of those of some units that are published; reads each day once. */
  public List<LedgerEntry> committed(Set<String> units) throws IOException {
    List<LedgerEntry> found = new ArrayList<>();
    SortedMap<LocalDate, Set<String>> rolledUp = new TreeMap<>();
    List<DaySummary> days = index.summaries();
    for (String unit : units) {
      Optional<LocalDate> day = DayIndex.dayOf(unit, days);
      if (day.isPresent()) {
        rolledUp.computeIfAbsent(day.get(), date -> new HashSet<>()).add(unit);
      } else {
        committed(unit).ifPresent(found::add);
      }
    }
    for (Map.Entry<LocalDate, Set<String>> day : rolledUp.entrySet()) {
      found.addAll(rolledUp(day.getKey(), day.getValue()));
    }
    return found;
  }

  /** The entry of a unit whose publication has begun and not ended. */
  public Optional<LedgerEntry> prepared(String unit) throws IOException {
    Optional<LedgerEntry> earlier =
        files.entry(new Path(files.root, unit + LedgerFiles.EARLIER_PREPARED));
    return earlier.isPresent() ? earlier : files.entry(files.prepared(unit));
  }

  /** The units whose publication has begun and not ended, in the order of that. */
  public List<LedgerEntry> prepared() throws IOException {
    List<FileStatus> found = files.earlier(true);
    found.addAll(files.entries(files.prepared()));
    List<LedgerEntry> entries = new ArrayList<>();
    for (FileStatus file : found) {
      // It may be committed by now.
      files.entry(file.getPath()).ifPresent(entries::add);
    }
    entries.sort(Comparator.comparing(LedgerEntry::preparedAt).thenComparing(LedgerEntry::unit));
    return entries;
  }

  /**
   * Writes an entry down, whole or not at all, if the lease is held at that moment. From here on
   * the unit will be published.
   *
   * @param lease of a role of this ledger
   */
  public void prepare(LedgerEntry entry, Lease lease) throws IOException {
    files.fs.mkdirs(files.prepared());
    lease.publish(
        files.prepared(entry.unit()),
        LedgerFiles.JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(entry));
  }

  /** Marks a prepared unit as published, unless another has. */
  public void commit(String unit) throws IOException {
    Path prepared = files.prepared(unit);
    for (int i = 0; i < TRIES; i++) {
      Path committed = new Path(openDay(), unit + LedgerFiles.ENTRY);
      if (rename(prepared, committed)) {
        return;
      }
      if (!files.fs.exists(prepared)) {
        if (committed(unit).isEmpty()) {
          throw new IOException("unit %s is neither prepared nor published".formatted(unit));
        }
        return;
      }
      // The day was closed just now.
      open = null;
    }
    throw new IOException("cannot rename %s into a day of the ledger".formatted(prepared));
  }

  private boolean rename(Path from, Path to) throws IOException {
    try {
      return files.fs.rename(from, to);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** The directory that takes what is published now. */
  private Path openDay() throws IOException {
    LocalDate today = LocalDate.now(clock);
    if (open == null || open.isBefore(today)) {
      // Never a day that a reader may have done with.
      LocalDate first = files.lastClosed().map(day -> day.plusDays(1)).orElse(today);
      open = first.isAfter(today) ? first : today;
      files.fs.mkdirs(files.open(open));
    }
    return files.open(open);
  }

  /** Whether nothing has been published or prepared. */
  public boolean isEmpty() throws IOException {
    if (files.hasEntries(files.root) || files.hasEntries(files.prepared())) {
      return false;
    }
    for (LocalDate day : files.openDays()) {
      if (files.hasEntries(files.open(day))) {
        return false;
      }
    }
    return files.lastClosed().isEmpty();
  }

  /**
   * Gives what earlier versions have written its place, and says in the directory which version
   * writes there now. For whoever has a role.
   */
  public void upgrade() throws IOException {
    LayoutVersion.mark(files.root, LAYOUT, hadoop);
    for (FileStatus file : files.earlier(true)) {
      files.fs.mkdirs(files.prepared());
      Storage.renameIfThere(file.getPath(), files.prepared(LedgerFiles.unit(file)), files.fs);
    }
    Set<Path> made = new HashSet<>();
    Optional<LocalDate> lastClosed = files.lastClosed();
    for (FileStatus file : files.earlier(false)) {
      LocalDate written = written(file);
      boolean isClosed = lastClosed.isPresent() && !written.isAfter(lastClosed.get());
      Path day = isClosed ? openDay() : files.open(written);
      if (made.add(day)) {
        files.fs.mkdirs(day);
      }
      Storage.renameIfThere(file.getPath(), new Path(day, file.getPath().getName()), files.fs);
    }
  }

  private static LocalDate written(FileStatus file) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(file.getModificationTime()), ZoneOffset.UTC);
  }

  /** The days that are rolled up, in their order. */
  public List<DaySummary> days() throws IOException {
    return index.summaries();
  }

  /** Takes entries, one by one. */
  @FunctionalInterface
  public interface EntryConsumer {
    void accept(LedgerEntry entry) throws IOException;
  }

  /**
   * Reads the units that are published, day by day, and those of a day in the order in which they
   * were prepared. May be called at any time.
   *
   * @param meant the days of publication (UTC) that are to be read
   */
  public void read(Predicate<LocalDate> meant, EntryConsumer consumer) throws IOException {
    read(meant, file -> true, consumer);
  }

  private void read(
      Predicate<LocalDate> meant, Predicate<FileStatus> isWanted, EntryConsumer consumer)
      throws IOException {
    LedgerFiles.EntryReader reader = entry -> consumer.accept(LedgerFiles.entry(entry));
    Set<String> known = new HashSet<>();
    List<FileStatus> earlier = files.earlier(false);
    earlier.removeIf(file -> !meant.test(written(file)) || !isWanted.test(file));
    files.read(earlier, known, reader);
    for (LocalDate day : allDays()) {
      if (meant.test(day)) {
        for (Path directory : List.of(files.open(day), files.closing(day))) {
          List<FileStatus> entries = files.entries(directory);
          entries.removeIf(isWanted.negate());
          files.read(entries, known, reader);
        }
        files.readClosed(day, known, reader);
      }
    }
  }

  /**
   * Reads the units that were prepared at a time or later, as {@link #read} does. Of the days that
   * are open it opens none but the entries that can be of then.
   */
  public void readSince(Instant from, EntryConsumer consumer) throws IOException {
    Instant written = from.minus(CLOCKS_APART);
    LocalDate first = LocalDate.ofInstant(written, ZoneOffset.UTC);
    read(
        day -> !day.isBefore(first),
        file -> file.getModificationTime() >= written.toEpochMilli(),
        entry -> {
          if (!entry.preparedAt().isBefore(from)) {
            consumer.accept(entry);
          }
        });
  }

  private Set<LocalDate> allDays() throws IOException {
    NavigableSet<LocalDate> days = files.openDays();
    days.addAll(files.closingDays());
    days.addAll(files.closedDays());
    return days;
  }

  /**
   * Reads the units that were published since a reader has come to a cursor, each once.
   *
   * @return how far it has come now
   */
  public Cursor readAfter(Cursor cursor, EntryConsumer consumer) throws IOException {
    NavigableSet<LocalDate> open = files.openDays();
    NavigableSet<LocalDate> closing = files.closingDays();
    NavigableSet<LocalDate> closed = files.closedDays();
    LocalDate through = cursor.through();
    Set<String> units = new HashSet<>(cursor.units());
    Set<String> ofLaterDays = new HashSet<>();
    LedgerFiles.EntryReader reader =
        entry -> {
          String unit = entry.path("unit").asText();
          ofLaterDays.add(unit);
          if (units.add(unit)) {
            consumer.accept(LedgerFiles.entry(entry));
          }
        };
    for (LocalDate day : since(closed, through)) {
      if (closing.isEmpty() || day.isBefore(closing.first())) {
        files.readClosed(day, Set.of(), reader);
        ofLaterDays.clear();
        through = day;
      }
    }
    NavigableSet<LocalDate> over = new TreeSet<>(closed);
    over.addAll(closing);
    for (LocalDate day : since(over, through)) {
      Set<String> known = new HashSet<>();
      files.readDirectory(files.closing(day), known, reader);
      files.readClosed(day, known, reader);
    }
    // One that is over and has begun anew is passed over: its entries are moved to one that is not.
    for (LocalDate day : over.isEmpty() ? open : open.tailSet(over.last(), false)) {
      Set<String> known = new HashSet<>();
      files.readDirectory(files.open(day), known, reader);
      files.readDirectory(files.closing(day), known, reader);
      files.readClosed(day, known, reader);
    }
    files.read(files.earlier(false), new HashSet<>(), reader);
    return new Cursor(through, ofLaterDays);
  }

  private static Set<LocalDate> since(NavigableSet<LocalDate> days, LocalDate through) {
    return through == null ? days : days.tailSet(through, false);
  }

  /** An entry on one line. */
  public static String json(LedgerEntry entry) throws IOException {
    return LedgerFiles.JSON.writeValueAsString(entry);
  }
}
