package io.github.millrace.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.JobException;
import io.github.millrace.config.KafkaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong about Kafka before a broker is asked. */
class KafkaChecksTest {
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  @Test
  void optionsThatTheJobSetsOrSparkRefusesNameTheKeyToUse() {
    check(
        Map.of(
            "bootstrap.servers", "a:1",
            "auto.offset.reset", "latest",
            "Enable.Auto.Commit", "true",
            "key.deserializer", "a.B",
            "value.deserializer", "a.B",
            "interceptor.classes", "a.B",
            "group.id", "mine"));
    assertThat(problems)
        .containsExactly(
            "kafka.options.Enable.Auto.Commit: is not to be set; the checkpoint notes what has been"
                + " read",
            "kafka.options.auto.offset.reset: is not to be set; set kafka.startingOffsets instead",
            "kafka.options.bootstrap.servers: is not to be set; set kafka.bootstrapServers instead",
            "kafka.options.interceptor.classes: is not to be set; Spark reads without interceptors",
            "kafka.options.key.deserializer: is not to be set; a message is read as bytes",
            "kafka.options.value.deserializer: is not to be set; a message is read as bytes");
    assertThat(warnings).isEmpty();
  }

  @Test
  void valuesThatKafkaRefusesAreToldWithTheirKeys() {
    check(
        Map.of(
            "security.protocol", "SSLL",
            "fetch.max.wait.ms", "soon",
            "retries", "-1",
            "isolation.level", "none"));
    assertThat(problems)
        .containsExactly(
            "kafka.options.fetch.max.wait.ms: is 'soon': Not a number of type INT",
            "kafka.options.isolation.level: is 'none': String must be one of: read_committed,"
                + " read_uncommitted",
            "kafka.options.retries: is '-1': Value must be at least 0",
            "kafka.options.security.protocol: is 'SSLL': String must be one of (case insensitive):"
                + " SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT");
  }

  /** Spark's source knows no case, and Kafka's own clients do: each would go by another value. */
  @Test
  void anOptionInOtherLettersIsAProblem() {
    check(Map.of("Isolation.Level", "read_uncommitted", "MAX.POLL.RECORDS", "7"));
    assertThat(problems)
        .containsExactly(
            "kafka.options.Isolation.Level: must be written isolation.level",
            "kafka.options.MAX.POLL.RECORDS: must be written max.poll.records");
    assertThat(warnings).isEmpty();
  }

  @Test
  void committedIsReadUnlessSetOtherwise() {
    assertThat(isolation(Map.of())).isEqualTo("read_committed");
    assertThat(isolation(Map.of("isolation.level", "read_uncommitted")))
        .isEqualTo("read_uncommitted");
    // Kafka's clients take it so, and Spark does not.
    assertThat(isolation(Map.of("isolation.level", " read_uncommitted ")))
        .isEqualTo("read_uncommitted");
  }

  private static String isolation(Map<String, String> options) {
    return new KafkaSource(config("a:1", "t", options))
        .sourceOptions()
        .get("kafka.isolation.level");
  }

  @Test
  void aStoreThatDoesNotExistIsNamed(@TempDir Path directory) throws IOException {
    Path there = Files.createFile(directory.resolve("there.jks"));
    check(
        Map.of(
            "security.protocol", "SSL",
            "ssl.truststore.location", "/no/where.jks",
            "ssl.keystore.location", there.toString()));
    assertThat(problems)
        .containsExactly(
            "kafka.options.ssl.truststore.location: is '/no/where.jks', which does not exist; create"
                + " it or correct the path");
  }

  @Test
  void aMisspeltOptionIsAWarningWithTheNearestName() {
    check(
        Map.of(
            "sasl.jaas.confg", "hushhush",
            "kafka.security.protocol", "SSL",
            "my.own.thing", "hushhush",
            "maxOffsetsPerTrigger", "10",
            "listener.name.x", "1",
            "ssl.endpoint.identification.algorithm", "",
            "sasl.oauthbearer.token.endpoint.url", "http://localhost"));
    assertThat(problems).isEmpty();
    assertThat(warnings)
        .containsExactly(
            "kafka.options.kafka.security.protocol: Kafka's clients know no such setting, did you"
                + " mean 'security.protocol'?",
            "kafka.options.maxOffsetsPerTrigger: Kafka's clients know no such setting; set"
                + " kafka.maxOffsetsPerTrigger instead",
            "kafka.options.my.own.thing: Kafka's clients know no such setting",
            "kafka.options.sasl.jaas.confg: Kafka's clients know no such setting, did you mean"
                + " 'sasl.jaas.config'?");
  }

  @Test
  void aTopicKeepsKafkasRule() {
    KafkaChecks.check(config("localhost:9092", "view log", Map.of()), problems, warnings);
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("kafka.topic: is 'view log': ")
        .contains("ASCII alphanumerics");
  }

  @Test
  void aServerIsHostAndPort() {
    for (String wrong : List.of("localhost", "localhost:", "localhost:99999", "http://a b", ":1")) {
      problems.clear();
      KafkaChecks.check(config("localhost:9092," + wrong, "t", Map.of()), problems, warnings);
      assertThat(problems)
          .containsExactly(
              "kafka.bootstrapServers: has '%s', must be host:port, separated by commas"
                  .formatted(wrong));
    }
    problems.clear();
    KafkaChecks.check(
        config("localhost:9092, [::1]:9092, nosuch.invalid:9092", "t", Map.of()),
        problems,
        warnings);
    assertThat(problems).isEmpty();
    assertThat(warnings)
        .containsExactly(
            "kafka.bootstrapServers: the host of 'nosuch.invalid:9092' is not known here; the others"
                + " are used");
  }

  @Test
  void anOptionWithoutAValueIsEmpty() {
    Map<String, String> options = new HashMap<>();
    options.put("ssl.endpoint.identification.algorithm", null);
    assertThat(config("localhost:9092", "t", options).options())
        .isEqualTo(Map.of("ssl.endpoint.identification.algorithm", ""));
  }

  @Test
  void startingOffsetsThatAreWrongInThemselves() {
    assertThat(starting("{\"t\": {\"0\": 1, \"1\": -2, \"2\": -1}}"))
        .isEqualTo(Map.of(0, 1L, 1, -2L, 2, -1L));
    assertThat(problems).isEmpty();
    starting("{\"t\": {\"0\": 1}");
    starting("{\"t\": {\"0\": 1}} }");
    starting("{\"other\": {\"0\": 1}}");
    starting("{}");
    starting("{\"t\": {\"a\": 1, \"0\": -3, \"1\": \"5\"}}");
    assertThat(problems)
        .containsExactly(
            "kafka.startingOffsets: is '{\"t\": {\"0\": 1}', which is not JSON such as {\"t\": {\"0\":"
                + " 1200, \"1\": -2}}",
            "kafka.startingOffsets: is '{\"t\": {\"0\": 1}} }', which is not JSON such as {\"t\":"
                + " {\"0\": 1200, \"1\": -2}}",
            "kafka.startingOffsets: names topic 'other', but kafka.topic is 't'; correct the one or"
                + " the other",
            "kafka.startingOffsets: must have offsets by partition for topic 't', such as {\"t\":"
                + " {\"0\": -2}}",
            "kafka.startingOffsets: topic 't': partition 'a' is no number",
            "kafka.startingOffsets: topic 't', partition 0: is -3, must be an offset, -2 (earliest) or"
                + " -1 (latest)",
            "kafka.startingOffsets: topic 't', partition 1: is \"5\", must be an offset, -2 (earliest)"
                + " or -1 (latest)");
  }

  @Test
  void startingOffsetsThatDoNotFitTheTopic() {
    KafkaSource.State state =
        new KafkaSource.State(
            Map.of("t", "id"),
            offsets(Map.of(0, 5L, 1, 0L, 2, 3L)),
            offsets(Map.of(0, 10L, 1, 0L, 2, 9L)));
    assertThat(misfits(Map.of(0, 10L, 1, 0L, 2, 3L), state)).isEmpty();
    assertThat(misfits(Map.of(0, -2L, 1, -1L, 2, -1L), state)).isEmpty();
    assertThat(misfits(Map.of(0, 4L, 2, 10L, 7, 0L), state))
        .containsExactly(
            "kafka.startingOffsets: topic 't', partition 0: is 4, must be an offset from 5 to 10, -2"
                + " (earliest) or -1 (latest)",
            "kafka.startingOffsets: topic 't', partition 1: is missing; add \"1\": -2 (earliest), -1"
                + " (latest) or an offset from 0 to 0",
            "kafka.startingOffsets: topic 't', partition 2: is 10, must be an offset from 3 to 9, -2"
                + " (earliest) or -1 (latest)",
            "kafka.startingOffsets: topic 't', partition 7: there is no such partition, only [0, 1,"
                + " 2]; remove it");
  }

  private static List<String> misfits(Map<Integer, Long> starting, KafkaSource.State state) {
    return new StartingOffsets(offsets(starting)).misfits(state);
  }

  private static Offsets offsets(Map<Integer, Long> ofPartitions) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    ofPartitions.forEach((number, at) -> offsets.put(new TopicPartition("t", number), at));
    return new Offsets(offsets);
  }

  private Map<Integer, Long> starting(String text) {
    Map<Integer, Long> offsets = new TreeMap<>();
    StartingOffsets.read(new KafkaConfig("a:1", "t", text, null, null, null, null), problems)
        .ifPresent(
            read ->
                read.offsets().forEach((partition, at) -> offsets.put(partition.partition(), at)));
    return offsets;
  }

  @Test
  void severalTopicsHaveOffsetsOfTheirOwn() {
    String text = "{\"a\": {\"0\": 5}, \"b\": {\"0\": -2, \"1\": -1}}";
    KafkaConfig config = new KafkaConfig("x:1", "a, b", text, null, null, null, null);
    check(config, problems);
    Offsets read = StartingOffsets.read(config, problems).orElseThrow().offsets();
    assertThat(problems).isEmpty();
    assertThat(read.get(new TopicPartition("a", 0))).isEqualTo(5);
    assertThat(read.get(new TopicPartition("b", 1))).isEqualTo(-1);
    assertThat(read.toJson()).isEqualTo("{\"a\":{\"0\":5},\"b\":{\"0\":-2,\"1\":-1}}");
    assertThat(read.partitionsToJson()).isEqualTo("{\"a\":[0],\"b\":[0,1]}");

    check(new KafkaConfig("x:1", "a,,b c", null, null, null, null, null), problems);
    assertThat(problems)
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).startsWith("kafka.topic: is '"));
  }

  private void check(KafkaConfig config, List<String> into) {
    KafkaChecks.check(config, into, warnings);
  }

  private void check(Map<String, String> options) {
    KafkaChecks.check(config("localhost:9092", "view_log", options), problems, warnings);
  }

  private static KafkaConfig config(String servers, String topic, Map<String, String> options) {
    return new KafkaConfig(servers, topic, null, null, null, null, options);
  }

  /** Kafka's own message quotes what comes after a quote within it. */
  @Test
  void ofAPasswordWithAQuoteInItNothingIsShown() {
    KafkaConfig config =
        new KafkaConfig(
            "localhost:1",
            "t",
            null,
            null,
            null,
            null,
            Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required"
                        + " username=\"me\" password=\"abc\"hunter2\";"));

    assertThatThrownBy(() -> new KafkaSource(config).admin())
        .isInstanceOf(JobException.class)
        .hasMessageContaining("kafka.options.sasl.jaas.config: cannot be read")
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }
}
