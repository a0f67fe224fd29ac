package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Feeds on a real broker and on files, by the real spark-submit. */
class LandIT {
  private static final int KILLED = 128 + 9;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path CONTRACT = Path.of("src/main/resources/contracts/cab-clicks.odcs.yaml");

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;
  private String topic;

  @BeforeEach
  void nameTopic(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
  }

  private void send(String... records) {
    KAFKA.get().send(topic, LandRun.messages(List.of(records)));
  }

  private LandRun clicks(int partitions) {
    return LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", topic, partitions);
  }

  static String click(int customer, String time) {
    return click(customer, time, "");
  }

  /** A click; of a key that stands twice with other values the record is bad. */
  private static String click(int customer, String time, String more) {
    return """
    {"customer_id":"%d","lat":1.5,"lon":"2.25","page_id":"p","button_id":"b","is_button_click":"Yes",\
    "is_page_view":"No","is_scroll_up":"No","is_scroll_down":"No"%s,"timestamp":"%s"}"""
        .formatted(customer, more, time);
  }

  private static String replaced(String key, String value) {
    return click(9, "2026-03-01 10:00:00")
        .replaceFirst("\"" + key + "\":[^,]+", "\"" + key + "\":" + value);
  }

  @Test
  void whatIsBadIsQuarantinedWithItsReasonAndLandsOnceItIsGood() throws Exception {
    LandRun run = clicks(1);
    send(
        click(1, "2026-03-01 10:00:00"),
        replaced("lat", "900"),
        replaced("is_scroll_up", "\"maybe\""),
        "[" + click(2, "2026-03-01 10:00:00") + "]",
        click(3, "2026-03-01 10:00:00", ",\"OS_version\":\"iOS\",\"os_version\":\"iOS\""),
        replaced("page_id", "{\"a\":1}"),
        replaced("customer_id", "\"  \""),
        click(4, "2026-03-01 10:00:00", ",\"spare\":\"" + "x".repeat(900_000) + "\""),
        click(5, "2026-03-01 25:00:00"));
    KAFKA.get().send(topic, List.of(new Kafka.Message(0, null, null, null)));

    assertThat(run.run("land").expect(0).stdout())
        .contains("10 read, 2 written (2 rows), 8 quarantined")
        .contains("lag 0 messages");
    assertThat(run.quarantine())
        .extracting(bad -> bad.get("reasons").get(0).textValue())
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).startsWith("range lat: must be at most 90: "),
            reason -> assertThat(reason).startsWith("type is_scroll_up: must be Yes or No"),
            reason -> assertThat(reason).startsWith("type: must be an object"),
            reason -> assertThat(reason).startsWith("duplicate-key"),
            reason -> assertThat(reason).startsWith("type page_id: must be a string"),
            reason -> assertThat(reason).startsWith("length customer_id: has 0 characters"),
            reason -> assertThat(reason).startsWith("type timestamp: "),
            reason -> assertThat(reason).startsWith("blank: the message has no value"));
    JsonNode source = run.quarantine().get(0).get("source");
    assertThat(source.get("topic").textValue()).isEqualTo(topic);
    assertThat(run.query("SELECT count(*) FROM FILES", "*/*/*.parquet")).containsExactly("2");

    Path contract = directory.resolve("clicks.odcs.yaml");
    Files.writeString(
        contract, Files.readString(CONTRACT).replace("minimum: -90, maximum: 90", "maximum: 900"));
    String wider = "feeds.cab-clicks.contract=" + contract;
    assertThat(run.run("replay", wider).expect(0).stdout())
        .contains("8 read = 1 written + 7 quarantined");
    assertThat(run.query("SELECT lat FROM FILES ORDER BY 1", "*/*/*.parquet"))
        .containsExactly("1.5", "1.5", "900.0");
    assertThat(run.quarantine()).hasSize(7);
    assertThat(run.run("replay", wider).expect(0).stdout())
        .contains("7 read = 0 written + 7 quarantined");
    assertThat(run.ledger())
        .allSatisfy(
            entry -> {
              JsonNode counts = entry.get("counts");
              assertThat(counts.get("read").longValue())
                  .isEqualTo(
                      counts.get("written").longValue() + counts.get("quarantined").longValue());
            });
  }

  /** No row is dropped for being late: its hour gets another file. */
  @Test
  void lateRowsAreLandedAndPartitionsMayBeAddedMeanwhile() throws Exception {
    LandRun run = clicks(1);
    send(click(1, "2026-03-01 10:30:00"), click(2, "2026-03-02 00:00:00"));
    run.run("land").expect(0);
    assertThat(run.hours())
        .containsExactly(
            "event_date=2026-03-01/event_hour=10", "event_date=2026-03-02/event_hour=00");

    KAFKA.get().admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
    byte[] late = click(3, "2026-03-01 10:45:00").getBytes(StandardCharsets.UTF_8);
    KAFKA.get().send(topic, List.of(new Kafka.Message(2, null, null, late)));
    run.run("land").expect(0);
    assertThat(run.landed()).hasSize(3);
    assertThat(
            run.query(
                "SELECT customer_id FROM FILES ORDER BY 1",
                "event_date=2026-03-01/event_hour=10/*.parquet"))
        .containsExactly("1", "3");
    assertThat(run.run("land").expect(0).stdout()).contains("0 read = 0 written");
    assertThat(run.ledger()).hasSize(2);
  }

  @Test
  void whatOneRunHasBegunTheNextCompletes() throws Exception {
    LandRun run = clicks(2);
    send(click(1, "2026-03-01 10:00:00"), click(2, "2026-03-01 11:00:00"));
    new Step("after", "rename", "/event_hour=1[01]/[^/]+parquet$")
        .set(run.submitted("land"))
        .run(PATIENCE)
        .expect(KILLED);
    send(click(3, "2026-03-01 12:00:00"));

    assertThat(run.run("land").expect(0).stdout())
        .contains("completed, an earlier run had been cut off");

    assertThat(run.query("SELECT customer_id FROM FILES ORDER BY 1", "*/*/*.parquet"))
        .containsExactly("1", "2", "3");
    assertThat(run.total("written")).isEqualTo(3);
    assertThat(run.leftOver()).isEmpty();
  }

  @Test
  void eventsOfNoKindMayBeLandedAsTheyCame() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "app-logs", topic, 1);
    String wish = "{\"eventType\":\"wishList\",\"customerId\":\"1\"}";
    send(
        wish,
        """
        {"eventType":"addToCart","customerId":"1","productId":"2","quantity":1,"timestamp":"2026-03-01T10:00:00"}""",
        "{\"eventType\":null}");

    run.run("land", "feeds.app-logs.onUnknownType=land").expect(0);

    assertThat(run.total("written")).isEqualTo(2);
    assertThat(run.reasons()).hasSize(1);
    assertThat(
            run.query(
                "SELECT raw, source.\"offset\" FROM FILES", "eventType=unknown/*/*/*.parquet"))
        .containsExactly(wish + "|0");
    assertThat(run.run("land").expect(4).stderr())
        .contains("onUnknownType was 'land', is 'quarantine'");
  }

  /** As the README shows it. */
  @Test
  void aFourthFeedNeedsNoJava() throws Exception {
    Files.createDirectories(directory.resolve("doors"));
    Files.writeString(
        directory.resolve("doors/monday.csv"),
        "when;door;state\n1.3.2026 23:30;front;open\n1.3.2026 23:31;back;shut\n1.3.2026 23:32;back;ajar\n");
    Path contract = directory.resolve("door.odcs.yaml");
    Files.writeString(
        contract,
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: doors
        version: 1.0.0
        status: active
        schema:
          - name: door
            properties:
              - name: when
                logicalType: timestamp
                required: true
                logicalTypeOptions: {defaultTimezone: Europe/Berlin}
                customProperties: [{property: formats, value: ['d.M.yyyy H:mm']}]
              - {name: door, logicalType: string, required: true}
              - name: state
                logicalType: string
                logicalTypeOptions: {pattern: '^(open|shut)$'}
        """);
    Path config = directory.resolve("doors.yaml");
    Files.writeString(
        config,
        """
        output: %1$s/landed
        checkpoint: %1$s/checkpoints
        zone: Europe/Berlin
        feeds:
          doors:
            files:
              path: %1$s/doors
              shape: csv
              csv: {delimiter: ';'}
            contract: %2$s
            eventTime: when
            format: json
        """
            .formatted(directory, contract));

    assertThat(LandRun.run(config, "land", "doors").expect(0).stdout())
        .contains("3 read = 2 written + 1 quarantined");
    Path hour = directory.resolve("landed/doors/event_date=2026-03-01/event_hour=23");
    List<String> rows = new ArrayList<>();
    for (Path file : LandRun.files(hour, ".json")) {
      rows.addAll(Files.readAllLines(file));
    }
    assertThat(rows)
        .containsExactly(
            "{\"when\":\"2026-03-01T22:30:00.000Z\",\"door\":\"front\",\"state\":\"open\"}",
            "{\"when\":\"2026-03-01T22:31:00.000Z\",\"door\":\"back\",\"state\":\"shut\"}");

    Files.writeString(contract, Files.readString(contract).replace("open|shut", "open|shut|ajar"));
    assertThat(LandRun.run(config, "replay", "doors").expect(0).stdout())
        .contains("1 quarantined records are read again")
        .contains("1 read = 1 written + 0 quarantined");
    assertThat(LandRun.run(config, "land", "doors").expect(0).stdout()).contains("0 read");
  }

  /** One whose records are all bad ends with its name; the other has landed what it had begun. */
  @Test
  void severalFeedsShareAProcess() throws Exception {
    String logs = topic + "_logs";
    KAFKA.get().createTopic(topic, 2);
    KAFKA.get().createTopic(logs, 1);
    Files.createDirectories(directory.resolve("sales"));
    Files.copy(
        Path.of("src/test/resources/samples/sales-clicks-0.json"),
        directory.resolve("sales/a.json"));
    send(click(1, "2026-03-01 10:00:00"), click(2, "2026-03-01 11:00:00"));
    KAFKA.get().send(logs, LandRun.messages(List.of("{}", "none")));
    Path config = directory.resolve("feeds.yaml");
    Files.writeString(
        config,
        Files.readString(Path.of("src/main/resources/config/feeds.yaml"))
            .replace("${KAFKA:-localhost:9092}", KAFKA.get().bootstrapServers())
            .replace("${LANDED:-landed}", directory + "/landed")
            .replace("${CHECKPOINTS:-checkpoints}", directory + "/checkpoints")
            .replace("${SALES_CLICKS:-sales-clicks}", directory + "/sales")
            .replace("topic: cab_clicks", "topic: " + topic)
            .replace("topic: app_logs", "topic: " + logs));

    SparkSubmit.Result all =
        LandRun.run(config, "land", "sales-clicks", "cab-clicks", "app-logs").expect(3);

    assertThat(all.stdout())
        .contains("land sales-clicks: batch 0: 10 read, 10 written")
        .contains("land cab-clicks: batch 0: 2 read, 2 written")
        .contains("land app-logs: batch 0: 2 read, 0 written (0 rows), 2 quarantined");
    assertThat(all.stderr())
        .contains("all 2 records that were read break the contract")
        .contains("/app-logs/_quarantine");
    assertThat(LandRun.files(directory.resolve("landed/sales-clicks"), ".csv")).hasSize(1);
    assertThat(LandRun.run(config, "land", "sales-clicks", "cab-clicks").expect(0).stdout())
        .contains("0 read = 0 written");
  }

  @Test
  void whatIsWrongIsToldAtOnce() throws Exception {
    Path config = directory.resolve("wrong.yaml");
    Files.writeString(
        config,
        """
        output: %1$s/landed
        checkpoint: %1$s/checkpoints
        zone: Mars/Olympus
        feeds:
          both:
            kafka: {topic: a}
            files: {path: %1$s}
            contract: classpath:contracts/cab-clicks.odcs.yaml
            eventTime: timestamp
          none:
            contract: classpath:contracts/cab-clicks.odcs.yaml
            eventTime: customer_id
            formt: csv
        """
            .formatted(directory));
    String problems = LandRun.run(config, "land", "both", "none", "cab-clicks").expect(2).stderr();
    assertThat(problems)
        .contains("zone: is 'Mars/Olympus', must be a time zone such as UTC or Europe/Berlin")
        .contains("feeds.both.kafka.topic, files.path: each is set; set one of them")
        .contains("feeds.none.kafka.topic, files.path: neither is set; set one of them")
        .contains(
            "feeds.none.eventTime: is 'customer_id', but the contract has no required timestamp")
        .contains("feeds.none.formt: unknown key, did you mean 'format'?")
        .contains("feed 'cab-clicks': is not in the configuration, which has both, none");
    assertThat(LandRun.run(config, "land").expect(2).stderr())
        .contains("Missing required parameter: 'FEED'");
  }
}
