package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Producers that use transactions, on a real topic. */
class TransactionsIT extends FreshTopic {
  private static final String COUNT = "kafka.gaps=count";

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.get().bootstrapServers());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, run.topic());
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  /** Views of a minute, at the second given and those after. */
  private void send(KafkaProducer<byte[], byte[]> producer, int second, int views)
      throws Exception {
    for (int i = 0; i < views; i++) {
      View view = View.of("2026-03-01T10:00:%02dZ".formatted(second + i));
      long sent = java.time.Instant.parse(view.end()).toEpochMilli();
      producer.send(new ProducerRecord<>(run.topic(), 0, sent, null, view.bytes())).get();
    }
  }

  @Test
  void whatWasAbortedDoesNotCountAndGapsAreTold() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < 3; i++) {
        producer.beginTransaction();
        send(producer, 10 * i, 4);
        producer.commitTransaction();
        if (i == 1) {
          producer.beginTransaction();
          send(producer, 40, 7);
          producer.abortTransaction();
        }
      }
    }
    // Twelve messages, seven that were aborted, and four marks of an end.
    assertThat(run.command("report", "--flush").expect(4).stderr())
        .contains("of 23 offsets (")
        .contains("12 messages were read")
        .contains("set kafka.gaps to count");
    assertThat(run.reports()).isEmpty();
    assertThat(run.ledger()).isEmpty();

    assertThat(run.command("report", "--flush", "--set", COUNT).expect(0).stdout())
        .contains("batch 0: 12 read, 12 written (0 rows), 0 quarantined, 11 gaps; ")
        .contains("12 read = 12 written + 0 quarantined + 0 late + 0 deduplicated; 11 gaps");
    assertThat(run.reports().values()).containsExactly(new ReportRun.Sum(24_000_000, 12));
    JsonNode entry =
        run.ledger().stream()
            .filter(unit -> !unit.get("unit").textValue().contains("flush"))
            .findFirst()
            .orElseThrow();
    assertThat(entry.get("counts").get("read").longValue()).isEqualTo(12);
    assertThat(entry.get("counts").get("gaps").longValue()).isEqualTo(11);
    assertThat(entry.get("sources").get(0).get("file").textValue())
        .isEqualTo(run.topic() + "/0/0-22");

    run.command(
            "recompute",
            "--from",
            "2026-03-01T10:00:00Z",
            "--to",
            "2026-03-01T10:01:00Z",
            "--set",
            COUNT)
        .expect(0);
    assertThat(run.reports().values()).containsExactly(new ReportRun.Sum(24_000_000, 12));
  }

  @Test
  void whatAnOpenTransactionHoldsBackIsToldAndReadWhenItEnds() throws Exception {
    run.send(View.of("2026-03-01T10:00:00Z"));
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.beginTransaction();
      send(producer, 1, 2);
      run.send(View.of("2026-03-01T10:00:03Z"));

      assertThat(run.command("report", "--set", COUNT).expect(0).stdout())
          .contains("batch 0: 1 read, 1 written")
          .contains("lag 3 messages (3 behind an open transaction), ")
          .contains("warning: 3 messages wait behind a transaction that has not ended");
      assertThat(run.command("report", "--set", COUNT).expect(0).stdout())
          .doesNotContain("batch")
          .contains("warning: 3 messages wait behind a transaction that has not ended");

      producer.commitTransaction();
    }
    assertThat(run.command("report", "--flush", "--set", COUNT).expect(0).stdout())
        .contains("3 read, 3 written")
        .contains("lag 0 messages, ")
        .doesNotContain("warning");
    assertThat(run.reports().values()).containsExactly(new ReportRun.Sum(8_000_000, 4));
  }
}
