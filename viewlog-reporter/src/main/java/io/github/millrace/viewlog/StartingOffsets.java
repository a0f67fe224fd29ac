package io.github.millrace.viewlog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a stream begins that has read nothing yet, said for each partition.
 *
 * @param offsets by partition; {@link #EARLIEST} and {@link #LATEST} are none of Kafka's own
 */
record StartingOffsets(String topic, Map<Integer, Long> offsets) {
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
  static Optional<StartingOffsets> read(ReportConfig.KafkaConfig config, List<String> problems) {
    if (!config.startingOffsets().startsWith("{")) {
      return Optional.empty();
    }
    List<String> wrong = new ArrayList<>();
    Map<Integer, Long> offsets = offsets(config, wrong);
    problems.addAll(wrong);
    return wrong.isEmpty()
        ? Optional.of(new StartingOffsets(config.topic(), offsets))
        : Optional.empty();
  }

  private static Map<Integer, Long> offsets(ReportConfig.KafkaConfig config, List<String> wrong) {
    Map<Integer, Long> offsets = new TreeMap<>();
    JsonNode json;
    try {
      json = JSON.readTree(config.startingOffsets());
    } catch (JsonProcessingException e) {
      wrong.add(
          KEY
              + "is '%s', which is not JSON such as {\"%s\": {\"0\": 1200, \"1\": -2}}"
                  .formatted(config.startingOffsets(), config.topic()));
      return offsets;
    }
    for (Map.Entry<String, JsonNode> topic : json.properties()) {
      if (!topic.getKey().equals(config.topic())) {
        wrong.add(
            KEY
                + "names topic '%s', but kafka.topic is '%s'; correct the one or the other"
                    .formatted(topic.getKey(), config.topic()));
      }
    }
    JsonNode ofTopic = json.path(config.topic());
    if (!ofTopic.isObject() && wrong.isEmpty()) {
      wrong.add(
          KEY
              + "must have offsets by partition for topic '%s', such as {\"%s\": {\"0\": -2}}"
                  .formatted(config.topic(), config.topic()));
    }
    for (Map.Entry<String, JsonNode> partition : ofTopic.properties()) {
      JsonNode offset = partition.getValue();
      if (!partition.getKey().matches("0|[1-9][0-9]{0,8}")) {
        wrong.add(
            KEY
                + "topic '%s': partition '%s' is no number"
                    .formatted(config.topic(), partition.getKey()));
      } else if (!offset.isIntegralNumber()
          || !offset.canConvertToLong()
          || offset.longValue() < EARLIEST) {
        wrong.add(
            at(config.topic(), Integer.parseInt(partition.getKey()))
                + "is %s, must be an offset, -2 (earliest) or -1 (latest)".formatted(offset));
      } else {
        offsets.put(Integer.valueOf(partition.getKey()), offset.longValue());
      }
    }
    return offsets;
  }

  /** What does not fit what the brokers have, a message each. */
  List<String> misfits(KafkaTopic.State state) {
    List<String> misfits = new ArrayList<>();
    state
        .end()
        .forEach(
            (partition, end) -> {
              long first = state.first().get(partition);
              Long offset = offsets.get(partition);
              if (offset == null) {
                misfits.add(
                    at(topic, partition)
                        + "is missing; add \"%d\": -2 (earliest), -1 (latest) or an offset from %d to %d"
                            .formatted(partition, first, end));
              } else if (offset >= 0 && (offset < first || offset > end)) {
                misfits.add(
                    at(topic, partition)
                        + "is %d, must be an offset from %d to %d, -2 (earliest) or -1 (latest)"
                            .formatted(offset, first, end));
              }
            });
    for (int partition : offsets.keySet()) {
      if (!state.end().containsKey(partition)) {
        misfits.add(
            at(topic, partition)
                + "there is no such partition, only %s; remove it".formatted(state.end().keySet()));
      }
    }
    return misfits;
  }

  private static String at(String topic, int partition) {
    return KEY + "topic '%s', partition %d: ".formatted(topic, partition);
  }
}
