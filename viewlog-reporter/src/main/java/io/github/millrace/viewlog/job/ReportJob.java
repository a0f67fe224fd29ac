package io.github.millrace.viewlog.job;

import io.github.millrace.JobException;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.Publisher;
import io.github.millrace.source.kafka.OffsetRanges;
import io.github.millrace.source.kafka.Offsets;
import io.github.millrace.stream.Checkpoint;
import io.github.millrace.stream.RunResult;
import io.github.millrace.stream.StreamQuery;
import io.github.millrace.stream.StreamRunner;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.SparkSession;

/**
 * Views from Kafka to a row for each campaign, network and window.
 *
 * @param flush whether the windows that are open at the end are reported too
 */
public record ReportJob(ReportPlan plan, boolean flush) implements Job {

  @Override
  public SparkSettings sparkSettings() {
    return plan.sparkSettings();
  }

  @Override
  public String describe() {
    return plan.described(
        "would report the topic %s by contract %s %s into %s"
            .formatted(
                plan.topic(),
                plan.contract().id(),
                plan.contract().version(),
                plan.config().output().path()));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    plan.warn(out);
    try (Admin admin = plan.source().admin();
        StreamRunner runner = new StreamRunner(session, out)) {
      StreamQuery query = query(session, admin, out);
      RunResult result = runner.run(List.of(query)).orThrow();
      boolean complete = result.end().isComplete();
      if (complete) {
        tellHeldBack(admin, out);
      }
      if (flush && complete) {
        flush(runner.publisher(query), out);
      } else if (flush) {
        out.accept("no flush: the run was stopped before it had read all there was");
      }
      account(result.counts(), out);
      if (complete) {
        runner.checkBadShare();
      }
    }
  }

  private StreamQuery query(SparkSession session, Admin admin, Consumer<String> out) {
    ReportConfig config = plan.config();
    return new StreamQuery(
        ReportPlan.JOB,
        plan.source().stream(session, mostRecords(session)),
        config.destination(),
        plan.checkpoint(),
        config.stream(),
        plan.contractVersion(),
        StreamQuery.BeforeStart.NOTHING,
        Views.AGGREGATION,
        new ReportWork(plan, admin, out),
        CommitSteps.NONE);
  }

  /** As many as the driver can take, whatever they count for. */
  private static long mostRecords(SparkSession session) {
    return Views.COLUMNS.mostRecords(
        session.sparkContext().getConf(), Runtime.getRuntime().maxMemory());
  }

  /** A transaction that never ends holds all behind it back, and no batch would say so. */
  private void tellHeldBack(Admin admin, Consumer<String> out) throws IOException {
    String checkpoint = plan.config().stream().checkpoint().path();
    Offsets read =
        OffsetRanges.reached(
            checkpoint, Checkpoint.lastBatch(checkpoint, plan.hadoop()), plan.hadoop());
    long heldBack;
    try {
      heldBack = plan.source().lag(admin, read).heldBack();
    } catch (JobException e) {
      out.accept("warning: whether messages wait is not known: " + e.getMessage());
      return;
    }
    if (heldBack > 0) {
      out.accept(
          ("warning: %,d messages wait behind a transaction that has not ended, and are read when it"
                  + " has; if it never does, look for it by kafka-transactions.sh find-hanging")
              .formatted(heldBack));
    }
  }

  /** Reports what is open. */
  private void flush(Publisher publisher, Consumer<String> out) throws IOException {
    Optional<OpenWindows> open =
        plan.windowStore().latest().filter(windows -> !windows.totals().isEmpty());
    if (open.isEmpty()) {
      return;
    }
    long batch = open.get().batch();
    String name = plan.checkpoint().unit(batch) + "-flush-" + (open.get().revision() + 1);
    LedgerEntry entry =
        publisher.publish(
            null,
            plan.spec(name, plan.checkpoint().id(), batch, false),
            unit -> plan.windowed().flush(unit, open.get()));
    out.accept("flush: %,d rows of open windows".formatted(entry.rows()));
  }

  private void account(Counts counts, Consumer<String> out) {
    out.accept(
        "%,d read = %,d written + %,d quarantined + %,d late + %,d deduplicated%s"
            .formatted(
                counts.read(),
                counts.written(),
                counts.quarantined(),
                counts.late(),
                counts.deduplicated(),
                counts.gaps() == 0 ? "" : "; %,d gaps".formatted(counts.gaps())));
    out.accept("reports:    " + plan.config().output().path());
    out.accept("quarantine: " + plan.config().destination().quarantine());
    out.accept("ledger:     " + plan.config().destination().ledger());
  }
}
