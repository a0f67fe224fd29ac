package io.github.millrace.datagen.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.viewlog.ViewLogTruth.Entry;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges what arrives in a real Kafka, by the Java API and by the JAR as a user runs it. */
final class ViewLogTopicIT {
  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final SendOptions OPTIONS =
      SendOptions.of(20_000, 5, START, 1000, new Shares(0.02, 0.05, 0.1));

  @TempDir private Path directory;

  @Test
  void theTopicHoldsWhatTheTruthSays() throws IOException {
    Path truthFile = directory.resolve("truth.jsonl");

    Summary summary =
        ViewLogDataSet.send(OPTIONS, target("agreed", OptionalInt.of(3)), Optional.of(truthFile));

    ViewLogTruth truth = ViewLogTruth.read(truthFile);
    assertThat(truth.summary()).isEqualTo(summary);
    Map<List<Long>, Entry> entries = new HashMap<>();
    truth
        .records()
        .forEach(
            entry ->
                entries.put(
                    List.of((long) entry.partition().orElseThrow(), entry.ordinal()), entry));
    List<ConsumerRecord<byte[], byte[]>> records = KAFKA.get().records("agreed");
    assertThat(records).hasSameSizeAs(truth.records());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Entry entry = entries.remove(List.of((long) record.partition(), record.offset()));
      Instant sent = Instant.ofEpochMilli(record.timestamp());
      assertThat(sent).isBetween(START, START.plusSeconds(21));
      assertThat(StrictViewReader.reasons(record.value(), sent))
          .isEqualTo(entry.reason().map(Set::of).orElse(Set.of()));
      if (entry.reason().isEmpty()) {
        assertThat(StrictViewReader.read(record.value()).id()).isEqualTo(entry.viewId());
        assertThat(entry.endMicros()).isLessThan(record.timestamp() * 1000 + 1000);
      }
    }
    assertThat(entries).isEmpty();
  }

  @Test
  void theSameOptionsGiveTheSameTruth() throws IOException {
    Path first = directory.resolve("first.jsonl");
    Path second = directory.resolve("second.jsonl");
    ViewLogDataSet.send(OPTIONS, target("first", OptionalInt.of(2)), Optional.of(first));
    ViewLogDataSet.send(OPTIONS, target("second", OptionalInt.of(2)), Optional.of(second));

    assertThat(second).hasSameTextualContentAs(first);
  }

  @Test
  void theJarLogsInAndNeverTellsThePassword() throws IOException, InterruptedException {
    Kafka kafka = KAFKA.get();
    kafka.createTopic("login", 1);

    Program right = jar(login(kafka.password()));
    assertThat(right.process().waitFor()).as(right.output()).isZero();
    assertThat(kafka.endOffsets("login")).isEqualTo(Map.of(0, 100L));
    assertThat(right.output()).contains("100 records").doesNotContain(kafka.password());

    Program wrong = jar(login("not-the-password"));
    assertThat(wrong.process().waitFor()).as(wrong.output()).isEqualTo(1);
    assertThat(wrong.output())
        .contains("topic login at " + kafka.saslBootstrapServers())
        .contains("SaslAuthenticationException")
        .doesNotContain("not-the-password");
  }

  @Test
  void theJarSendsViewsOfNowUntilItIsStopped() throws IOException, InterruptedException {
    Kafka kafka = KAFKA.get();
    Path truthFile = directory.resolve("truth.jsonl");
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    Program program =
        jar(
            List.of(
                "--topic",
                "endless",
                "--partitions",
                "1",
                "--rate",
                "500",
                "--truth",
                truthFile.toString(),
                "--bootstrap-servers",
                kafka.bootstrapServers()));
    Await.until("some views", Duration.ofSeconds(60), () -> sent(kafka, "endless") > 300);
    program.process().destroy();
    program.process().waitFor();
    Instant after = Instant.now();

    List<ConsumerRecord<byte[], byte[]>> records = kafka.records("endless");
    assertThat(ViewLogTruth.read(truthFile).records()).hasSameSizeAs(records);
    assertThat(records)
        .allSatisfy(
            record ->
                assertThat(Instant.ofEpochMilli(record.timestamp())).isBetween(before, after));
    assertThat(program.output()).contains(records.size() + " records");
  }

  private static long sent(Kafka kafka, String topic) throws IOException {
    try {
      return kafka.endOffsets(topic).get(0);
    } catch (IllegalStateException e) {
      throw new IOException("not yet there", e);
    }
  }

  private static KafkaTarget target(String topic, OptionalInt partitions) {
    return new KafkaTarget(KAFKA.get().bootstrapServers(), topic, partitions, Map.of());
  }

  private static List<String> login(String password) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--topic", "login", "--count", "100", "--start", START.toString()));
    args.addAll(List.of("--bootstrap-servers", KAFKA.get().saslBootstrapServers()));
    KAFKA
        .get()
        .saslOptions(password)
        .forEach((key, value) -> args.addAll(List.of("--kafka-option", key + "=" + value)));
    return args;
  }

  private Program jar(List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", System.getProperty("millrace.jar")));
    command.addAll(List.of("view-logs", "--to", "kafka"));
    command.addAll(args);
    Path log = Files.createTempFile(directory, "jar", ".log");
    return new Program(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
        log);
  }

  private record Program(Process process, Path log) {
    String output() throws IOException {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }
  }
}
