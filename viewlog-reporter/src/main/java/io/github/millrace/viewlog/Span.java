package io.github.millrace.viewlog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.util.IntervalUtils;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;

/** A length of time as a user writes it, such as {@code 10 seconds}. */
final class Span {
  private final String text;
  private final long micros;

  private Span(String text, long micros) {
    this.text = text;
    this.micros = micros;
  }

  /**
   * Reads a length of time, in the units of Spark's intervals up to days.
   *
   * @throws IllegalArgumentException if it is none
   */
  @JsonCreator
  static Span parse(String text) {
    CalendarInterval interval;
    try {
      interval = IntervalUtils.stringToInterval(UTF8String.fromString(text));
    } catch (RuntimeException e) {
      if (!(e instanceof SparkThrowable)) {
        throw e;
      }
      throw misfit(e);
    }
    long micros = interval.days * 86_400_000_000L + interval.microseconds;
    if (interval.months != 0 || micros < 0) {
      throw misfit(null);
    }
    return new Span(text.trim(), micros);
  }

  private static IllegalArgumentException misfit(Throwable cause) {
    return new IllegalArgumentException("must be a time such as '10 seconds' or '1 minute'", cause);
  }

  /** Its length in microseconds, 0 or more. */
  long micros() {
    return micros;
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
