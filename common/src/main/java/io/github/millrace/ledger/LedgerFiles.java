package io.github.millrace.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Where entries stand in a ledger's directory.
 *
 * <pre>
 * prepared/UNIT.json           being published
 * 2026-11-27/UNIT.json         published on a day (UTC) that is open
 * closing/2026-11-26/UNIT.json of a day that takes no more, and is being rolled up
 * days/2026-11-26.jsonl        of a day that is rolled up, an entry a line
 * days/index.jsonl             a line for each of these days, {@link DaySummary}
 * UNIT.json, UNIT.prepared.json  by an earlier version, until the next publisher moves them
 * </pre>
 *
 * An entry only ever moves down this list, from {@code prepared} on, each time by a rename or after
 * it stands in its next place. So whoever looks from the top to the bottom finds it.
 */
final class LedgerFiles {
  static final String ENTRY = ".json";
  static final String EARLIER_PREPARED = ".prepared.json";
  private static final String ROLLED_UP = ".jsonl";

  private static final JsonMapper.Builder MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** On one line. */
  static final ObjectMapper JSON = MAPPER.build();

  final FileSystem fs;
  final Path root;

  LedgerFiles(Path root, Configuration hadoop) throws IOException {
    this.root = root;
    this.fs = Storage.of(root, hadoop);
  }

  Path prepared() {
    return new Path(root, "prepared");
  }

  Path prepared(String unit) {
    return new Path(prepared(), unit + ENTRY);
  }

  Path open(LocalDate day) {
    return new Path(root, day.toString());
  }

  Path closing() {
    return new Path(root, "closing");
  }

  Path closing(LocalDate day) {
    return new Path(closing(), day.toString());
  }

  Path closed() {
    return new Path(root, "days");
  }

  Path closed(LocalDate day) {
    return new Path(closed(), day + ROLLED_UP);
  }

  Path index() {
    return new Path(closed(), "index" + ROLLED_UP);
  }

  /** Days that take entries; and one that a process with a clock that is behind has begun anew. */
  NavigableSet<LocalDate> openDays() throws IOException {
    return days(root, "");
  }

  NavigableSet<LocalDate> closingDays() throws IOException {
    return days(closing(), "");
  }

  NavigableSet<LocalDate> closedDays() throws IOException {
    return days(closed(), ROLLED_UP);
  }

  /** The last day that takes no more entries; empty if there is none. */
  Optional<LocalDate> lastClosed() throws IOException {
    // In this order: a day is in one of them at any time.
    NavigableSet<LocalDate> days = closingDays();
    days.addAll(closedDays());
    return days.isEmpty() ? Optional.empty() : Optional.of(days.last());
  }

  private NavigableSet<LocalDate> days(Path directory, String suffix) throws IOException {
    NavigableSet<LocalDate> days = new TreeSet<>();
    each(
        directory,
        file -> {
          String name = file.getPath().getName();
          if (name.endsWith(suffix)) {
            try {
              days.add(LocalDate.parse(name.substring(0, name.length() - suffix.length())));
            } catch (DateTimeParseException e) {
              // Something else.
            }
          }
        });
    return days;
  }

  /** Entries of earlier versions, which have no directory for each day. */
  List<FileStatus> earlier(boolean prepared) throws IOException {
    List<FileStatus> found = entries(root);
    found.removeIf(file -> file.getPath().getName().endsWith(EARLIER_PREPARED) != prepared);
    return found;
  }

  /** The entries in a directory, in the order in which they were prepared. */
  List<FileStatus> entries(Path directory) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    each(
        directory,
        file -> {
          if (isEntry(file)) {
            found.add(file);
          }
        });
    // A rename keeps a file's time. A name breaks the tie.
    found.sort(
        Comparator.comparingLong(FileStatus::getModificationTime)
            .thenComparing(file -> file.getPath().getName()));
    return found;
  }

  boolean hasEntries(Path directory) throws IOException {
    try {
      RemoteIterator<FileStatus> files = fs.listStatusIterator(directory);
      while (files.hasNext()) {
        if (isEntry(files.next())) {
          return true;
        }
      }
    } catch (FileNotFoundException e) {
      // It was never made, or is closed.
    }
    return false;
  }

  private static boolean isEntry(FileStatus file) {
    String name = file.getPath().getName();
    return name.endsWith(ENTRY) && !name.startsWith(".") && !name.startsWith("_");
  }

  private void each(Path directory, Consumer<FileStatus> action) throws IOException {
    try {
      RemoteIterator<FileStatus> files = fs.listStatusIterator(directory);
      while (files.hasNext()) {
        action.accept(files.next());
      }
    } catch (FileNotFoundException e) {
      // It was never made, or is closed.
    }
  }

  /** The unit that a file is the entry of. */
  static String unit(FileStatus file) {
    String name = file.getPath().getName();
    String suffix = name.endsWith(EARLIER_PREPARED) ? EARLIER_PREPARED : ENTRY;
    return name.substring(0, name.length() - suffix.length());
  }

  /** An entry, whole and as it was written; empty if there is no such file. */
  Optional<JsonNode> tree(Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return Optional.of(JSON.readTree(in));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  Optional<LedgerEntry> entry(Path file) throws IOException {
    Optional<JsonNode> tree = tree(file);
    return tree.isEmpty() ? Optional.empty() : Optional.of(entry(tree.get()));
  }

  static LedgerEntry entry(JsonNode tree) throws JsonProcessingException {
    return JSON.treeToValue(tree, LedgerEntry.class);
  }

  /** Takes an entry. */
  @FunctionalInterface
  interface EntryReader {
    void read(JsonNode entry) throws IOException;
  }

  /** Reads the entries in a directory that are not known yet, and notes that they are. */
  void readDirectory(Path directory, Set<String> known, EntryReader reader) throws IOException {
    read(entries(directory), known, reader);
  }

  /** Reads those of some entries that are not known yet, and notes that they are. */
  void read(List<FileStatus> entries, Set<String> known, EntryReader reader) throws IOException {
    for (FileStatus file : entries) {
      String unit = unit(file);
      // One that is gone by now is in its next place.
      Optional<JsonNode> entry = known.contains(unit) ? Optional.empty() : tree(file.getPath());
      if (entry.isPresent()) {
        known.add(unit);
        reader.read(entry.get());
      }
    }
  }

  /** Reads the entries of a day that is rolled up, but for those that are known. */
  void readClosed(LocalDate day, Set<String> known, EntryReader reader) throws IOException {
    readLines(
        closed(day),
        JsonNode.class,
        entry -> {
          if (!known.contains(entry.path("unit").asText())) {
            reader.read(entry);
          }
        });
  }

  /** What the index has. */
  List<DaySummary> readIndex() throws IOException {
    List<DaySummary> summaries = new ArrayList<>();
    readLines(index(), DaySummary.class, summaries::add);
    return summaries;
  }

  private interface LineReader<T> {
    void read(T line) throws IOException;
  }

  private <T> void readLines(Path file, Class<T> type, LineReader<T> reader) throws IOException {
    try (InputStream in = fs.open(file);
        MappingIterator<T> lines = JSON.readerFor(type).readValues(in)) {
      while (lines.hasNextValue()) {
        reader.read(lines.nextValue());
      }
    } catch (FileNotFoundException e) {
      // There is nothing yet.
    }
  }
}
