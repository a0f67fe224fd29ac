package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real senders send, landed by the feeds that ship: all of it is good. */
class SamplesIT {
  private static final Path SAMPLES = Path.of("src/test/resources/samples");
  private static final ObjectMapper JSON = new ObjectMapper();

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  @Test
  void salesClicksAreFlatRowsOfCsv() throws Exception {
    LandRun run = LandRun.ofFiles(directory, "sales-clicks");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Path sample = SAMPLES.resolve("sales-clicks-" + i + ".json");
      Files.copy(sample, directory.resolve("in/file_" + i + ".json"));
      for (JsonNode click : JSON.readTree(sample.toFile())) {
        expected.add(csv(click));
      }
    }
    assertThat(expected).hasSize(20);

    run.run("land").expect(0);

    assertThat(run.reasons()).isEmpty();
    assertThat(run.total("written")).isEqualTo(20);
    List<String> rows = new ArrayList<>();
    for (String file : run.landed()) {
      List<String> lines = Files.readAllLines(run.output().resolve(file));
      assertThat(lines.get(0)).isEqualTo("datetime,clicks,impressions,quantity,total_price");
      rows.addAll(lines.subList(1, lines.size()));
    }
    assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(run.hours()).containsExactly("event_date=2026-03-01/event_hour=09");
  }

  private static String csv(JsonNode click) {
    LocalDateTime time = LocalDateTime.parse(click.get("datetime").textValue());
    JsonNode sales = click.get("sales");
    return String.join(
        ",",
        time.toInstant(ZoneOffset.UTC).toString(),
        click.at("/analytics/clicks").asText(),
        click.at("/analytics/impressions").asText(),
        sales.get("quantity").asText(),
        new BigDecimal(sales.get("total_price").asText())
            .setScale(2, RoundingMode.HALF_UP)
            .toPlainString());
  }

  @Test
  void cabClicksHaveFlagsAndCoordinates() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "sample_cab_clicks", 2);
    List<String> clicks = Files.readAllLines(SAMPLES.resolve("cab-clicks.jsonl"));
    KAFKA.get().send("sample_cab_clicks", LandRun.messages(clicks));

    run.run("land").expect(0);

    assertThat(run.reasons()).isEmpty();
    assertThat(run.total("written")).isEqualTo(12);
    List<String> expected = new ArrayList<>();
    for (String click : clicks) {
      JsonNode json = JSON.readTree(click);
      Stream<String> texts =
          Stream.of("customer_id", "app_version", "OS_version", "page_id", "button_id")
              .map(key -> json.get(key).textValue());
      Stream<String> numbers =
          Stream.of("lat", "lon").map(key -> Double.toString(json.get(key).asDouble()));
      Stream<String> flags =
          Stream.of("is_button_click", "is_page_view", "is_scroll_up", "is_scroll_down")
              .map(key -> Boolean.toString(json.get(key).textValue().equals("Yes")));
      String time = json.get("timestamp\n").textValue().trim();
      expected.add(
          String.join(
              "|", Stream.of(texts, numbers, flags, Stream.of(time)).flatMap(s -> s).toList()));
    }
    assertThat(
            run.query(
                "SELECT customer_id, app_version, os_version, page_id, button_id, lat, lon,"
                    + " is_button_click, is_page_view, is_scroll_up, is_scroll_down,"
                    + " strftime(timestamp, '%Y-%m-%d %H:%M:%S') FROM FILES",
                "event_date=*/event_hour=*/*.parquet"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(run.hours()).containsExactly("event_date=2026-03-01/event_hour=11");
  }

  @Test
  void appLogsAreOfFourKinds() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "app-logs", "sample_app_logs", 1);
    List<String> events = Files.readAllLines(SAMPLES.resolve("app-logs.jsonl"));
    KAFKA.get().send("sample_app_logs", LandRun.messages(events));

    run.run("land").expect(0);

    assertThat(run.reasons()).isEmpty();
    assertThat(run.total("written")).isEqualTo(16);
    assertThat(run.ledger()).allMatch(entry -> entry.get("unknownFields").longValue() == 0);
    assertThat(run.hours())
        .containsExactly(
            "eventType=addToCart/event_date=2026-03-01/event_hour=12",
            "eventType=productView/event_date=2026-03-01/event_hour=12",
            "eventType=purchase/event_date=2026-03-01/event_hour=12",
            "eventType=recommendationClick/event_date=2026-03-01/event_hour=12");
    List<String> expected = new ArrayList<>();
    for (String event : events) {
      JsonNode json = JSON.readTree(event);
      if (json.get("eventType").textValue().equals("purchase")) {
        // Amounts come out with the digits they came with.
        String amount = event.replaceAll(".*\"totalAmount\": ([^,}]+).*", "$1");
        expected.add(
            String.join(
                "|",
                json.get("customerId").textValue(),
                json.get("productId").textValue(),
                json.get("quantity").asText(),
                amount,
                json.get("paymentMethod").textValue()));
      }
    }
    assertThat(
            run.query(
                "SELECT customerId, productId, quantity, totalAmount, paymentMethod FROM FILES",
                "eventType=purchase/*/*/*.parquet"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(
            run.query(
                "SELECT count(*), count(metadata.category) FROM FILES",
                "eventType=productView/*/*/*.parquet"))
        .containsExactly("4|4");
  }
}
