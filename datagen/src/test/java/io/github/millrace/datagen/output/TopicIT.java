package io.github.millrace.datagen.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.datagen.record.FakeRecord;
import io.github.millrace.datagen.truth.Place;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Judges the topic of a real Kafka. */
final class TopicIT {
  private static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  private static final List<FakeRecord> RECORDS =
      List.of(
          FakeRecord.good("a"), FakeRecord.good("b"), FakeRecord.good("c"), FakeRecord.good("d"));

  @Test
  void partitionsGetRecordsInTurnAndEachIsToldAtItsOffset() throws IOException {
    Map<Place, String> told = new HashMap<>();

    try (Topic topic = Topic.open(target("turns", OptionalInt.of(3)))) {
      topic.send(RECORDS.iterator(), (place, record) -> told.put(place, record.text()), Flow.FREE);
    }

    assertThat(told)
        .isEqualTo(
            Map.of(
                new Place.InPartition(0, 0), "a",
                new Place.InPartition(1, 0), "b",
                new Place.InPartition(2, 0), "c",
                new Place.InPartition(0, 1), "d"));
    List<ConsumerRecord<byte[], byte[]>> records = KAFKA.get().records("turns");
    assertThat(records).hasSameSizeAs(RECORDS);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String text = told.get(new Place.InPartition(record.partition(), record.offset()));
      assertThat(record.value()).asString().isEqualTo(text);
      assertThat(record.timestamp()).isEqualTo(RECORDS.get(0).sentMicros() / 1000);
    }
  }

  @Test
  void nothingIsSentAfterAStop() throws IOException {
    Map<Place, String> told = new HashMap<>();
    Flow flow = new Flow(false, () -> told.size() == 2, sent -> {});

    try (Topic topic = Topic.open(target("stopped", OptionalInt.of(1)))) {
      topic.send(RECORDS.iterator(), (place, record) -> told.put(place, record.text()), flow);
    }

    assertThat(KAFKA.get().records("stopped")).hasSize(2);
  }

  @Test
  void aTopicIsMadeOnlyWithAGivenNumberOfPartitions() {
    assertThatThrownBy(() -> Topic.open(target("missing", OptionalInt.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no topic missing at localhost")
        .hasMessageContaining("give --partitions");

    KAFKA.get().createTopic("two", 2);
    assertThatThrownBy(() -> Topic.open(target("two", OptionalInt.of(3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--partitions is 3, but topic two at localhost")
        .hasMessageContaining("has 2");
  }

  private static KafkaTarget target(String topic, OptionalInt partitions) {
    return new KafkaTarget(KAFKA.get().bootstrapServers(), topic, partitions, Map.of());
  }
}
