package io.github.millrace.stream;

import io.github.millrace.JobException;
import io.github.millrace.ledger.RollUp;
import io.github.millrace.publish.Output;
import io.github.millrace.storage.DirectoryLimit;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for an output once a day, beside its stream: its ledger is rolled up, and a
 * directory that fills is warned of. Whatever cuts it off does no harm.
 */
final class DailyUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DailyUpkeep.class);

  private final Output output;
  private final RollUp rollUp;
  private final Configuration hadoop;
  private final Consumer<String> out;
  private LocalDate last;
  private Thread thread;
  private volatile boolean stopping;

  /**
   * Creates one that waits for its first day.
   *
   * @param out takes the lines that the user reads
   */
  DailyUpkeep(Output output, Configuration hadoop, Consumer<String> out) throws IOException {
    this.output = output;
    this.rollUp = new RollUp(output.ledger(), hadoop);
    this.hadoop = hadoop;
    this.out = out;
  }

  /** To be called now and then; begins the work if it has not been done today. */
  void begin() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    if (today.equals(last) || (thread != null && thread.isAlive())) {
      return;
    }
    last = today;
    thread = new Thread(this::work, "millrace-upkeep");
    thread.setDaemon(true);
    thread.start();
  }

  private void work() {
    try {
      if (output.layout().isFlat()) {
        for (Output.Destination destination : output.destinations()) {
          warn(destination);
        }
      }
      if (rollUp.isDue()) {
        int days = rollUp.run(() -> stopping);
        out.accept("ledger: %,d days rolled up".formatted(days));
      }
    } catch (JobException e) {
      LOG.info("the ledger is not rolled up by this run: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("the upkeep was cut off; it is done tomorrow, or by the next start", e);
    }
  }

  private void warn(Output.Destination destination) throws IOException {
    Optional<String> warning =
        DirectoryLimit.warning(
            new Path(destination.path()),
            "Set output.layout to daily, which has a directory for each day",
            hadoop);
    warning.ifPresent(text -> out.accept("warning: output " + text));
  }

  /** Ends the work after the day that it is at. */
  @Override
  public void close() throws IOException {
    stopping = true;
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the ledger was rolled up", e);
    }
  }
}
