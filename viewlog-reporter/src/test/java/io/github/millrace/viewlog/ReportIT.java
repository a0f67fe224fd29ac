package io.github.millrace.viewlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.SentRecords;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.datagen.viewlog.ViewLogGenerator;
import io.github.millrace.datagen.viewlog.ViewLogRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is reported of a real topic, judged by an account of the same messages in plain Java. */
class ReportIT extends FreshTopic {
  @Test
  void knownStreamInSeveralRuns() throws Exception {
    SentRecords<ViewLogRecord> generator =
        ViewLogGenerator.forKafka(
            SendOptions.of(30_000, 5, TEN, 100, new Shares(0.02, 0.01, 0.05)));
    List<ViewLogRecord> all = new ArrayList<>();
    generator.forEachRemaining(all::add);
    ExpectedReports expected = new ExpectedReports();
    int third = all.size() / 3;
    for (int i = 0; i < 3; i++) {
      List<ViewLogRecord> part = all.subList(i * third, i == 2 ? all.size() : (i + 1) * third);
      run.send(part);
      expected.batch(part);
      run.command("report").expect(0);
    }
    run.command("report", "--flush").expect(0);
    expected.flush();

    assertThat(run.reports()).isEqualTo(expected.reports());
    long bad = all.stream().filter(record -> record.outcome() == Outcome.BAD).count();
    assertThat(run.reasons()).hasSize((int) (bad + expected.late()));
    assertThat(run.reasons().stream().filter("late"::equals)).hasSize((int) expected.late());
    assertThat(expected.late()).isPositive();
    long read = 0;
    for (JsonNode entry : run.ledger()) {
      JsonNode counts = entry.get("counts");
      read += counts.get("read").longValue();
      assertThat(counts.get("read").longValue())
          .isEqualTo(
              counts.get("written").longValue()
                  + counts.get("quarantined").longValue()
                  + counts.get("late").longValue());
    }
    assertThat(read).isEqualTo(all.size());
  }

  @Test
  void aRepeatedViewCountsOnceOverBatches() throws Exception {
    List<ViewLogRecord> all = new ArrayList<>();
    ViewLogGenerator.forKafka(SendOptions.of(6_000, 6, TEN, 100, new Shares(0, 0.3, 0.05)))
        .forEachRemaining(all::add);
    String[] options = {
      "--set", "deduplicate=true", "--set", "archive=" + directory.resolve("archive")
    };
    int third = all.size() / 3;
    run.send(all.subList(0, third));
    run.command("report", options).expect(0);
    // Where earlier versions kept them.
    Path ids = Files.createDirectory(run.checkpoint().resolve("ids")).resolve("0");
    Files.move(run.checkpoint().resolve("known-ids/0"), ids);
    run.send(all.subList(third, 2 * third));
    run.command("report", options).expect(0);
    assertThat(run.checkpoint().resolve("known-ids/1")).exists();
    run.send(all.subList(2 * third, all.size()));
    List<String> last = new ArrayList<>(List.of(options));
    last.add("--flush");
    run.command("report", last.toArray(String[]::new)).expect(0);

    ExpectedReports expected = new ExpectedReports();
    expected.batch(all.stream().filter(r -> r.outcome() != Outcome.DUPLICATE).toList());
    expected.flush();
    assertThat(run.reports()).isEqualTo(expected.reports());
    long duplicates = all.stream().filter(r -> r.outcome() == Outcome.DUPLICATE).count();
    assertThat(
            run.ledger().stream()
                .mapToLong(e -> e.get("counts").get("deduplicated").longValue())
                .sum())
        .isEqualTo(duplicates)
        .isPositive();

    // The archive has them too, so that nothing is missing in it.
    List<String> again =
        new ArrayList<>(List.of("--from", "2026-03-01T09:00:00Z", "--to", "2026-03-01T12:00:00Z"));
    again.addAll(List.of(options));
    run.command("recompute", again.toArray(String[]::new)).expect(0);
    assertThat(run.reports()).isEqualTo(expected.reports());
  }

  @Test
  void aWindowThatEndsAtTheWatermarkIsClosed() throws Exception {
    // The watermark comes to 10:01:00.000: the window of 10:00 ends at it.
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:01:10Z"));
    run.command("report").expect(0);
    assertThat(run.reports())
        .isEqualTo(
            Map.of(
                new ReportRun.Key(Campaigns.network(10), TEN, 10),
                new ReportRun.Sum(2_000_000, 1)));
    run.send(View.of("2026-03-01T10:00:59.999Z"));
    run.command("report").expect(0);
    assertThat(run.reasons()).containsExactly("late");
    assertThat(run.quarantine().get(0).get("reasons").get(0).textValue())
        .isEqualTo("late end_timestamp: the window from 2026-03-01 10:00:00 was closed");
  }

  @Test
  void aWindowThatEndsAMillisecondAfterTheWatermarkIsOpen() throws Exception {
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:01:09.999Z"));
    run.command("report").expect(0);
    assertThat(run.reports()).isEmpty();
    // An idle partition holds nothing up: these all go to the first.
    run.send(View.of("2026-03-01T10:00:59.999Z"), View.of("2026-03-01T10:01:10Z"));
    run.command("report").expect(0);
    assertThat(run.reasons()).isEmpty();
    assertThat(run.reports())
        .isEqualTo(
            Map.of(
                new ReportRun.Key(Campaigns.network(10), TEN, 10),
                new ReportRun.Sum(4_000_000, 2)));
  }

  @Test
  void poisonIsQuarantinedWithItsReason() throws Exception {
    String good = new String(View.of("2026-03-01T10:00:30Z").bytes(), UTF_8);
    run.send(
        0,
        TEN,
        new byte[0],
        null,
        "not json".getBytes(UTF_8),
        "[1, 2]".getBytes(UTF_8),
        good.replace("\"campaign_id\":10", "\"campaign_id\":\"10\"").getBytes(UTF_8),
        good.replace("\"banner_id\":7", "\"banner_id\":-7").getBytes(UTF_8),
        good.replace("10:00:30Z\",\"banner", "09:00:30Z\",\"banner").getBytes(UTF_8),
        new View("2099-01-01T00:00:00Z", 10, 2).bytes(),
        new View("2026-03-01T10:00:30Z", 10, 90_000).bytes(),
        new View("0001-01-01T00:00:05Z", 10, 5).bytes(),
        new View("2026-03-01T10:00:30Z", 999, 2).bytes(),
        good.substring(0, 40).getBytes(UTF_8),
        good.getBytes(UTF_8));
    run.command("report", "--flush").expect(0);
    assertThat(run.reasons())
        .containsExactly(
            "blank",
            "blank",
            "future",
            "malformed",
            "past",
            "range",
            "range",
            "rule",
            "truncated",
            "type",
            "type",
            "unknown");
    assertThat(run.reports()).hasSize(1);
  }
}
