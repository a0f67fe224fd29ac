package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.util.IntervalUtils;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;

/** A length of time as a user writes it, such as {@code 10 seconds}. */
public final class TimeSpan {
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  /** Far beyond any use, and small enough to be taken from any time since 1970. */
  private static final long MOST_MICROS = Long.MAX_VALUE / 4;

  private final String text;
  private final long micros;

  private TimeSpan(String text, long micros) {
    this.text = text;
    this.micros = micros;
  }

  /**
   * Reads a length of time, in the units of Spark's intervals up to days.
   *
   * @throws IllegalArgumentException if it is none
   */
  @JsonCreator
  public static TimeSpan parse(String text) {
    CalendarInterval interval;
    try {
      interval = IntervalUtils.stringToInterval(UTF8String.fromString(text));
    } catch (RuntimeException e) {
      if (!(e instanceof SparkThrowable)) {
        throw e;
      }
      throw misfit(e);
    }
    if (interval.months != 0) {
      throw misfit(null);
    }
    try {
      long days = Math.multiplyExact(interval.days, MICROS_PER_DAY);
      return new TimeSpan(text.trim(), inRange(Math.addExact(days, interval.microseconds)));
    } catch (ArithmeticException e) {
      throw misfit(e);
    }
  }

  private static long inRange(long micros) {
    if (micros < 0 || micros > MOST_MICROS) {
      throw misfit(null);
    }
    return micros;
  }

  private static IllegalArgumentException misfit(Throwable cause) {
    return new IllegalArgumentException("must be a time such as '10 seconds' or '1 minute'", cause);
  }

  /** Its length in microseconds, 0 or more. */
  public long micros() {
    return micros;
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
