package io.github.millrace.viewlog.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unix_micros;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Unit;
import io.github.millrace.record.RawRecords;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.source.file.Quarantine;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.upkeep.QuarantineFiles;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.TumblingWindows;
import io.github.millrace.window.WindowColumns;
import io.github.millrace.window.WindowTotals;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Judges quarantined views again. What is good now comes into its report: that of a closed window
 * is made anew, one that is open yet is added to. What is bad still is quarantined anew.
 */
public record ReplayJob(ReportPlan plan) implements Job {
  private static final String WINDOW = SinkColumns.GOOD + "." + WindowColumns.START;

  @Override
  public SparkSettings sparkSettings() {
    return plan.sparkSettings();
  }

  @Override
  public String describe() {
    return plan.described(
        "would judge the views in %s again".formatted(plan.config().destination().quarantine()));
  }

  /**
   * What was quarantined.
   *
   * @param judged as it is judged now
   * @param windows of what is good now
   */
  private record Reading(List<Path> files, Dataset<Row> judged, Set<Long> windows) {}

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    plan.warn(out);
    try (Correction correction = Correction.begin(plan, out)) {
      List<Path> files = quarantined(correction.ledger());
      if (files.isEmpty()) {
        out.accept("nothing is quarantined in " + plan.config().destination().quarantine());
        return;
      }
      Dataset<Row> judged = judged(session, files);
      Reading reading = new Reading(files, judged, windows(judged));
      OpenWindows open = plan.openWindows();
      if (reading.windows().stream().noneMatch(start -> isOpen(start, open))) {
        publish(session, correction, reading, open, false);
        return;
      }
      checkCountsOnce(open);
      try (Correction inPlaceOfReport = Correction.inPlaceOfReport(plan, out)) {
        publish(session, inPlaceOfReport, reading, plan.openWindows(), true);
      }
    }
  }

  /** Whether a view of an open window was counted already is known to report alone. */
  private void checkCountsOnce(OpenWindows open) {
    if (plan.config().stream().deduplicate()) {
      throw new JobException(
          ExitCode.FAILED,
          ("views in %s are good now and belong to windows that are open yet, in which deduplicate"
                  + " lets report alone count. Nothing was changed. Replay when report has come past"
                  + " these windows; it has come to %s")
              .formatted(
                  plan.config().destination().quarantine(),
                  DateTimeUtils.microsToInstant(open.watermark())));
    }
  }

  private boolean isOpen(long start, OpenWindows open) {
    return open.isOpen(start, plan.config().windows());
  }

  /** The windows of what is good now. */
  private static Set<Long> windows(Dataset<Row> judged) {
    return judged
        .where(col(SinkColumns.GOOD).isNotNull())
        .select(unix_micros(col(WINDOW)))
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getLong(0))
        .collect(Collectors.toSet());
  }

  /** The closed windows, to be made anew; where there is none, a range of no length. */
  private Recomputation work(Reading reading, OpenWindows open) {
    TreeSet<Long> closed = new TreeSet<>(reading.windows());
    closed.removeIf(start -> isOpen(start, open));
    Recomputation.Range range =
        closed.isEmpty()
            ? new Recomputation.Range(0, 0)
            : new Recomputation.Range(
                closed.first(), closed.last() + plan.config().window().micros());
    return new Recomputation(plan, open, range, closed);
  }

  private List<Path> quarantined(Ledger ledger) throws IOException {
    return QuarantineFiles.waiting(plan.config().destination(), ledger, plan.hadoop()).stream()
        .map(QuarantineFiles.Waiting::path)
        .toList();
  }

  private Dataset<Row> judged(SparkSession session, List<Path> files) throws IOException {
    Dataset<Row> lines = Quarantine.read(session, files);
    Dataset<Row> stored =
        lines.select(
            Quarantine.raw().as(RawRecords.VALUE),
            col("source.topic").as("topic"),
            col("source.partition").as(KafkaSource.PARTITION),
            col("source.offset").as(KafkaSource.OFFSET),
            col("source.timestamp").as(KafkaSource.TIMESTAMP));
    return Views.parts(
            KafkaSource.messages(stored, col("topic")),
            plan.contract(),
            new Views.Limits(plan.config(), plan.campaigns(), TumblingWindows.BEGINNING)
                .notBefore(plan.published(plan.openWindows())))
        .drop(SinkColumns.ARCHIVE);
  }

  private void publish(
      SparkSession session, Correction correction, Reading reading, OpenWindows open, boolean adds)
      throws IOException {
    Recomputation work = work(reading, open);
    Dataset<Row> rows = reading.judged().where(col(SinkColumns.BAD).isNotNull());
    if (!work.only().isEmpty()) {
      rows = rows.unionByName(work.parts(session));
    }
    if (adds) {
      Object[] added = reading.windows().stream().filter(start -> !work.isMeant(start)).toArray();
      rows = rows.unionByName(reading.judged().where(unix_micros(col(WINDOW)).isin(added)));
    }
    Published before = Published.read(session, plan, work, Published.Windows.of(plan));
    correction.publish(
        "replay",
        rows,
        open,
        unit -> complete(unit, reading.files(), work, before, adds),
        entry -> "%,d views are bad still".formatted(entry.counts().quarantined()));
  }

  private List<String> complete(
      Unit unit, List<Path> files, Recomputation work, Published before, boolean adds)
      throws IOException {
    unit.read(new LedgerEntry.Source("quarantine, and messages of " + work.range(), unit.seen()));
    for (Path file : files) {
      unit.move(file, QuarantineFiles.replayed(file, plan.config().destination()));
    }
    WindowTotals totals = WindowTotals.of(unit, Views.COLUMNS);
    if (adds) {
      WindowTotals added = totals.starting(start -> !work.isMeant(start));
      OpenWindows open = work.open();
      plan.windowStore()
          .save(unit, open.revised(open.totals().plus(added), TumblingWindows.BEGINNING));
    }
    WindowTotals after = totals.starting(work::isMeant);
    before.replace(unit, after);
    return Recomputation.changes(before.windows(), after);
  }
}
