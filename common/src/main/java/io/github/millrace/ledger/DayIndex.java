package io.github.millrace.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;

/**
 * The days that are rolled up, in short. Read again when the file has changed; a day that it lacks,
 * since someone has removed it, is read itself.
 */
final class DayIndex {
  /** Of no file. */
  private static final FileStatus NONE = new FileStatus();

  private final LedgerFiles files;
  private FileStatus read;
  private List<DaySummary> summaries = List.of();

  DayIndex(LedgerFiles files) {
    this.files = files;
  }

  /** All days, in their order. */
  List<DaySummary> summaries() throws IOException {
    FileStatus found = status();
    if (read == null
        || found.getModificationTime() != read.getModificationTime()
        || found.getLen() != read.getLen()) {
      summaries = readAll();
      read = found;
    }
    return summaries;
  }

  private FileStatus status() throws IOException {
    try {
      return files.fs.getFileStatus(files.index());
    } catch (FileNotFoundException e) {
      return NONE;
    }
  }

  private List<DaySummary> readAll() throws IOException {
    TreeMap<LocalDate, DaySummary> byDay = new TreeMap<>();
    for (DaySummary summary : files.readIndex()) {
      byDay.put(summary.day(), summary);
    }
    for (LocalDate day : files.closedDays()) {
      if (!byDay.containsKey(day)) {
        byDay.put(day, summary(files, day));
      }
    }
    return new ArrayList<>(byDay.values());
  }

  /** What a day that is rolled up sums up to. */
  static DaySummary summary(LedgerFiles files, LocalDate day) throws IOException {
    DaySummary.Builder summary = new DaySummary.Builder(day);
    files.readClosed(day, Set.of(), entry -> summary.add(LedgerFiles.entry(entry)));
    return summary.build();
  }

  /** The day on which a unit was published, if that is one of some. */
  static Optional<LocalDate> dayOf(String unit, List<DaySummary> days) {
    return days.stream().filter(summary -> summary.has(unit)).map(DaySummary::day).findFirst();
  }
}
