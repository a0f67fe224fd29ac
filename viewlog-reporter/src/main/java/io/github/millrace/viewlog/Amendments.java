package io.github.millrace.viewlog;

import io.github.millrace.JobException;
import io.github.millrace.ledger.Entry;
import io.github.millrace.publish.Publication;
import io.github.millrace.publish.Publisher;
import io.github.millrace.stream.Lease;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The units by which {@code recompute} and {@code replay} amend reports. One of them works at a
 * time, if need be beside a running {@code report}; what one that was cut off had begun to publish
 * is completed by the next, or by the next start of {@code report}.
 */
record Amendments(ReportPlan plan) {

  /** Keeps other amendments away until it is closed. */
  Lease take() throws IOException {
    return Lease.take(plan.config().checkpoint() + "/amendments", plan.hadoop());
  }

  /** Their name in the ledger's entries, apart from the stream's own. */
  private String checkpoint() {
    return plan.checkpoint().id() + "-amended";
  }

  Publication publication(String command, OpenWindows open, Lease lease) {
    return plan.publication(
        command + "-" + UUID.randomUUID().toString().substring(0, 8),
        checkpoint(),
        open.batch(),
        true,
        lease.fence());
  }

  /** Completes what was cut off; the caller holds the lease. */
  void complete(Publisher publisher, Consumer<String> out) throws IOException {
    for (Entry entry : publisher.recover(checkpoint())) {
      out.accept("unit " + entry.unit() + ": completed, an earlier run had been cut off");
    }
  }

  /** Completes what was cut off before report goes on from it. */
  @SuppressWarnings("try") // A lease is held, not used.
  void completeBeforeReport(Consumer<String> out) throws IOException {
    Publisher publisher = new Publisher(plan.config().destination(), plan.hadoop());
    if (publisher.ledger().prepared().stream()
        .noneMatch(entry -> entry.checkpoint().equals(checkpoint()))) {
      return;
    }
    try (Lease lease = take()) {
      complete(publisher, out);
    } catch (JobException e) {
      // It is being published right now, and so it is none that report has to wait for: one that
      // closes windows holds the lease of report too.
      out.accept("amendment under way: " + e.getMessage());
    }
  }
}
