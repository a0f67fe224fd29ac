package io.github.millrace.datagen.command;

import io.github.millrace.datagen.output.KafkaTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of {@code --to kafka}. */
public final class TopicOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "With --to kafka: the servers, separated by commas.")
  private String bootstrapServers;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "With --to kafka: the topic.")
  private String topic;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "With --to kafka: make the topic with this many partitions if it is missing.")
  private Integer partitions;

  @Option(
      names = "--kafka-option",
      paramLabel = "KEY=VALUE",
      description =
          "With --to kafka: a setting of Kafka's clients, such as security.protocol=SASL_SSL. Can be"
              + " repeated. Values are never printed.")
  private List<String> kafkaOptions = new ArrayList<>();

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "With --to kafka: write the truth to this file. Files have it beside them.")
  private Path truth;

  /** Made by the command line. */
  public TopicOptions() {}

  /** Checks that what the target needs is given. */
  public void require() {
    Target.KAFKA.require("--bootstrap-servers", bootstrapServers);
    Target.KAFKA.require("--topic", topic);
  }

  /** Checks that nothing is given for another target. */
  public void refuse(Target other) {
    other.refuse("--bootstrap-servers", bootstrapServers != null);
    other.refuse("--topic", topic != null);
    other.refuse("--partitions", partitions != null);
    other.refuse("--kafka-option", !kafkaOptions.isEmpty());
    other.refuse("--truth", truth != null);
  }

  /**
   * Returns the topic.
   *
   * @throws IllegalArgumentException naming the option that is wrong
   */
  public KafkaTarget target() {
    return new KafkaTarget(
        bootstrapServers,
        topic,
        partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions),
        keysAndValues(kafkaOptions));
  }

  /** Returns where the truth is written, if at all. */
  public Optional<Path> truthFile() {
    return Optional.ofNullable(truth);
  }

  /** Takes the settings apart; an error does not show them, for they may hold a password. */
  private static Map<String, String> keysAndValues(List<String> settings) {
    Map<String, String> map = new HashMap<>();
    for (String setting : settings) {
      int end = setting.indexOf('=');
      if (end < 1) {
        throw new IllegalArgumentException(
            "--kafka-option has no '=': give it as key=value, such as security.protocol=SASL_SSL.");
      }
      map.put(setting.substring(0, end), setting.substring(end + 1));
    }
    return map;
  }
}
