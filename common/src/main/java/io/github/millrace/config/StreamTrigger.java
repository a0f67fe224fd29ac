package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.apache.spark.sql.streaming.Trigger;

/**
 * When a stream takes its next batch: {@code availableNow} (all there is, then end) or an interval
 * such as {@code 30 seconds} (go on until stopped).
 */
public final class StreamTrigger {
  private static final String AVAILABLE_NOW = "availableNow";

  /** Takes all there is, then ends. */
  public static final StreamTrigger ALL_AVAILABLE = new StreamTrigger(AVAILABLE_NOW);

  private final String text;

  private StreamTrigger(String text) {
    this.text = text;
  }

  /**
   * Reads a trigger.
   *
   * @throws IllegalArgumentException if it is neither
   */
  @JsonCreator
  public static StreamTrigger parse(String text) {
    StreamTrigger trigger = new StreamTrigger(text.trim());
    try {
      trigger.toSpark();
      return trigger;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "must be availableNow or an interval such as '30 seconds'", e);
    }
  }

  /** Whether the stream ends by itself. */
  public boolean bounded() {
    return text.equals(AVAILABLE_NOW);
  }

  public Trigger toSpark() {
    return bounded() ? Trigger.AvailableNow() : Trigger.ProcessingTime(text);
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
