package io.github.millrace.source.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.millrace.config.KafkaConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a stream begins that has read nothing yet, said for each partition.
 *
 * @param offsets {@link #EARLIEST} and {@link #LATEST} are none of Kafka's own
 */
record StartingOffsets(Offsets offsets) {
  static final long LATEST = -1;
  static final long EARLIEST = -2;

  private static final String KEY = "kafka.startingOffsets: ";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads what the configuration says.
   *
   * @param problems receives a message for whatever is wrong in itself
   * @return empty if it is a word, or wrong
   */
  static Optional<StartingOffsets> read(KafkaConfig config, List<String> problems) {
    if (!config.startingOffsets().startsWith("{")) {
      return Optional.empty();
    }
    List<String> wrong = new ArrayList<>();
    Offsets offsets = offsets(config, wrong);
    problems.addAll(wrong);
    return wrong.isEmpty() ? Optional.of(new StartingOffsets(offsets)) : Optional.empty();
  }

  private static Offsets offsets(KafkaConfig config, List<String> wrong) {
    List<String> topics = config.topics();
    JsonNode json;
    try {
      json = JSON.readTree(config.startingOffsets());
    } catch (JsonProcessingException e) {
      wrong.add(
          KEY
              + "is '%s', which is not JSON such as {\"%s\": {\"0\": 1200, \"1\": -2}}"
                  .formatted(config.startingOffsets(), topics.get(0)));
      return Offsets.NONE;
    }
    for (Map.Entry<String, JsonNode> topic : json.properties()) {
      if (!topics.contains(topic.getKey())) {
        wrong.add(
            KEY
                + "names topic '%s', but kafka.topic is '%s'; correct the one or the other"
                    .formatted(topic.getKey(), config.topic()));
      }
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (String topic : topics) {
      JsonNode ofTopic = json.path(topic);
      if (!ofTopic.isObject() && wrong.isEmpty()) {
        wrong.add(
            KEY
                + "must have offsets by partition for topic '%s', such as {\"%s\": {\"0\": -2}}"
                    .formatted(topic, topic));
      }
      for (Map.Entry<String, JsonNode> partition : ofTopic.properties()) {
        add(topic, partition.getKey(), partition.getValue(), offsets, wrong);
      }
    }
    return new Offsets(offsets);
  }

  private static void add(
      String topic,
      String partition,
      JsonNode offset,
      Map<TopicPartition, Long> offsets,
      List<String> wrong) {
    if (!partition.matches("0|[1-9][0-9]{0,8}")) {
      wrong.add(KEY + "topic '%s': partition '%s' is no number".formatted(topic, partition));
      return;
    }
    TopicPartition of = new TopicPartition(topic, Integer.parseInt(partition));
    if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < EARLIEST) {
      wrong.add(
          at(of) + "is %s, must be an offset, -2 (earliest) or -1 (latest)".formatted(offset));
    } else {
      offsets.put(of, offset.longValue());
    }
  }

  /** What does not fit what the brokers have, a message each. */
  List<String> misfits(KafkaSource.State state) {
    List<String> misfits = new ArrayList<>();
    state
        .end()
        .forEach(
            (partition, end) -> {
              long first = state.first().get(partition);
              Long offset = offsets.get(partition);
              if (offset == null) {
                misfits.add(
                    at(partition)
                        + "is missing; add \"%d\": -2 (earliest), -1 (latest) or an offset from %d to %d"
                            .formatted(partition.partition(), first, end));
              } else if (offset >= 0 && (offset < first || offset > end)) {
                misfits.add(
                    at(partition)
                        + "is %d, must be an offset from %d to %d, -2 (earliest) or -1 (latest)"
                            .formatted(offset, first, end));
              }
            });
    for (TopicPartition partition : offsets.partitions()) {
      if (state.end().get(partition) == null) {
        misfits.add(
            at(partition)
                + "there is no such partition, only %s; remove it"
                    .formatted(partitions(partition.topic(), state)));
      }
    }
    return misfits;
  }

  private static List<Integer> partitions(String topic, KafkaSource.State state) {
    return state.end().partitions().stream()
        .filter(partition -> partition.topic().equals(topic))
        .map(TopicPartition::partition)
        .collect(Collectors.toList());
  }

  private static String at(TopicPartition partition) {
    return KEY + "topic '%s', partition %d: ".formatted(partition.topic(), partition.partition());
  }
}
