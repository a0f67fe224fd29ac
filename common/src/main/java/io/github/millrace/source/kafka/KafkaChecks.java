package io.github.millrace.source.kafka;

import io.github.millrace.config.KafkaConfig;
import io.github.millrace.config.Nearest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Checks what the configuration says about Kafka, as far as no broker need be asked. */
final class KafkaChecks {
  private static final int MOST_PORT = 65_535;

  /** The options that Spark refuses or the job sets, and what to do instead. */
  private static final Map<String, String> NOT_TO_SET =
      Map.of(
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
          "set kafka.bootstrapServers instead",
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "set kafka.startingOffsets instead",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          "the checkpoint notes what has been read",
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          "a message is read as bytes",
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
          "a message is read as bytes",
          ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
          "Spark reads without interceptors");

  private static final List<String> FILES =
      List.of(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);

  /** Kafka hands these on to what they configure, whatever their names. */
  private static final List<String> HANDED_ON = List.of("listener.", "config.providers");

  private KafkaChecks() {}

  /**
   * Checks.
   *
   * @param problems receives a message for each value that Kafka or Spark would refuse
   * @param warnings receives a message for each thing that is likely to be meant otherwise
   */
  static void check(KafkaConfig config, List<String> problems, List<String> warnings) {
    servers(config, problems, warnings);
    topic(config, problems);
    for (String key : new TreeSet<>(config.options().keySet())) {
      String instead = NOT_TO_SET.get(key.toLowerCase(Locale.ROOT));
      if (instead != null) {
        problems.add("kafka.options.%s: is not to be set; %s".formatted(key, instead));
      }
    }
    values(config, problems);
    files(config, problems);
    names(config, problems, warnings);
  }

  private static void servers(KafkaConfig config, List<String> problems, List<String> warnings) {
    for (String server : addresses(config)) {
      String host = Utils.getHost(server);
      Integer port = host == null || host.isEmpty() ? null : port(server);
      if (port == null || port < 1 || port > MOST_PORT) {
        problems.add(
            "kafka.bootstrapServers: has '%s', must be host:port, separated by commas"
                .formatted(server));
        return;
      }
    }
    List<String> unknown = unknownHosts(config);
    if (unknown.size() < addresses(config).size()) {
      unknown.forEach(
          server ->
              warnings.add(
                  "kafka.bootstrapServers: the host of '%s' is not known here; the others are used"
                      .formatted(server)));
    }
  }

  private static Integer port(String server) {
    try {
      return Utils.getPort(server);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static List<String> addresses(KafkaConfig config) {
    String all = Objects.requireNonNullElse(config.bootstrapServers(), "");
    return Arrays.stream(all.split(",", 0)).map(String::trim).filter(s -> !s.isEmpty()).toList();
  }

  /** The bootstrap servers whose name no name service knows. */
  static List<String> unknownHosts(KafkaConfig config) {
    List<String> unknown = new ArrayList<>();
    for (String server : addresses(config)) {
      try {
        InetAddress.getAllByName(Utils.getHost(server));
      } catch (UnknownHostException e) {
        unknown.add(server);
      }
    }
    return unknown;
  }

  /** Whether no bootstrap server's name is known. */
  static boolean knowsNoHost(KafkaConfig config) {
    return unknownHosts(config).size() == addresses(config).size();
  }

  private static void topic(KafkaConfig config, List<String> problems) {
    for (String topic : config.topics()) {
      try {
        Topic.validate(topic);
      } catch (InvalidTopicException e) {
        problems.add("kafka.topic: is '%s': %s".formatted(topic, e.getMessage()));
      }
    }
  }

  private static void values(KafkaConfig config, List<String> problems) {
    Map<String, String> all = new HashMap<>(config.options());
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
    String bytes = ByteArrayDeserializer.class.getName();
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, bytes);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, bytes);
    Map<String, String> wrong = new TreeMap<>();
    for (ConfigDef def : List.of(ConsumerConfig.configDef(), AdminClientConfig.configDef())) {
      for (ConfigValue value : def.validate(all)) {
        if (config.options().containsKey(value.name()) && !value.errorMessages().isEmpty()) {
          wrong.put(value.name(), value.errorMessages().get(0));
        }
      }
    }
    wrong.forEach(
        (key, message) -> {
          String value = config.options().get(key);
          String kafkas = "Invalid value " + value + " for configuration " + key;
          problems.add(
              "kafka.options.%s: %s".formatted(key, message.replace(kafkas, "is '" + value + "'")));
        });
  }

  private static void files(KafkaConfig config, List<String> problems) {
    for (String key : FILES) {
      String file = config.options().get(key);
      if (file != null && !exists(file)) {
        problems.add(
            "kafka.options.%s: is '%s', which does not exist; create it or correct the path"
                .formatted(key, file));
      }
    }
  }

  private static boolean exists(String file) {
    try {
      return Files.exists(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String remedy(String key, Set<String> known) {
    boolean ours =
        Arrays.stream(KafkaConfig.class.getRecordComponents())
            .anyMatch(component -> component.getName().equals(key));
    return ours
        ? "; set kafka." + key + " instead"
        : Nearest.of(key, known).map(near -> ", did you mean '" + near + "'?").orElse("");
  }

  private static void names(KafkaConfig config, List<String> problems, List<String> warnings) {
    TreeSet<String> known = new TreeSet<>(ConsumerConfig.configNames());
    known.addAll(AdminClientConfig.configNames());
    for (String key : new TreeSet<>(config.options().keySet())) {
      String small = key.toLowerCase(Locale.ROOT);
      if (known.contains(key)
          || NOT_TO_SET.containsKey(small)
          || HANDED_ON.stream().anyMatch(key::startsWith)) {
        continue;
      }
      if (known.contains(small)) {
        // Spark takes both for one option, and Kafka's clients know this one not: each part of the
        // job would go by another value.
        problems.add("kafka.options.%s: must be written %s".formatted(key, small));
      } else {
        warnings.add(
            "kafka.options.%s: Kafka's clients know no such setting%s"
                .formatted(key, remedy(key, known)));
      }
    }
  }
}
