package io.github.millrace.datagen.output;

import java.util.Map;
import java.util.OptionalInt;

/**
 * A topic to send to.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param topic its name
 * @param partitions with how many partitions it is made if it is missing
 * @param options further settings of Kafka's producer and admin client; they may hold passwords
 */
public record KafkaTarget(
    String bootstrapServers, String topic, OptionalInt partitions, Map<String, String> options) {
  /**
   * Keeps its own copy of the options.
   *
   * @throws IllegalArgumentException if there are no partitions
   */
  public KafkaTarget {
    if (partitions.isPresent() && partitions.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "--partitions is " + partitions.getAsInt() + ": give a number from 1.");
    }
    options = Map.copyOf(options);
  }

  /** The topic and where it is; never the options. */
  @Override
  public String toString() {
    return "topic " + topic + " at " + bootstrapServers;
  }
}
