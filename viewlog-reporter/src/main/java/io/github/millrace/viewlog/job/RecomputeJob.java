package io.github.millrace.viewlog.job;

import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Unit;
import io.github.millrace.viewlog.report.Reports;
import io.github.millrace.viewlog.report.WindowDirectory;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.TumblingWindows;
import io.github.millrace.window.WindowTotals;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Makes the reports of a range of time anew, a unit for each day, from one reading. */
public record RecomputeJob(ReportPlan plan, Recomputation.Range range) implements Job {

  @Override
  public SparkSettings sparkSettings() {
    return plan.sparkSettings();
  }

  @Override
  public String describe() {
    return plan.described(
        "would make the reports of %s in %s anew".formatted(range, plan.config().output().path()));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    plan.warn(out);
    try (Correction correction = Correction.begin(plan, out)) {
      OpenWindows open = plan.openWindows();
      if (!open.totals().anyStarting(range::contains)) {
        // What is not closed yet may be closed by a running report meanwhile.
        long closed = windows().closedUpTo(open.watermark());
        recompute(session, correction, work(open, range.upTo(closed)), false);
        return;
      }
      try (Correction inPlaceOfReport = Correction.inPlaceOfReport(plan, out)) {
        OpenWindows now = plan.openWindows();
        recompute(session, inPlaceOfReport, work(now, withAllBefore(now)), true);
      }
    }
  }

  /** Time goes past the windows that are open before the range too, so they are closed with it. */
  private Recomputation.Range withAllBefore(OpenWindows open) {
    return open.totals().isEmpty()
        ? range
        : new Recomputation.Range(Math.min(range.from(), open.totals().firstStart()), range.to());
  }

  private TumblingWindows windows() {
    return plan.config().windows();
  }

  private Recomputation work(OpenWindows open, Recomputation.Range of) {
    return new Recomputation(plan, open, of, Set.of());
  }

  private void recompute(
      SparkSession session, Correction correction, Recomputation work, boolean closes)
      throws IOException {
    if (work.range().isWithinADay()) {
      publish(session, correction, work, work.parts(session), Published.Windows.of(plan), closes);
      return;
    }
    List<WindowDirectory> windows =
        Published.Windows.of(plan).list().stream()
            .filter(window -> work.range().contains(window.start()))
            .toList();
    Path checkpoint = new Path(plan.config().stream().checkpoint().path());
    try (PartsByDay parts = PartsByDay.write(work.parts(session), checkpoint, plan.hadoop())) {
      SortedSet<LocalDate> days = days(work, parts, windows);
      if (days.isEmpty()) {
        publish(session, correction, work, parts.none(), () -> windows, closes);
      }
      for (LocalDate day : days) {
        OpenWindows open = closes ? plan.openWindows() : work.open();
        publish(
            session,
            correction,
            work(open, work.range().on(day)),
            parts.of(day),
            () -> windows,
            closes);
      }
    }
  }

  /** The days that have messages, reports or open windows: the range may be all of time. */
  private SortedSet<LocalDate> days(
      Recomputation work, PartsByDay parts, List<WindowDirectory> windows) throws IOException {
    SortedSet<LocalDate> days = new TreeSet<>(parts.days());
    windows.forEach(window -> days.add(window.day()));
    days.addAll(Published.compactedDays(plan, work.range()));
    work.open().totals().all().stream()
        .filter(total -> work.isMeant(total.start()))
        .forEach(total -> days.add(Reports.day(total.start())));
    return days;
  }

  private void publish(
      SparkSession session,
      Correction correction,
      Recomputation work,
      Dataset<Row> parts,
      Published.Windows windows,
      boolean closes)
      throws IOException {
    Published before = Published.read(session, plan, work, windows);
    correction.publish(
        "recompute",
        parts,
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
    WindowTotals after = WindowTotals.of(unit, Views.COLUMNS);
    before.replace(unit, after);
    return Recomputation.changes(before.windows(), after);
  }

  /** Only what was read moves time: to the end of the last window that is closed by this. */
  private void close(Unit unit, Recomputation work) throws IOException {
    WindowTotals open = work.open().totals();
    WindowTotals meant = open.starting(work::isMeant);
    if (!meant.isEmpty()) {
      WindowTotals left = open.starting(start -> !work.isMeant(start));
      plan.windowStore().save(unit, work.open().revised(left, windows().end(meant.lastStart())));
    }
  }
}
