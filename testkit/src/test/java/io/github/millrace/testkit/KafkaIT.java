package io.github.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

class KafkaIT {

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @Test
  void keepsKeysValuesTimesAndPartitions() {
    Kafka kafka = KAFKA.get();
    kafka.createTopic("round-trip", 2);

    kafka.send(
        "round-trip",
        List.of(
            new Kafka.Message(1, 1_700_000_000_000L, bytes("k"), bytes("with all")),
            new Kafka.Message(0, 5L, null, null),
            new Kafka.Message(1, null, null, bytes("with little"))));

    List<ConsumerRecord<byte[], byte[]>> records = kafka.records("round-trip");
    assertThat(records).extracting(ConsumerRecord::partition).containsExactly(0, 1, 1);
    assertThat(records).extracting(ConsumerRecord::offset).containsExactly(0L, 0L, 1L);
    assertThat(records.get(0).value()).isNull();
    assertThat(records.get(0).timestamp()).isEqualTo(5);
    assertThat(records.get(1).key()).isEqualTo(bytes("k"));
    assertThat(records.get(1).timestamp()).isEqualTo(1_700_000_000_000L);
    assertThat(records.get(2).value()).isEqualTo(bytes("with little"));
    assertThat(kafka.endOffsets("round-trip")).isEqualTo(Map.of(0, 1L, 1, 2L));
  }

  @Test
  void keepsItsDataWhenTheBrokerIsKilledAndStartedAgain() {
    try (Kafka kafka = Kafka.start()) {
      String servers = kafka.bootstrapServers();
      kafka.createTopic("kept", 3);
      kafka.send("kept", numbers(0, 1000));

      kafka.stopBroker();
      kafka.startBroker();

      assertThat(kafka.bootstrapServers()).isEqualTo(servers);
      kafka.send("kept", numbers(1000, 1001));
      assertThat(kafka.records("kept")).extracting(record -> text(record.value())).hasSize(1001);
    }
  }

  @Test
  void makesATopicAgainWithoutItsOldRecords() {
    Kafka kafka = KAFKA.get();
    kafka.createTopic("again", 4);
    kafka.send("again", numbers(0, 10));

    kafka.deleteTopic("again");
    kafka.createTopic("again", 1);
    kafka.send("again", numbers(10, 11));

    assertThat(kafka.endOffsets("again")).isEqualTo(Map.of(0, 1L));
    assertThat(kafka.records("again"))
        .extracting(record -> text(record.value()))
        .containsExactly("10");
  }

  @Test
  void deletesTheFirstRecordsOfAPartition() {
    Kafka kafka = KAFKA.get();
    kafka.createTopic("aged", 1);
    kafka.send("aged", numbers(0, 10));

    kafka.deleteRecordsBefore("aged", 0, 7);

    assertThat(kafka.records("aged"))
        .extracting(ConsumerRecord::offset)
        .containsExactly(7L, 8L, 9L);
    assertThat(kafka.endOffsets("aged")).isEqualTo(Map.of(0, 10L));
  }

  @Test
  void forgetsRecordsBeyondTheTopicsRetention() {
    Kafka kafka = KAFKA.get();
    kafka.createTopic("short", 1, Map.of("retention.ms", "1000", "segment.bytes", "1048576"));
    kafka.send("short", List.of(new Kafka.Message(0, 1_000L, null, bytes("of 1970"))));

    Await.until(
        "the end of retention", Duration.ofSeconds(30), () -> kafka.records("short").isEmpty());

    assertThat(kafka.endOffsets("short")).isEqualTo(Map.of(0, 1L));
  }

  @Test
  void makesATopicWithItsOwnSettings() throws ExecutionException, InterruptedException {
    Kafka kafka = KAFKA.get();
    kafka.createTopic("own", 1, Map.of("max.message.bytes", "12345"));

    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "own");
    assertThat(
            kafka
                .admin()
                .describeConfigs(List.of(topic))
                .all()
                .get()
                .get(topic)
                .get("max.message.bytes")
                .value())
        .isEqualTo("12345");
  }

  @Test
  void tellsWhatKafkaRefused() {
    assertThatThrownBy(() -> KAFKA.get().endOffsets("missing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("missing")
        .hasMessageContaining("UnknownTopicOrPartition");
  }

  @Test
  void letsInWhoKnowsThePassword() throws ExecutionException, InterruptedException {
    try (Admin admin = login(KAFKA.get().password())) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
    try (Admin admin = login("wrong")) {
      assertThatThrownBy(() -> admin.describeCluster().nodes().get())
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  private static Admin login(String password) {
    Map<String, Object> options = new HashMap<>(KAFKA.get().saslOptions(password));
    options.put("bootstrap.servers", KAFKA.get().saslBootstrapServers());
    return Admin.create(options);
  }

  private static List<Kafka.Message> numbers(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(number -> Kafka.Message.of(bytes(Integer.toString(number))))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
