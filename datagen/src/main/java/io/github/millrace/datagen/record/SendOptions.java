package io.github.millrace.datagen.record;

import io.github.millrace.config.TimeSpan;
import java.time.Duration;
import java.time.Instant;

/**
 * What records to generate that are sent one after the other. Equal options give equal records.
 *
 * @param count records, not counting repeated ones; {@link #UNLIMITED} for records without end
 * @param seed decides every random choice
 * @param start when the first record is sent
 * @param rate how many records are sent in a second
 * @param shares how many of them are late, repeated, bad
 * @param lateBy how far the time in a late record is behind its sending, at least
 * @param outOfOrder how far the time in a record is behind its sending, at most; for a late one, in
 *     addition
 */
public record SendOptions(
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
  public static final String LATE_BY = "5 minutes";

  public static final Duration DEFAULT_LATE_BY = TimeSpan.parse(LATE_BY).duration();

  /** Less than a watermark of ten seconds. */
  public static final String OUT_OF_ORDER = "3 seconds";

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
  public SendOptions {
    if (count < 0) {
      throw new IllegalArgumentException(
          "--count is " + count + ": give the number of records, 0 or more.");
    }
    if (rate < 1 || rate > MOST_PER_SECOND) {
      throw new IllegalArgumentException(
          "--rate is " + rate + ": give records per second, from 1 to " + MOST_PER_SECOND + ".");
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
              + " ms: give more than --out-of-order, or late records would be in time, and "
              + MOST_LATE_BY.toDays()
              + " days at most.");
    }
  }

  /**
   * Returns options with the default times.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static SendOptions of(long count, long seed, Instant start, long rate, Shares shares) {
    return new SendOptions(count, seed, start, rate, shares, DEFAULT_LATE_BY, DEFAULT_OUT_OF_ORDER);
  }

  /** Returns when the record of an index is sent, in microseconds since 1970. */
  public long sentMicros(long index) {
    long first = Math.multiplyExact(start.getEpochSecond(), 1_000_000L) + start.getNano() / 1_000;
    return first + index / rate * 1_000_000 + index % rate * 1_000_000 / rate;
  }
}
