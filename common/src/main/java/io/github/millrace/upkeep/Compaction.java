package io.github.millrace.upkeep;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Joins the files of days that are over, a day at a time: the day's files grow hidden, and then
 * {@link CompactedUpTo} moves behind them. The directories that were joined stay until readers that
 * listed them are done.
 *
 * @param output the directory
 * @param ledger of the output
 * @param files what a user calls the files that are joined, such as {@code files by window}
 * @param graceMicros how long these stay
 */
public record Compaction(
    String output, Ledger ledger, String files, long graceMicros, Configuration hadoop) {

  /** Publishes a day's rows in other files. */
  @FunctionalInterface
  public interface DayWriter {
    /**
     * Publishes.
     *
     * @param unit name of the unit
     * @param directories of the day
     * @param completion is to be called by the unit's own
     */
    LedgerEntry publish(
        String unit, LocalDate day, List<Path> directories, Unit.Completion completion)
        throws IOException;
  }

  /**
   * Compacts days, and removes what an earlier run has joined long enough ago.
   *
   * @param days the directories of each
   * @param out takes the lines that the user reads
   */
  public void run(SortedMap<LocalDate, List<Path>> days, DayWriter writer, Consumer<String> out)
      throws IOException {
    CompactedUpTo compacted = CompactedUpTo.of(output, hadoop);
    for (Map.Entry<LocalDate, List<Path>> day : days.entrySet()) {
      if (!compacted.covers(micros(day.getKey()))) {
        out.accept(compact(day.getKey(), day.getValue(), writer));
      }
    }
    for (Map.Entry<LocalDate, List<Path>> day : days.entrySet()) {
      out.accept(remove(day.getKey(), day.getValue()));
    }
  }

  private String compact(LocalDate day, List<Path> directories, DayWriter writer)
      throws IOException {
    checkNew(day);
    CompactedUpTo next = new CompactedUpTo(micros(day.plusDays(1)));
    LedgerEntry entry =
        writer.publish(unit(day), day, directories, unit -> next.move(unit, output));
    return "%s: %,d rows of %,d files are in %,d now"
        .formatted(day, entry.rows(), directories.size(), entry.files().size());
  }

  /** Without the file that an earlier run has left, its rows would be there twice. */
  private void checkNew(LocalDate day) throws IOException {
    if (ledger.committed(unit(day)).isPresent()) {
      throw new JobException(
          ExitCode.INTEGRITY,
          "%s says that %s is not compacted, but unit %s has done it; restore the file"
              .formatted(CompactedUpTo.file(output), day, unit(day)));
    }
  }

  private String remove(LocalDate day, List<Path> directories) throws IOException {
    Instant end = compactedAt(day, directories).plus(graceMicros, ChronoUnit.MICROS);
    if (Instant.now().isBefore(end)) {
      return "%s: the %,d %s stay until a run after %s"
          .formatted(day, directories.size(), files, end);
    }
    for (Path directory : directories) {
      if (!Storage.of(directory, hadoop).delete(directory, true)) {
        throw new JobException(
            ExitCode.FAILED,
            "cannot remove " + directory + "; see to its permissions, and start again");
      }
    }
    return "%s: removed the %,d %s".formatted(day, directories.size(), files);
  }

  private Instant compactedAt(LocalDate day, List<Path> directories) throws IOException {
    return ledger
        .committed(unit(day))
        .map(LedgerEntry::preparedAt)
        .orElseThrow(
            () ->
                new JobException(
                    ExitCode.INTEGRITY,
                    "%s lies before what is compacted, but no unit has compacted it; move it away"
                        .formatted(directories.get(0))));
  }

  private static String unit(LocalDate day) {
    return "compact-" + day;
  }

  /**
   * The start of a day in microseconds since 1970-01-01 UTC.
   *
   * @throws ArithmeticException if it is none of a timestamp
   */
  public static long micros(LocalDate day) {
    return DateTimeUtils.instantToMicros(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
