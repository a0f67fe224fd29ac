package io.github.millrace.viewlog;

import io.github.millrace.JobException;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Unit;
import io.github.millrace.stream.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A unit by which {@code recompute} or {@code replay} amends reports. One is under way at a time,
 * if need be beside a running {@code report}; what one that was cut off had begun to publish is
 * completed by the next, or by the next start of {@code report}.
 */
final class Amendment implements AutoCloseable {
  private final ReportPlan plan;
  private final Publisher publisher;
  private final Lease lease;
  private final Consumer<String> out;

  private Amendment(ReportPlan plan, Publisher publisher, Lease lease, Consumer<String> out) {
    this.plan = plan;
    this.publisher = publisher;
    this.lease = lease;
    this.out = out;
  }

  /** Adds what is amended to the unit; gives what that changes, a line each. */
  @FunctionalInterface
  interface Completion {
    List<String> complete(Unit unit) throws IOException;
  }

  /** Keeps others away until it is closed, and completes what was cut off. */
  static Amendment begin(ReportPlan plan, Consumer<String> out) throws IOException {
    Lease lease = Lease.take(plan.config().checkpoint() + "/amendments", plan.hadoop());
    Publisher publisher = new Publisher(plan.config().destination(), plan.hadoop());
    for (Entry entry : publisher.recover(owner(plan))) {
      out.accept("unit " + entry.unit() + ": completed, an earlier run had been cut off");
    }
    return new Amendment(plan, publisher, lease, out);
  }

  /** Completes what was cut off before report goes on from it. */
  static void completeBeforeReport(ReportPlan plan, Consumer<String> out) throws IOException {
    Ledger ledger = new Ledger(plan.config().destination().ledger(), plan.hadoop());
    if (ledger.prepared().stream().noneMatch(e -> e.checkpoint().equals(owner(plan)))) {
      return;
    }
    try {
      begin(plan, out).close();
    } catch (JobException e) {
      // It is being published right now, and so it is none that report has to wait for: one that
      // closes windows holds the lease of report too.
      out.accept("amendment under way: " + e.getMessage());
    }
  }

  /** In the ledger's entries, apart from the stream's own. */
  private static String owner(ReportPlan plan) {
    return plan.checkpoint().id() + "-amended";
  }

  Ledger ledger() {
    return publisher.ledger();
  }

  /**
   * Publishes it, and tells what it changes.
   *
   * @param command the first part of the unit's name
   * @param rows of the sink, whose good ones are {@link Views#FOLD}ed
   * @param summary what a user reads about the unit's entry
   */
  void publish(
      String command,
      Dataset<Row> rows,
      OpenWindows open,
      Completion completion,
      Function<Entry, String> summary)
      throws IOException {
    String unit = command + "-" + UUID.randomUUID().toString().substring(0, 8);
    List<String> changes = new ArrayList<>();
    Entry entry =
        publisher.publish(
            rows,
            plan.publication(unit, owner(plan), open.batch(), true, lease.fence()),
            u -> changes.addAll(completion.complete(u)));
    changes.forEach(out);
    out.accept(
        "%s; %,d networks and windows changed".formatted(summary.apply(entry), changes.size()));
    out.accept("ledger: unit " + unit);
  }

  /** Publishes reports that are there already in files that lie otherwise. */
  Entry refile(
      String unit, Dataset<Row> rows, OpenWindows open, Filing filing, Unit.Completion completion)
      throws IOException {
    return publisher.publish(
        rows,
        plan.publication(unit, owner(plan), open.batch(), false, lease.fence())
            .written(filing.layout()),
        completion);
  }

  @Override
  public void close() throws IOException {
    lease.close();
  }
}
