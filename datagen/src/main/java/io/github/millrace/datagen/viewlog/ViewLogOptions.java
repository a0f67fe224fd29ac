package io.github.millrace.datagen.viewlog;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.datagen.record.Shares;
import java.time.Duration;
import java.time.Instant;

/**
 * What to generate. Equal options give equal records.
 *
 * @param count views, not counting repeated ones; {@link #UNLIMITED} for views without end
 * @param seed decides every random choice
 * @param start when the first view is sent
 * @param rate how many views are sent in a second
 * @param shares how many of them are late, repeated, bad
 * @param lateBy how far the end of a late view is behind its sending, at least
 * @param outOfOrder how far the end of a view is behind its sending, at most; for a late one, in
 *     addition
 */
public record ViewLogOptions(
    long count,
    long seed,
    Instant start,
    long rate,
    Shares shares,
    Duration lateBy,
    Duration outOfOrder) {
  /** A count that is never reached. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Far behind a watermark of seconds. */
  static final String LATE_BY = "5 minutes";

  public static final Duration DEFAULT_LATE_BY = TimeSpan.parse(LATE_BY).duration();

  /** Less than a watermark of ten seconds. */
  static final String OUT_OF_ORDER = "3 seconds";

  public static final Duration DEFAULT_OUT_OF_ORDER = TimeSpan.parse(OUT_OF_ORDER).duration();

  static final long MOST_PER_SECOND = 1_000_000;

  private static final Instant LATEST_START = Instant.parse("2090-01-01T00:00:00Z");
  private static final Duration MOST_OUT_OF_ORDER = Duration.ofHours(1);
  private static final Duration MOST_LATE_BY = Duration.ofDays(366);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException naming the option, its value and the remedy
   */
  public ViewLogOptions {
    if (count < 0) {
      throw new IllegalArgumentException(
          "--count is " + count + ": give the number of views, 0 or more.");
    }
    if (rate < 1 || rate > MOST_PER_SECOND) {
      throw new IllegalArgumentException(
          "--rate is " + rate + ": give views per second, from 1 to " + MOST_PER_SECOND + ".");
    }
    if (start.isBefore(Instant.EPOCH.plus(MOST_LATE_BY)) || start.isAfter(LATEST_START)) {
      throw new IllegalArgumentException(
          "--start is " + start + ": give a moment from 1971-01-02 to 2090-01-01.");
    }
    if (outOfOrder.isNegative() || outOfOrder.compareTo(MOST_OUT_OF_ORDER) > 0) {
      throw new IllegalArgumentException(
          "--out-of-order is "
              + outOfOrder.toMillis()
              + " ms: give a time up to "
              + MOST_OUT_OF_ORDER.toMinutes()
              + " minutes.");
    }
    if (lateBy.compareTo(outOfOrder) <= 0 || lateBy.compareTo(MOST_LATE_BY) > 0) {
      throw new IllegalArgumentException(
          "--late-by is "
              + lateBy.toMillis()
              + " ms: give more than --out-of-order, or late views would be in time, and "
              + MOST_LATE_BY.toDays()
              + " days at most.");
    }
  }

  /**
   * Returns options with the default times.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static ViewLogOptions of(long count, long seed, Instant start, long rate, Shares shares) {
    return new ViewLogOptions(
        count, seed, start, rate, shares, DEFAULT_LATE_BY, DEFAULT_OUT_OF_ORDER);
  }

  /** Returns when the view of an index is sent, in microseconds since 1970. */
  long sentMicros(long index) {
    long first = Math.multiplyExact(start.getEpochSecond(), 1_000_000L) + start.getNano() / 1_000;
    return first + index / rate * 1_000_000 + index % rate * 1_000_000 / rate;
  }
}
