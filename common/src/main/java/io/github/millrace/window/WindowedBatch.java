package io.github.millrace.window;

import io.github.millrace.publish.PartialAggregate;
import io.github.millrace.publish.Unit;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Totals by window, batch by batch: what a batch counts is added to the open windows, those that it
 * closes are published with it, and the others stay open in the checkpoint. A record is late or not
 * in the same pass, so there is no state store, no shuffle and no second reading.
 */
public final class WindowedBatch {
  private final WindowStore store;
  private final TumblingWindows windows;
  private final ClosedWindows output;

  /** Publishes the totals of windows that are closed. */
  @FunctionalInterface
  public interface ClosedWindows {
    void write(Unit unit, WindowTotals closed) throws IOException;
  }

  /**
   * Creates the mechanism of a job.
   *
   * @param output takes what a batch closes
   */
  public WindowedBatch(WindowStore store, TumblingWindows windows, ClosedWindows output) {
    this.store = store;
    this.windows = windows;
    this.output = output;
  }

  /** What the batches before one have left open. */
  public OpenWindows before(long batch) throws IOException {
    return store.after(batch - 1);
  }

  /**
   * Adds to a batch's unit what the batch has closed and left open.
   *
   * @param before what the batches before have left open
   * @param each sees the tasks' aggregates, for what a job asks besides
   * @return what the batch has left open
   */
  public OpenWindows complete(
      Unit unit, long batch, OpenWindows before, Consumer<PartialAggregate> each)
      throws IOException {
    long[] latest = {TumblingWindows.BEGINNING};
    WindowTotals totals =
        WindowTotals.of(
            unit,
            store.columns(),
            partial -> {
              latest[0] = Math.max(latest[0], store.columns().time(partial));
              each.accept(partial);
            });
    OpenWindows open = before.plus(batch, totals, windows.watermark(latest[0]));
    output.write(unit, open.closed(windows));
    OpenWindows left = open.withoutClosed(windows);
    store.save(unit, left);
    return left;
  }

  /**
   * Publishes all that is open; time goes on to the end of the last window, so that none opens
   * again.
   *
   * @param open with at least one total
   */
  public void flush(Unit unit, OpenWindows open) throws IOException {
    output.write(unit, open.totals());
    store.save(unit, open.revised(WindowTotals.NONE, windows.end(open.totals().lastStart())));
  }
}
