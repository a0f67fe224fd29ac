package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apache.spark.sql.streaming.Trigger;

/**
 * When a stream takes its next batch: {@code availableNow} (all there is, then end) or an interval,
 * a {@link TimeSpan} such as {@code 30 seconds} (go on until stopped).
 */
public final class StreamTrigger {
  private static final String AVAILABLE_NOW = "availableNow";

  /** Takes all there is, then ends. */
  public static final StreamTrigger ALL_AVAILABLE = new StreamTrigger(AVAILABLE_NOW, null);

  private final String text;

  /** Null for none. */
  private final TimeSpan interval;

  private StreamTrigger(String text, TimeSpan interval) {
    this.text = text;
    this.interval = interval;
  }

  /**
   * Reads a trigger.
   *
   * @throws IllegalArgumentException if it is neither
   */
  @JsonCreator
  public static StreamTrigger parse(String text) {
    if (text.trim().equals(AVAILABLE_NOW)) {
      return ALL_AVAILABLE;
    }
    try {
      return new StreamTrigger(text.trim(), TimeSpan.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "must be availableNow or an interval such as '30 seconds'", e);
    }
  }

  /** Whether the stream ends by itself. */
  public boolean bounded() {
    return interval == null;
  }

  public Trigger toSpark() {
    return bounded() ? Trigger.AvailableNow() : Trigger.ProcessingTime(interval.micros() / 1_000);
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
