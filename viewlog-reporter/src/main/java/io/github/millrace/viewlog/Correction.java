package io.github.millrace.viewlog;

import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A unit by which {@code recompute}, {@code replay} or {@code compact} amends reports. One is under
 * way at a time, if need be beside a running {@code report}.
 */
final class Correction implements AutoCloseable {
  private final ReportPlan plan;
  private final Publisher publisher;
  private final Consumer<String> out;

  private Correction(ReportPlan plan, Publisher publisher, Consumer<String> out) {
    this.plan = plan;
    this.publisher = publisher;
    this.out = out;
  }

  /** Adds what is amended to the unit; gives what that changes, a line each. */
  @FunctionalInterface
  interface Completion {
    List<String> complete(Unit unit) throws IOException;
  }

  /** Keeps other amendments away until it is closed, and completes what was cut off. */
  static Correction begin(ReportPlan plan, Consumer<String> out) throws IOException {
    Correction amendment = begin(plan, Role.CORRECTION, out);
    // By which an earlier version was fenced: where one runs still, it publishes nothing more.
    Path lease = new Path(plan.config().checkpoint(), "amendments");
    Storage.of(lease, plan.hadoop()).delete(lease, true);
    return amendment;
  }

  /**
   * The same where open windows are changed too, for which report must not be running. It is begun
   * within one that keeps other amendments away.
   */
  static Correction inPlaceOfReport(ReportPlan plan, Consumer<String> out) throws IOException {
    return begin(plan, Role.STREAM, out);
  }

  private static Correction begin(ReportPlan plan, Role role, Consumer<String> out)
      throws IOException {
    Publisher publisher = Publisher.open(plan.config().destination(), role, plan.hadoop());
    publisher.reportRecovered(out);
    return new Correction(plan, publisher, out);
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
   * @param rows of the sink, whose good ones are {@link Views#AGGREGATION}ed
   * @param summary what a user reads about the unit's entry
   */
  void publish(
      String command,
      Dataset<Row> rows,
      OpenWindows open,
      Completion completion,
      Function<LedgerEntry, String> summary)
      throws IOException {
    String unit = command + "-" + UUID.randomUUID().toString().substring(0, 8);
    List<String> changes = new ArrayList<>();
    AtomicLong outgrown = new AtomicLong();
    LedgerEntry entry =
        publisher.publish(
            rows,
            plan.spec(unit, owner(plan), open.batch(), true),
            u -> {
              changes.addAll(completion.complete(u));
              outgrown.set(u.outgrown());
            });
    changes.forEach(out);
    if (outgrown.get() > 0) {
      out.accept(
          ("warning: %,d files are more than twice as long as before; a reader that has listed them"
                  + " before finds none of their rows until it lists them again")
              .formatted(outgrown.get()));
    }
    out.accept(
        "%s; %,d networks and windows changed".formatted(summary.apply(entry), changes.size()));
    out.accept("ledger: unit " + unit);
  }

  /** Publishes reports that are there already in files that lie otherwise. */
  LedgerEntry refile(
      String unit, Dataset<Row> rows, OpenWindows open, Filing filing, Unit.Completion completion)
      throws IOException {
    return publisher.publish(
        rows,
        plan.spec(unit, owner(plan), open.batch(), false).written(filing.layout()),
        completion);
  }

  @Override
  public void close() throws IOException {
    publisher.close();
  }
}
