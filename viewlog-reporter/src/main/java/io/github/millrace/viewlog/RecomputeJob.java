package io.github.millrace.viewlog;

import io.github.millrace.cli.Job;
import io.github.millrace.ledger.Entry;
import io.github.millrace.publish.Unit;
import io.github.millrace.stream.Lease;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Makes the reports of a range of time anew. */
record RecomputeJob(ReportPlan plan, Recomputation.Range range) implements Job {

  @Override
  public Map<String, String> sessionSettings() {
    return plan.sessionSettings();
  }

  @Override
  public String describe() {
    return plan.described(
        "would make the reports of %s in %s anew".formatted(range, plan.config().output()));
  }

  @Override
  @SuppressWarnings("try") // A lease is held, not used.
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    plan.warn(out);
    try (Amendment amendment = Amendment.begin(plan, out)) {
      Recomputation work = work();
      if (work.open().windows().starting(work::isMeant).isEmpty()) {
        publish(session, amendment, work, false);
        return;
      }
      // Windows are closed besides report, which must not be running.
      try (Lease ofReport = Lease.take(plan.config().checkpoint(), plan.hadoop())) {
        publish(session, amendment, work(), true);
      }
    }
  }

  private Recomputation work() throws IOException {
    return new Recomputation(plan, plan.openWindows(), range, Set.of());
  }

  private void publish(
      SparkSession session, Amendment amendment, Recomputation work, boolean closes)
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
    unit.read(new Entry.Source("messages of " + range, unit.seen()));
    if (closes) {
      Windows left = work.open().windows().starting(start -> !work.isMeant(start));
      work.open().revised(left, range.to()).save(unit, plan.config().checkpoint(), plan.hadoop());
    }
    Windows after = Windows.folded(unit.folded());
    before.replace(unit, after);
    return Recomputation.changes(before.windows(), after);
  }
}
