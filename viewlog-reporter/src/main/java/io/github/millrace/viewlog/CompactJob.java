package io.github.millrace.viewlog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import io.github.millrace.window.OpenWindows;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataTypes;

/**
 * Joins the files of old reports, a day at a time: the day's files grow hidden, and then the {@link
 * CompactedUpTo} moves behind them. The files by window stay until readers that listed them are
 * done.
 *
 * @param before the first day that is left as it is
 * @param grace how long files by window stay
 */
record CompactJob(ReportPlan plan, LocalDate before, TimeSpan grace) implements Job {

  @Override
  public SparkSettings sparkSettings() {
    // Many small files to a task, and found by listing them here: a task for each takes far longer.
    Map<String, String> reading =
        Map.of(
            "spark.sql.files.openCostInBytes",
            "64k",
            "spark.sql.sources.parallelPartitionDiscovery.threshold",
            Integer.toString(Integer.MAX_VALUE));
    return plan.sparkSettings()
        .plus(SparkSettings.preferring(reading))
        // Each network's file of a day is written by one task.
        .plus(SparkSettings.ofShuffles(8));
  }

  @Override
  public String describe() {
    return plan.described(
        "would compact the reports before %s in %s"
            .formatted(before, plan.config().output().path()));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    plan.warn(out);
    try (Correction amendment = Correction.begin(plan, out)) {
      OpenWindows open = plan.openWindows();
      checkClosed(open);
      SortedMap<LocalDate, List<WindowDirectory>> days = days();
      CompactedUpTo boundary = CompactedUpTo.of(plan.config().output().path(), plan.hadoop());
      for (Map.Entry<LocalDate, List<WindowDirectory>> day : days.entrySet()) {
        if (!boundary.covers(micros(day.getKey()))) {
          out.accept(compact(session, amendment, open, day.getKey(), day.getValue()));
        }
      }
      remove(days, amendment.ledger(), out);
    }
  }

  private void checkClosed(OpenWindows open) {
    long length = plan.config().window().micros();
    long last = Math.floorDiv(micros(before) - 1, length) * length;
    if (last + length > open.watermark()) {
      throw new JobException(
          ExitCode.FAILED,
          ("--before: is %s, but the window of %s is open, for report has come to %s only."
                  + " Nothing was changed. Compact up to an earlier day, or again later")
              .formatted(
                  before,
                  DateTimeUtils.microsToInstant(last),
                  DateTimeUtils.microsToInstant(open.watermark())));
    }
  }

  /** The directories of each day that is meant. */
  private SortedMap<LocalDate, List<WindowDirectory>> days() throws IOException {
    return WindowDirectory.of(plan.config().output().path(), plan.hadoop()).stream()
        .filter(directory -> directory.day().isBefore(before))
        .collect(Collectors.groupingBy(WindowDirectory::day, TreeMap::new, Collectors.toList()));
  }

  private String compact(
      SparkSession session,
      Correction amendment,
      OpenWindows open,
      LocalDate day,
      List<WindowDirectory> directories)
      throws IOException {
    checkNew(amendment.ledger(), day);
    Dataset<Row> reports = reports(session, directories);
    // Counted apart from the writing, so that a row lost in between does not balance.
    LedgerEntry.Source source =
        new LedgerEntry.Source(
            "%d windows of %s".formatted(directories.size(), day), reports.count());
    LedgerEntry entry =
        amendment.refile(
            unit(day),
            rows(reports, day),
            open,
            Filing.BY_DAY,
            unit -> {
              unit.read(source);
              new CompactedUpTo(micros(day.plusDays(1))).move(unit, plan.config().output().path());
            });
    return "%s: %,d rows of %,d files are in %,d now"
        .formatted(day, entry.rows(), directories.size(), entry.files().size());
  }

  /** Without the boundary that an earlier run has left, its rows would be there twice. */
  private void checkNew(Ledger ledger, LocalDate day) throws IOException {
    if (ledger.committed(unit(day)).isPresent()) {
      throw new JobException(
          ExitCode.INTEGRITY,
          "%s says that %s is not compacted, but unit %s has done it; restore the file"
              .formatted(CompactedUpTo.file(plan.config().output().path()), day, unit(day)));
    }
  }

  private Dataset<Row> reports(SparkSession session, List<WindowDirectory> directories) {
    return session
        .read()
        .schema(Reports.SCHEMA)
        .option("basePath", plan.config().output().path())
        .parquet(
            directories.stream()
                .map(directory -> directory.path().toString())
                .toArray(String[]::new));
  }

  private static Dataset<Row> rows(Dataset<Row> reports, LocalDate day) {
    Column[] columns =
        Arrays.stream(Filing.BY_DAY.schema().fieldNames())
            .map(name -> name.equals(Reports.DAY) ? lit(day).as(name) : col(name))
            .toArray(Column[]::new);
    return reports.select(
        struct(columns).as(SinkColumns.GOOD),
        lit(null).cast(SinkColumns.BAD_RECORD).as(SinkColumns.BAD),
        lit(true).as(SinkColumns.FIRST),
        lit(null).cast(DataTypes.IntegerType).as(SinkColumns.UNKNOWN_FIELDS),
        lit(null).cast(SinkColumns.TALLY_RECORD).as(SinkColumns.TALLY));
  }

  /** Removes what was compacted long enough ago. */
  private void remove(
      SortedMap<LocalDate, List<WindowDirectory>> days, Ledger ledger, Consumer<String> out)
      throws IOException {
    Instant now = Instant.now();
    for (Map.Entry<LocalDate, List<WindowDirectory>> day : days.entrySet()) {
      List<WindowDirectory> directories = day.getValue();
      Instant end =
          compacted(ledger, day.getKey(), directories).plus(grace.micros(), ChronoUnit.MICROS);
      if (now.isBefore(end)) {
        out.accept(
            "%s: the %,d files by window stay until a run after %s"
                .formatted(day.getKey(), directories.size(), end));
      } else {
        delete(directories);
        out.accept(
            "%s: removed the %,d files by window".formatted(day.getKey(), directories.size()));
      }
    }
  }

  /** When the day was compacted. */
  private static Instant compacted(Ledger ledger, LocalDate day, List<WindowDirectory> directories)
      throws IOException {
    return ledger
        .committed(unit(day))
        .map(LedgerEntry::preparedAt)
        .orElseThrow(
            () ->
                new JobException(
                    ExitCode.INTEGRITY,
                    "%s lies before what is compacted, but no unit has compacted it; move it away"
                        .formatted(directories.get(0).path())));
  }

  private void delete(List<WindowDirectory> directories) throws IOException {
    for (WindowDirectory directory : directories) {
      Path path = directory.path();
      if (!Storage.of(path, plan.hadoop()).delete(path, true)) {
        throw new JobException(
            ExitCode.FAILED, "cannot remove " + path + "; see to its permissions, and start again");
      }
    }
  }

  private static String unit(LocalDate day) {
    return "compact-" + day;
  }

  /**
   * The start of a day in microseconds since 1970-01-01 UTC.
   *
   * @throws ArithmeticException if it is none of a timestamp
   */
  static long micros(LocalDate day) {
    return DateTimeUtils.instantToMicros(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
