package io.github.millrace.window;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;

import io.github.millrace.config.TimeSpan;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Windows of one length, side by side since 1970-01-01 UTC. All times are in microseconds since
 * then. A window is closed once the watermark has come to its end: event time as far as records
 * have brought it, less the delay.
 *
 * @param delay how far the watermark stays behind
 */
public record TumblingWindows(TimeSpan length, TimeSpan delay) {
  /** A watermark before all time. */
  public static final long BEGINNING = Long.MIN_VALUE / 2;

  /** The start of the window that a time (BIGINT) lies in. */
  public Column startOf(Column time) {
    return time.minus(pmod(time, lit(length.micros())));
  }

  /**
   * Whether the window that starts then (BIGINT) was closed by a watermark. A function and no
   * comparison with a literal, or Spark would generate and compile the code of every batch anew, as
   * each has its own watermark.
   */
  public Column isClosed(Column start, long watermark) {
    long lastClosed = watermark - length.micros();
    UDF1<Long, Boolean> closed = at -> at <= lastClosed;
    return udf(closed, DataTypes.BooleanType).apply(start);
  }

  /** Whether the window that starts then was closed by a watermark. */
  public boolean isClosed(long start, long watermark) {
    return end(start) <= watermark;
  }

  /** The time up to which all windows are closed by a watermark. */
  public long closedUpTo(long watermark) {
    return Math.floorDiv(watermark, length.micros()) * length.micros();
  }

  /** The end of the window that starts then. */
  public long end(long start) {
    return start + length.micros();
  }

  /** The watermark to which an event time brings. */
  long watermark(long time) {
    return time - delay.micros();
  }
}
