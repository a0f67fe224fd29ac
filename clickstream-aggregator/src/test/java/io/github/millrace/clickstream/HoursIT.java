package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hours that are complete: marked, and taken back where a late record comes. */
class HoursIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  private static String hour(String hour) {
    return "event_date=2026-03-01/event_hour=" + hour;
  }

  private static String hourOf(LocalDateTime event) {
    return event.format(DateTimeFormatter.ofPattern("'event_date='yyyy-MM-dd/'event_hour='HH"));
  }

  private static void send(String topic, int partition, String... records) {
    KAFKA
        .get()
        .send(
            topic,
            List.of(records).stream()
                .map(
                    record ->
                        new Kafka.Message(
                            partition, null, null, record.getBytes(StandardCharsets.UTF_8)))
                .toList());
  }

  @Test
  void hoursAreCompleteWhenTheSlowestPartitionHasPassedThem() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "hours_slowest", 2);
    send("hours_slowest", 0, LandIT.click(1, "2026-03-01 08:30:00"));
    send("hours_slowest", 0, LandIT.click(2, "2026-03-01 12:00:00"));
    send("hours_slowest", 1, LandIT.click(3, "2026-03-01 10:30:00"));

    assertThat(run.run("land").expect(0).stdout())
        .contains("; complete: 2 hours up to event_date=2026-03-01/event_hour=09");

    assertThat(run.complete()).containsExactly(hour("08"), hour("09"));
    assertThat(run.run("hours").expect(0).stdout())
        .containsPattern("2026-03-01 08 +complete +2026-\\S+Z +\\S+")
        .containsPattern("2026-03-01 09 +complete ")
        .containsPattern("2026-03-01 10 +open\n")
        .containsPattern("2026-03-01 12 +open\n")
        .doesNotContain("2026-03-01 11");
    assertThat(
            run.submitted("hours")
                .args("--hour", "2026-03-01T08")
                .warm()
                .run(PATIENCE)
                .expect(0)
                .stdout())
        .contains("complete");
    assertThat(
            run.submitted("hours")
                .args("--hour", "2026-03-01T10")
                .warm()
                .run(PATIENCE)
                .expect(1)
                .stderr())
        .contains(
            "hour 2026-03-01T10:00 of feed cab-clicks is not complete: events have not come so far");
    assertThat(run.submitted("hours").args("--hour", "10").warm().run(PATIENCE).expect(2).stderr())
        .contains("--hour: is '10', must be an hour such as 2026-11-27T10");

    // A late one of an hour that was complete, which the batch completes anew.
    String before = Files.readString(run.output().resolve(hour("08")).resolve("_SUCCESS"));
    send("hours_slowest", 0, LandIT.click(4, "2026-03-01 08:59:00"));
    run.run("land").expect(0);

    assertThat(run.complete()).containsExactly(hour("08"), hour("09"));
    assertThat(Files.readString(run.output().resolve(hour("08")).resolve("_SUCCESS")))
        .isNotEqualTo(before);
    JsonNode mark = run.ledger().get(1).get("steps").get(0).get("marks").get(0);
    assertThat(mark.get("directory").textValue()).endsWith(hour("08"));
    assertThat(before).contains(mark.get("expected").textValue());
  }

  @Test
  void marksThatWereCutOffAreMadeByTheNextRun() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "hours_killed", 1);
    send(
        "hours_killed",
        0,
        LandIT.click(1, "2026-03-01 08:30:00"),
        LandIT.click(2, "2026-03-01 12:00:00"));
    new Step("before", "create", "/event_hour=09/\\.+_SUCCESS")
        .set(run.submitted("land"))
        .run(PATIENCE)
        .expect(128 + 9);
    assertThat(run.complete()).containsExactly(hour("08"));

    assertThat(run.run("land").expect(0).stdout())
        .contains("completed, an earlier run had been cut off");

    assertThat(run.complete()).containsExactly(hour("08"), hour("09"), hour("10"));
    assertThat(run.total("written")).isEqualTo(2);
    assertThat(run.ledger()).hasSize(1);
    assertThat(run.leftOver()).isEmpty();
  }

  /** With the clock, for the one partition is idle; nothing is read any more. */
  @Test
  void whileNothingIsReadTheClockCompletesHours() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "hours_idle", 1);
    LocalDateTime event = LocalDateTime.now(ZoneOffset.UTC).minusHours(3);
    send(
        "hours_idle",
        0,
        LandIT.click(1, event.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"))));

    try (SparkSubmit.Running land =
        run.submitted(
                "land", "feeds.cab-clicks.trigger=1 second", "feeds.cab-clicks.idleAfter=1 second")
            .start()) {
      Await.until("hours up to now", PATIENCE, () -> run.complete().size() > 1);
      land.terminate();
      land.await(PATIENCE).expect(128 + 15);
    }

    assertThat(run.complete())
        .startsWith(hourOf(event), hourOf(event.plusHours(1)))
        .hasSizeBetween(2, 3);
    assertThat(run.ledger()).hasSize(2);
    assertThat(run.total("read")).isEqualTo(1);
  }

  @Test
  void replayedRecordsOpenTheirHour() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "hours_replay", 1);
    send(
        "hours_replay",
        0,
        LandIT.click(1, "2026-03-01 08:30:00"),
        LandIT.click(2, "2026-03-01 08:31:00").replace("1.5", "95"),
        LandIT.click(3, "2026-03-01 12:00:00"));
    run.run("land").expect(0);
    assertThat(run.complete()).containsExactly(hour("08"), hour("09"), hour("10"));
    Path contract = directory.resolve("clicks.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of("src/main/resources/contracts/cab-clicks.odcs.yaml"))
            .replace("maximum: 90}", "maximum: 95}"));
    String wider = "feeds.cab-clicks.contract=" + contract;

    run.run("replay", wider).expect(0);
    assertThat(run.complete()).containsExactly(hour("09"), hour("10"));
    assertThat(run.run("land", wider).expect(0).stdout())
        .contains("complete: event_date=2026-03-01/event_hour=08");

    assertThat(run.complete()).containsExactly(hour("08"), hour("09"), hour("10"));
    assertThat(run.run("land", wider).expect(0).stdout()).doesNotContain("complete:");
  }
}
