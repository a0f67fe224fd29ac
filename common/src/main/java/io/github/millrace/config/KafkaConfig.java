package io.github.millrace.config;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where messages come from: the block {@code kafka} of a configuration.
 *
 * @param bootstrapServers {@code host:port} of brokers, separated by commas
 * @param topic one or several, separated by commas
 * @param startingOffsets where a stream begins that has read nothing yet: {@code earliest}, {@code
 *     latest}, or JSON of offsets by topic and partition
 * @param maxOffsetsPerTrigger most messages in a batch; null for all there are
 * @param minPartitions at least so many tasks read; null for one for each partition
 * @param gaps what becomes of offsets without a message
 * @param options of Kafka's clients, by Kafka's own names
 */
public record KafkaConfig(
    @NotBlank(message = "is missing; set it to host:port of the brokers") String bootstrapServers,
    @NotBlank(message = "is missing; set it to the topic to read") String topic,
    @Pattern(
            regexp = "(?s)earliest|latest|\\{.*\\}",
            message = "must be earliest, latest, or JSON of offsets by topic and partition")
        String startingOffsets,
    @Min(value = 1, message = "must be 1 or more") Long maxOffsetsPerTrigger,
    @Min(value = 1, message = "must be 1 or more") Integer minPartitions,
    Gaps gaps,
    Map<String, String> options) {
  private static final String ISOLATION = "isolation.level";
  private static final String READ_COMMITTED = "read_committed";

  public KafkaConfig {
    startingOffsets = Objects.requireNonNullElse(startingOffsets, "earliest");
    gaps = Objects.requireNonNullElse(gaps, Gaps.REFUSE);
    options = options == null ? Map.of() : withoutNulls(options);
  }

  /** The same, with a job's own topic where none is set. */
  public KafkaConfig orTopic(String other) {
    return topic != null
        ? this
        : new KafkaConfig(
            bootstrapServers,
            other,
            startingOffsets,
            maxOffsetsPerTrigger,
            minPartitions,
            gaps,
            options);
  }

  /** The names of the topics. */
  public List<String> topics() {
    return topic == null
        ? List.of()
        : Arrays.stream(topic.split(",", -1)).map(String::trim).distinct().toList();
  }

  /**
   * By which a message of a transaction counts once that is committed, unless set otherwise.
   * Without the spaces around it, which Kafka passes over and Spark does not.
   */
  public String isolation() {
    return options.getOrDefault(ISOLATION, READ_COMMITTED).trim();
  }

  /** Whether messages of a transaction are read once that is committed, and not before. */
  public boolean readsCommitted() {
    return isolation().equals(READ_COMMITTED);
  }

  /** A key without a value stands for an empty one, with which some of Kafka's are turned off. */
  private static Map<String, String> withoutNulls(Map<String, String> options) {
    Map<String, String> values = new HashMap<>();
    options.forEach((key, value) -> values.put(key, Objects.requireNonNullElse(value, "")));
    return Map.copyOf(values);
  }
}
