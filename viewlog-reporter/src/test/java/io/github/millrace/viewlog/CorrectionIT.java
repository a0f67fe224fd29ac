package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.testkit.SparkSubmit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What brings late, unknown and open views into the reports, on a real topic. */
class CorrectionIT extends FreshTopic {
  @Test
  void unknownCampaignIsReplayedAndLateViewRecomputed() throws Exception {
    run.send(
        View.of("2026-03-01T10:00:30Z"),
        new View("2026-03-01T10:00:40Z", 150, 3),
        View.of("2026-03-01T10:02:30Z"));
    // Of the future when it was sent, and so for ever.
    run.send(0, TEN, View.of("2026-03-01T10:01:30Z").bytes());
    run.command("report").expect(0);
    run.send(View.of("2026-03-01T10:00:31Z"));
    run.command("report").expect(0);
    assertThat(run.reasons()).containsExactly("future", "late", "unknown");
    assertThat(run.reports()).hasSize(1);

    SparkSubmit.Result recomputed =
        run.command("recompute", "--from", "2026-03-01T10:00:00Z", "--to", "2026-03-01T10:01:00Z")
            .expect(0);
    assertThat(recomputed.stdout())
        .contains(
            "2026-03-01T10:00:00Z network "
                + Campaigns.network(10)
                + ": 1 campaigns with 2 views, were 1 with 1");
    assertThat(run.reports())
        .isEqualTo(
            Map.of(
                new ReportRun.Key(Campaigns.network(10), TEN, 10),
                new ReportRun.Sum(4_000_000, 2)));

    run.addCampaign(3, 150);
    run.command("replay").expect(0);
    Map<ReportRun.Key, ReportRun.Sum> all =
        Map.of(
            new ReportRun.Key(Campaigns.network(10), TEN, 10), new ReportRun.Sum(4_000_000, 2),
            new ReportRun.Key(3, TEN, 150), new ReportRun.Sum(3_000_000, 1));
    assertThat(run.reports()).isEqualTo(all);
    assertThat(run.reasons()).containsExactly("future");
    run.command("replay").expect(0);
    assertThat(run.reports()).isEqualTo(all);
  }

  @Test
  void replayLeavesOpenWindowsToReportWhereItDeduplicates() throws Exception {
    run.send(new View("2026-03-01T10:00:40Z", 150, 3), View.of("2026-03-01T10:00:41Z"));
    run.command("report", "--set", "deduplicate=true").expect(0);
    run.addCampaign(3, 150);
    assertThat(run.command("replay", "--set", "deduplicate=true").expect(1).stderr())
        .contains("belong to windows that are open yet")
        .contains("it has come to 2026-03-01T10:00:31Z");
    assertThat(run.reasons()).containsExactly("unknown");
  }

  @Test
  void recomputeClosesOpenMinutesAndTheStreamGoesOn() throws Exception {
    run.send(View.of("2026-03-01T10:00:30Z"));
    run.command("report").expect(0);
    assertThat(run.reports()).isEmpty();
    // Time goes no further than what was read, however far the range reaches.
    run.command("recompute", "--from", "2026-03-01T10:00:00", "--to", "2099-01-01T00:00:00Z")
        .expect(0);
    Map<ReportRun.Key, ReportRun.Sum> once =
        Map.of(new ReportRun.Key(Campaigns.network(10), TEN, 10), new ReportRun.Sum(2_000_000, 1));
    assertThat(run.reports()).isEqualTo(once);
    run.send(View.of("2026-03-01T10:05:30Z"));
    run.command("report").expect(0);
    assertThat(run.reports()).isEqualTo(once);
    assertThat(run.reasons()).isEmpty();

    // While report has not closed it, a window is its own.
    run.send(View.of("2026-03-01T10:06:30Z"));
    run.command("report").expect(0);
    assertThat(run.reasons()).isEmpty();
    assertThat(run.reports()).hasSize(2);
  }

  /** Time would go past it, and compaction would take it for done. */
  @Test
  void recomputeOfALaterWindowClosesTheOpenOnesBefore() throws Exception {
    String[] open = {"--set", "watermark=5 minutes"};
    run.send(
        View.of("2026-03-01T23:50:30Z"),
        View.of("2026-03-01T23:59:30Z"),
        new View("2026-03-01T23:59:40Z", 150, 3),
        View.of("2026-03-02T00:00:30Z"));
    run.command("report", open).expect(0);
    run.command(
            "recompute",
            "--from",
            "2026-03-02T00:00:00Z",
            "--to",
            "2026-03-02T00:01:00Z",
            open[0],
            open[1])
        .expect(0);
    assertThat(run.reports()).hasSize(3);
    run.addCampaign(3, 150);
    run.command("replay", open).expect(0);
    assertThat(run.reports()).hasSize(4);
    run.command("compact", "--before", "2026-03-02", "--grace", "0 seconds", open[0], open[1])
        .expect(0);
    run.send(View.of("2026-03-02T00:09:30Z"));
    run.command("report", open).expect(0);
    run.command("compact", "--before", "2026-03-02", "--grace", "0 seconds", open[0], open[1])
        .expect(0);
    run.command("report", "--flush", open[0], open[1]).expect(0);
    assertThat(run.reports()).hasSize(5);
    assertThat(run.reasons()).isEmpty();
  }

  @Test
  void theWholeOfTimeCanBeRecomputed() throws Exception {
    String archive = "archive=" + directory.resolve("archive");
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:02:30Z"));
    run.command("report", "--flush", "--set", archive).expect(0);
    Map<ReportRun.Key, ReportRun.Sum> reports = run.reports();
    assertThat(reports).hasSize(2);

    // The first minute that a timestamp can be of: what is taken from it must not overflow.
    String[] all = {"--from=-290308-12-21T20:00:00Z", "--to=+294247-01-10T04:00:00Z"};
    for (String from : List.of("archive=null", archive)) {
      assertThat(run.command("recompute", all[0], all[1], "--set", from).expect(0).stdout())
          .contains("2 views in 2 rows; 0 networks and windows changed");
      assertThat(run.reports()).isEqualTo(reports);
    }
  }

  @Test
  void aRangeOfSeveralDaysIsReadOnceAndAUnitForEach() throws Exception {
    run.send(
        View.of("2026-03-01T10:00:30Z"),
        View.of("2026-03-03T10:00:30Z"),
        View.of("2026-03-03T23:59:30Z"),
        View.of("2026-03-05T00:10:30Z"));
    run.command("report").expect(0);
    Map<ReportRun.Key, ReportRun.Sum> reports = run.reports();
    assertThat(reports).hasSize(3);
    // Late by now; each day's correction brings its own in.
    run.send(View.of("2026-03-01T10:00:31Z"), View.of("2026-03-03T23:59:31Z"));
    run.command("report").expect(0);
    assertThat(run.reasons()).containsExactly("late", "late");

    String stdout =
        run.command("recompute", "--from=2026-02-01T00:00:00Z", "--to=2026-03-06T00:00:00Z")
            .expect(0)
            .stdout();
    assertThat(stdout)
        .contains("2 views in 1 rows; 1 networks and windows changed")
        .contains("3 views in 2 rows; 1 networks and windows changed")
        .contains("1 views in 1 rows; 1 networks and windows changed");
    assertThat(run.reports().values().stream().mapToLong(ReportRun.Sum::views).sum()).isEqualTo(6);
    assertThat(run.reports()).hasSize(4);
    assertThat(
            run.ledger().stream()
                .map(entry -> entry.get("unit").textValue())
                .filter(unit -> unit.startsWith("recompute-")))
        .hasSize(3);
    assertThat(run.checkpoint().resolve("recomputed")).doesNotExist();
  }

  @Test
  void archiveThatReportAddsToMeanwhileServes() throws Exception {
    String archive = "archive=" + directory.resolve("archive");
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:02:30Z"));
    run.command("report", "--set", archive).expect(0);
    run.send(View.of("2026-03-01T10:00:31Z"), View.of("2026-03-01T10:04:30Z"));
    run.command("report", "--set", archive).expect(0);
    // As where report publishes once recompute has seen which windows are open.
    for (Path later : ReportRun.files(run.checkpoint().resolve("windows"), "00000001-0.json")) {
      Files.delete(later);
    }

    run.command(
            "recompute",
            "--from=2026-03-01T10:00:00Z",
            "--to=2026-03-01T10:01:00Z",
            "--set",
            archive)
        .expect(0);
    assertThat(run.reports().get(new ReportRun.Key(Campaigns.network(10), TEN, 10)))
        .isEqualTo(new ReportRun.Sum(2_000_000, 1));
  }

  @Test
  void aProducersClockThatIsAheadMovesNoTime() throws Exception {
    String topic = run.topic() + "-ahead";
    // Or the broker itself would refuse it.
    KAFKA
        .get()
        .createTopic(
            topic, 1, Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
    run = new ReportRun(directory, KAFKA.get(), topic);
    View ahead = View.of("2099-01-01T00:00:00Z");
    run.send(0, Instant.parse(ahead.end()), ahead.bytes());
    run.command("report").expect(3);
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:00:31Z"));
    assertThat(run.command("report").expect(0).stdout())
        .contains("2 read, 2 written")
        .contains("watermark 2026-03-01T10:00:21Z")
        .doesNotContain(", -");
    assertThat(run.reasons()).containsExactly("future");
  }

  @Test
  void archiveServesWhatKafkaHasDropped() throws Exception {
    String archive = "archive=" + directory.resolve("archive");
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:02:30Z"));
    run.command("report", "--set", archive).expect(0);
    run.send(View.of("2026-03-01T10:00:31Z"));
    run.command("report", "--set", archive).expect(0);
    KAFKA.get().deleteRecordsBefore(run.topic(), 0, 3);

    String[] range = {"--from", "2026-03-01T10:00:00Z", "--to", "2026-03-01T10:01:00Z"};
    assertThat(run.command("recompute", range).expect(4).stderr())
        .contains("topic '" + run.topic() + "', partition 0: Kafka's first offset is 3")
        .contains("Set 'archive'");
    List<String> withArchive = new ArrayList<>(List.of(range));
    withArchive.addAll(List.of("--set", archive));
    run.command("recompute", withArchive.toArray(String[]::new)).expect(0);
    assertThat(run.reports())
        .isEqualTo(
            Map.of(
                new ReportRun.Key(Campaigns.network(10), TEN, 10),
                new ReportRun.Sum(4_000_000, 2)));

    Files.delete(ReportRun.files(directory.resolve("archive"), ".parquet").get(0));
    assertThat(run.command("recompute", withArchive.toArray(String[]::new)).expect(4).stderr())
        .contains("the archive file:" + directory.resolve("archive"))
        .contains("does not hold every message");
    assertThat(run.reports())
        .isEqualTo(
            Map.of(
                new ReportRun.Key(Campaigns.network(10), TEN, 10),
                new ReportRun.Sum(4_000_000, 2)));
  }
}
