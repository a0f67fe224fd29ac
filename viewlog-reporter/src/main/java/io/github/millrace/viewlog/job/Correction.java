package io.github.millrace.viewlog.job;

import io.github.millrace.batch.BatchRun;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.Unit;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.storage.Storage;
import io.github.millrace.viewlog.report.Filing;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Units by which {@code recompute}, {@code replay} or {@code compact} correct reports. One run is
 * under way at a time, if need be beside a running {@code report}.
 */
final class Correction implements AutoCloseable {
  private final ReportPlan plan;
  private final BatchRun run;
  private final Consumer<String> out;

  private Correction(ReportPlan plan, BatchRun run, Consumer<String> out) {
    this.plan = plan;
    this.run = run;
    this.out = out;
  }

  /** Adds what is corrected to the unit; gives what that changes, a line each. */
  @FunctionalInterface
  interface Completion {
    List<String> complete(Unit unit) throws IOException;
  }

  /** Keeps other corrections away until it is closed, and completes what was cut off. */
  static Correction begin(ReportPlan plan, Consumer<String> out) throws IOException {
    Correction correction = begin(plan, Role.CORRECTION, out);
    // By which an earlier version was fenced: where one runs still, it publishes nothing more.
    Path lease = new Path(plan.config().stream().checkpoint().path(), "amendments");
    Storage.of(lease, plan.hadoop()).delete(lease, true);
    return correction;
  }

  /**
   * The same where open windows are changed too, for which report must not be running. It is begun
   * within one that keeps other corrections away.
   */
  static Correction inPlaceOfReport(ReportPlan plan, Consumer<String> out) throws IOException {
    return begin(plan, Role.STREAM, out);
  }

  private static Correction begin(ReportPlan plan, Role role, Consumer<String> out)
      throws IOException {
    return new Correction(
        plan,
        BatchRun.begin(plan.config().destination(), role, CommitSteps.NONE, plan.hadoop(), out),
        out);
  }

  /** In the ledger's entries, apart from the stream's own. */
  private static String owner(ReportPlan plan) {
    return plan.checkpoint().id() + "-amended";
  }

  Ledger ledger() {
    return run.ledger();
  }

  /**
   * Publishes a unit, and prints what it changes.
   *
   * @param command the first part of the unit's name
   * @param rows of the sink, whose good ones are aggregated by {@link Views#AGGREGATION}
   * @param summary what a user reads about the unit's entry
   */
  void publish(
      String command,
      Dataset<Row> rows,
      OpenWindows open,
      Completion completion,
      Function<LedgerEntry, String> summary)
      throws IOException {
    String name = UnitSpec.newName(command);
    List<String> changes = new ArrayList<>();
    LedgerEntry entry =
        run.publish(
            plan.spec(name, owner(plan), open.batch(), true),
            rows,
            unit -> changes.addAll(completion.complete(unit)));
    changes.forEach(out);
    out.accept(
        "%s; %,d networks and windows changed".formatted(summary.apply(entry), changes.size()));
    out.accept("ledger: unit " + name);
  }

  /** Publishes reports that are there already in files that lie otherwise. */
  LedgerEntry refile(
      String name, Dataset<Row> rows, OpenWindows open, Filing filing, Unit.Completion completion)
      throws IOException {
    return run.publish(
        plan.spec(name, owner(plan), open.batch(), false).written(filing.layout()),
        rows,
        completion);
  }

  @Override
  public void close() throws IOException {
    run.close();
  }
}
