package io.github.millrace.batch;

import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.Unit;
import io.github.millrace.publish.UnitSpec;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run that publishes units without a stream. It holds an output by a role until it is closed, so
 * that no other run with that role is under way.
 */
public final class BatchRun implements AutoCloseable {
  private final Publisher publisher;
  private final Consumer<String> out;

  private BatchRun(Publisher publisher, Consumer<String> out) {
    this.publisher = publisher;
    this.out = out;
  }

  /**
   * Takes the role, and completes the units that were cut off.
   *
   * @param steps what the units' steps beside files need
   * @param out takes the lines that the user reads
   * @throws io.github.millrace.JobException with {@link io.github.millrace.ExitCode#INTEGRITY} if a
   *     living process has the role
   */
  public static BatchRun begin(
      Output output, Role role, CommitSteps steps, Configuration hadoop, Consumer<String> out)
      throws IOException {
    Publisher publisher = Publisher.open(output, role, steps, hadoop);
    publisher.reportRecovered(out);
    return new BatchRun(publisher, out);
  }

  /** The output's account. */
  public Ledger ledger() {
    return publisher.ledger();
  }

  /**
   * Publishes a unit, unless it is published already. Warns of files that grow so much that a
   * reader may miss their new rows.
   *
   * @param rows of {@link io.github.millrace.record.SinkColumns}; null if all there is comes from
   *     the driver
   * @param completion adds to the unit once the tasks are done
   */
  public LedgerEntry publish(UnitSpec spec, Dataset<Row> rows, Unit.Completion completion)
      throws IOException {
    AtomicLong outgrown = new AtomicLong();
    LedgerEntry entry =
        publisher.publish(
            rows,
            spec,
            unit -> {
              completion.complete(unit);
              outgrown.set(unit.outgrown());
            });
    if (outgrown.get() > 0) {
      out.accept(
          ("warning: %,d files are more than twice as long as before; a reader that has listed them"
                  + " before finds none of their rows until it lists them again")
              .formatted(outgrown.get()));
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    publisher.close();
  }
}
