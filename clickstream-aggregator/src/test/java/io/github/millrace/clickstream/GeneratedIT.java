package io.github.millrace.clickstream;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.clickstream.Event;
import io.github.millrace.datagen.clickstream.EventLog;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated feeds, of which some records are late, repeated or bad, against their truth. */
class GeneratedIT {
  private static final int COUNT = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH").withZone(ZoneOffset.UTC);

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  /** Six hours of events, of which some are three hours late. */
  private static SendOptions options() {
    return new SendOptions(
        COUNT,
        11,
        Instant.parse("2026-03-01T09:00:00Z"),
        1,
        new Shares(0.02, 0.03, 0.05),
        Duration.ofHours(3),
        Duration.ofMinutes(5));
  }

  private static List<Event> send(String topic, EventLog log) {
    List<Event> records = new ArrayList<>();
    log.forKafka(options()).forEachRemaining(records::add);
    List<Kafka.Message> messages = new ArrayList<>();
    for (Event record : records) {
      messages.add(
          new Kafka.Message(
              messages.size() % 3, record.sentMicros() / 1_000, null, record.value()));
    }
    KAFKA.get().send(topic, messages);
    return records;
  }

  private static String hour(Event event) {
    return HOUR.format(Instant.EPOCH.plus(event.micros(), ChronoUnit.MICROS));
  }

  /** How many rows there are of each key, which begins with the hour. */
  private static Map<String, Long> expected(List<Event> records, Function<Event, String> key) {
    return records.stream()
        .filter(event -> event.outcome() != Outcome.BAD)
        .collect(
            groupingBy(event -> hour(event) + "|" + key.apply(event), TreeMap::new, counting()));
  }

  private static Map<String, Long> counted(List<String> rows) {
    return rows.stream().collect(groupingBy(row -> row, TreeMap::new, counting()));
  }

  private static Map<String, Long> reasons(List<Event> records) {
    return records.stream()
        .filter(event -> event.outcome() == Outcome.BAD)
        .collect(
            groupingBy(event -> event.reason().orElseThrow().label(), TreeMap::new, counting()));
  }

  private static void assertBalanced(LandRun run, List<Event> records) {
    assertThat(counted(run.reasons())).isEqualTo(reasons(records));
    assertThat(run.total("read")).isEqualTo(records.size());
    assertThat(run.total("written") + run.total("quarantined")).isEqualTo(records.size());
    assertThat(run.leftOver()).isEmpty();
  }

  /** In batches, of which one is killed. */
  @Test
  void appLogs() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "app-logs", "generated_logs", 3);
    List<Event> records = send("generated_logs", EventLog.APP_LOGS);
    String some = "feeds.app-logs.kafka.maxOffsetsPerTrigger=8000";
    new Step("after", "rename", "eventType=purchase/event_date=.*parquet$", 7)
        .set(run.submitted("land", some))
        .run(PATIENCE)
        .expect(128 + 9);

    run.run("land", some).expect(0);

    assertBalanced(run, records);
    for (String kind : List.of("productView", "addToCart", "purchase", "recommendationClick")) {
      String amount = kind.equals("purchase") ? "totalAmount" : "'-'";
      String quantity =
          kind.equals("purchase") || kind.equals("addToCart") ? "CAST(quantity AS TEXT)" : "'-'";
      assertThat(
              counted(
                  run.query(
                      "SELECT event_date || ' ' || lpad(CAST(event_hour AS TEXT), 2, '0'), customerId, "
                          + quantity
                          + ", "
                          + amount
                          + " FROM FILES",
                      "eventType=" + kind + "/*/*/*.parquet")))
          .isEqualTo(
              expected(
                  records.stream().filter(e -> e.says().get("eventType").equals(kind)).toList(),
                  event ->
                      String.join(
                          "|",
                          event.says().get("customerId"),
                          event.says().getOrDefault("quantity", "-"),
                          event.says().getOrDefault("totalAmount", "-"))));
    }
  }

  @Test
  void cabClicks() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "generated_clicks", 3);
    List<Event> records = send("generated_clicks", EventLog.CAB_CLICKS);

    run.run("land").expect(0);

    assertBalanced(run, records);
    assertThat(
            counted(
                run.query(
                    "SELECT event_date || ' ' || lpad(CAST(event_hour AS TEXT), 2, '0'), customer_id,"
                        + " page_id, CAST(is_page_view AS INT) FROM FILES",
                    "*/*/*.parquet")))
        .isEqualTo(
            expected(
                records,
                event ->
                    String.join(
                        "|",
                        event.says().get("customer"),
                        event.says().get("page"),
                        event.says().get("pageViews"))));
    assertThat(run.complete()).isNotEmpty();
  }

  @Test
  void salesClicks() throws Exception {
    LandRun run = LandRun.ofFiles(directory, "sales-clicks");
    Files.delete(directory.resolve("in"));
    List<Event> records = new ArrayList<>();
    EventLog.SALES_CLICKS.forFiles(options()).forEachRemaining(records::add);
    EventLog.SALES_CLICKS.write(
        options(), 5, OutputDirectory.create(directory.resolve("in")), written -> {});

    run.run("land").expect(0);

    assertBalanced(run, records);
    List<String> rows = new ArrayList<>();
    for (String file : run.landed()) {
      String hour = file.replaceAll("event_date=(.*)/event_hour=(.*)/.*", "$1 $2");
      List<String> lines = Files.readAllLines(run.output().resolve(file));
      lines.subList(1, lines.size()).forEach(line -> rows.add(hour + "|" + line));
    }
    assertThat(counted(rows))
        .isEqualTo(
            expected(
                records,
                event ->
                    String.join(
                        ",",
                        Instant.EPOCH.plus(event.micros(), ChronoUnit.MICROS).toString(),
                        event.says().get("clicks"),
                        event.says().get("impressions"),
                        event.says().get("quantity"),
                        new BigDecimal(event.says().get("total_price"))
                            .setScale(2, RoundingMode.HALF_UP)
                            .toPlainString())));
  }
}
