package io.github.millrace.source.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import org.apache.kafka.common.TopicPartition;

/** An offset for each of some partitions of topics, in the order of topics and partitions. */
public final class Offsets {
  /** Of no partition. */
  public static final Offsets NONE = new Offsets(Map.of());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  private final SortedMap<TopicPartition, Long> offsets;

  /** Creates them. */
  public Offsets(Map<TopicPartition, Long> offsets) {
    SortedMap<TopicPartition, Long> sorted = new TreeMap<>(ORDER);
    sorted.putAll(offsets);
    this.offsets = Collections.unmodifiableSortedMap(sorted);
  }

  /** Reads Spark's form, {@code {"topic": {"0": 17}}}. */
  static Offsets parse(String json) throws JsonProcessingException {
    Map<String, Map<Integer, Long>> byTopic = JSON.readValue(json, new TypeReference<>() {});
    Map<TopicPartition, Long> offsets = new TreeMap<>(ORDER);
    byTopic.forEach(
        (topic, partitions) ->
            partitions.forEach(
                (partition, offset) -> offsets.put(new TopicPartition(topic, partition), offset)));
    return new Offsets(offsets);
  }

  /** Spark's form of them. */
  String toJson() {
    Map<String, Map<Integer, Long>> byTopic = new TreeMap<>();
    offsets.forEach(
        (partition, offset) ->
            byTopic
                .computeIfAbsent(partition.topic(), topic -> new TreeMap<>())
                .put(partition.partition(), offset));
    return write(byTopic);
  }

  /** Spark's form of the partitions alone, {@code {"topic": [0, 1]}}. */
  String partitionsToJson() {
    Map<String, Set<Integer>> byTopic = new TreeMap<>();
    offsets
        .keySet()
        .forEach(
            partition ->
                byTopic
                    .computeIfAbsent(partition.topic(), topic -> new TreeSet<>())
                    .add(partition.partition()));
    return write(byTopic);
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names and numbers can always be written", e);
    }
  }

  /** The offset of a partition; null if it has none. */
  public Long get(TopicPartition partition) {
    return offsets.get(partition);
  }

  /** The offset of a partition; 0, where every partition begins, if it has none. */
  public long orBeginning(TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }

  /** The partitions that have one. */
  public Set<TopicPartition> partitions() {
    return offsets.keySet();
  }

  /** Whether there is no partition. */
  public boolean isEmpty() {
    return offsets.isEmpty();
  }

  /** Does something for each partition. */
  public void forEach(BiConsumer<TopicPartition, Long> action) {
    offsets.forEach(action);
  }

  /** Those of the partitions that others have too, put together with these. */
  public Offsets with(Offsets others, BinaryOperator<Long> together) {
    Map<TopicPartition, Long> both = new TreeMap<>(offsets);
    both.keySet().retainAll(others.partitions());
    both.replaceAll((partition, offset) -> together.apply(offset, others.get(partition)));
    return new Offsets(both);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Offsets same && offsets.equals(same.offsets);
  }

  @Override
  public int hashCode() {
    return offsets.hashCode();
  }

  @Override
  public String toString() {
    return toJson();
  }
}
