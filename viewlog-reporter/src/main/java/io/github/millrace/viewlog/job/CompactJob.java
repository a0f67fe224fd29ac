package io.github.millrace.viewlog.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Unit;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.upkeep.CompactedUpTo;
import io.github.millrace.upkeep.Compaction;
import io.github.millrace.viewlog.report.Filing;
import io.github.millrace.viewlog.report.Reports;
import io.github.millrace.viewlog.report.WindowDirectory;
import io.github.millrace.window.OpenWindows;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
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

/**
 * Joins the files of old reports, a day at a time: the day's files grow hidden, and then the {@link
 * CompactedUpTo} moves behind them. The files by window stay until readers that listed them are
 * done.
 *
 * @param before the first day that is left as it is
 * @param grace how long files by window stay
 */
public record CompactJob(ReportPlan plan, LocalDate before, TimeSpan grace) implements Job {

  @Override
  public SparkSettings sparkSettings() {
    return plan.sparkSettings()
        .plus(SparkSettings.ofSmallFiles())
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
    try (Correction correction = Correction.begin(plan, out)) {
      OpenWindows open = plan.openWindows();
      checkClosed(open);
      new Compaction(
              plan.config().output().path(),
              correction.ledger(),
              "files by window",
              grace.micros(),
              plan.hadoop())
          .run(
              days(),
              (unit, day, directories, completion) ->
                  refile(session, correction, open, unit, day, directories, completion),
              out);
    }
  }

  private void checkClosed(OpenWindows open) {
    long length = plan.config().window().micros();
    long last = Math.floorDiv(Compaction.micros(before) - 1, length) * length;
    boolean waiting = open.totals().anyStarting(start -> start < Compaction.micros(before));
    if (waiting || last + length > open.watermark()) {
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
  private SortedMap<LocalDate, List<Path>> days() throws IOException {
    return WindowDirectory.of(plan.config().output().path(), plan.hadoop()).stream()
        .filter(directory -> directory.day().isBefore(before))
        .collect(
            Collectors.groupingBy(
                WindowDirectory::day,
                TreeMap::new,
                Collectors.mapping(WindowDirectory::path, Collectors.toList())));
  }

  private LedgerEntry refile(
      SparkSession session,
      Correction correction,
      OpenWindows open,
      String unit,
      LocalDate day,
      List<Path> directories,
      Unit.Completion completion)
      throws IOException {
    Dataset<Row> reports = reports(session, directories);
    // Counted apart from the writing, so that a row lost in between does not balance.
    LedgerEntry.Source source =
        new LedgerEntry.Source(
            "%d windows of %s".formatted(directories.size(), day), reports.count());
    return correction.refile(
        unit,
        rows(reports, day),
        open,
        Filing.BY_DAY,
        added -> {
          added.read(source);
          completion.complete(added);
        });
  }

  private Dataset<Row> reports(SparkSession session, List<Path> directories) {
    return session
        .read()
        .schema(Reports.SCHEMA)
        .option("basePath", plan.config().output().path())
        .parquet(directories.stream().map(Path::toString).toArray(String[]::new));
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
        lit(null).cast(SinkColumns.COUNTS).as(SinkColumns.COUNTED),
        lit(null).cast(SinkColumns.TALLY_RECORD).as(SinkColumns.TALLY));
  }
}
