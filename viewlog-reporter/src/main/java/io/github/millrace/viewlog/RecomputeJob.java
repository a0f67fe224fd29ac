package io.github.millrace.viewlog;

import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Unit;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Makes the reports of a range of time anew. */
record RecomputeJob(ReportPlan plan, Recomputation.Range range) implements Job {

  @Override
  public SparkSettings sparkSettings() {
    return plan.sparkSettings();
  }

  @Override
  public String describe() {
    return plan.described(
        "would make the reports of %s in %s anew".formatted(range, plan.config().output()));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    plan.warn(out);
    try (Correction amendment = Correction.begin(plan, out)) {
      OpenWindows open = plan.openWindows();
      if (open.windows().starting(range::contains).isEmpty()) {
        // What is not closed yet may be closed by a running report meanwhile.
        publish(session, amendment, work(open, range.upTo(open.closedUpTo(window()))), false);
        return;
      }
      try (Correction inPlaceOfReport = Correction.inPlaceOfReport(plan, out)) {
        publish(session, inPlaceOfReport, work(plan.openWindows(), range), true);
      }
    }
  }

  private TimeSpan window() {
    return plan.config().window();
  }

  private Recomputation work(OpenWindows open, Recomputation.Range of) {
    return new Recomputation(plan, open, of, Set.of());
  }

  private void publish(
      SparkSession session, Correction amendment, Recomputation work, boolean closes)
      throws IOException {
    Published before = Published.read(session, plan, work);
    amendment.publish(
        "recompute",
        work.parts(session),
        work.open(),
        unit -> complete(unit, work, before, closes),
        entry -> "%,d views in %,d rows".formatted(entry.counts().written(), entry.rows()));
  }

  private List<String> complete(Unit unit, Recomputation work, Published before, boolean closes)
      throws IOException {
    unit.read(new LedgerEntry.Source("messages of " + work.range(), unit.seen()));
    if (closes) {
      close(unit, work);
    }
    Windows after = Windows.ofPartials(unit.partials());
    before.replace(unit, after);
    return Recomputation.changes(before.windows(), after);
  }

  /** Only what was read moves time: to the end of the last window that is closed by this. */
  private void close(Unit unit, Recomputation work) throws IOException {
    Windows open = work.open().windows();
    Windows meant = open.starting(work::isMeant);
    if (!meant.isEmpty()) {
      work.open()
          .revised(
              open.starting(start -> !work.isMeant(start)), meant.lastStart() + window().micros())
          .save(unit, plan.config().checkpoint(), plan.hadoop());
    }
  }
}
