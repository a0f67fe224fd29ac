package io.github.millrace.window;

/**
 * The windows that are not published yet, and how far time has come. A batch leaves revision 0;
 * what closes or fills windows besides it leaves the next.
 *
 * @param watermark a window that ends at it or before is closed: microseconds since 1970-01-01 UTC
 */
public record OpenWindows(long batch, int revision, long watermark, WindowTotals totals) {
  /** Before the first batch. */
  static final OpenWindows NONE =
      new OpenWindows(-1, 0, TumblingWindows.BEGINNING, WindowTotals.NONE);

  /** With a batch's totals, and with time as far as these bring it. */
  OpenWindows plus(long ofBatch, WindowTotals more, long toWatermark) {
    return new OpenWindows(ofBatch, 0, Math.max(watermark, toWatermark), totals.plus(more));
  }

  /** Besides a batch: with other windows open, and time as far as that. */
  public OpenWindows revised(WindowTotals open, long toWatermark) {
    return new OpenWindows(batch, revision + 1, Math.max(watermark, toWatermark), open);
  }

  /** Whether a window is not published yet: for its time has not come, or it waits for that. */
  public boolean isOpen(long start, TumblingWindows windows) {
    return !windows.isClosed(start, watermark) || totals.anyStarting(at -> at == start);
  }

  /** The totals of windows that are closed. */
  WindowTotals closed(TumblingWindows windows) {
    return totals.starting(start -> windows.isClosed(start, watermark));
  }

  /** The same without those that are closed. */
  OpenWindows withoutClosed(TumblingWindows windows) {
    return new OpenWindows(
        batch, revision, watermark, totals.starting(start -> !windows.isClosed(start, watermark)));
  }
}
