package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.viewlog.ViewLogGenerator;
import io.github.millrace.datagen.viewlog.ViewLogRecord;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Nightly;
import io.github.millrace.testkit.Shared;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends the job by SIGKILL at each step of publishing, sends more, and starts it again. */
class KillReportIT {
  private static final int KILLED = 128 + 9;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Files that replace others, and the open windows; the rest is tried in {@code common}. */
  private static final List<Step> OWN_STEPS =
      List.of(
          new Step("after", "rename", "/reports/network_id=.*/report\\.[^/]*parquet$"),
          new Step("after", "rename", "/windows/\\d+-0\\.json$"));

  private static final List<Step> OTHER_STEPS =
      List.of(
          new Step("after", "rename", "/offsets/\\d+$"),
          new Step("after", "create", "/reports/_staging/.*\\.parquet$"),
          new Step("before", "create", "/_lease/stream/.*/[0-9a-f]+-\\d+\\.json$"),
          new Step("after", "rename", "/_ledger/prepared/[^/]+\\.json$"),
          new Step("after", "rename", "/_quarantine/\\d{4}-\\d\\d-\\d\\d/[^/]+\\.jsonl$"),
          new Step("before", "rename", "/_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]+-\\d+\\.json$"),
          new Step("after", "rename", "/_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]+-\\d+\\.json$"),
          new Step("before", "rename", "/commits/\\d+$"));

  private static final List<Step> STEPS = Nightly.all(OWN_STEPS, OTHER_STEPS);

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  @Test
  void killedAtEachStepEachMinuteAppearsOnceAndWhole() throws Exception {
    ReportRun run = ReportRun.in(directory, KAFKA.get(), "killed", 2);
    // None is late, for what a batch holds depends on where the job is killed.
    List<ViewLogRecord> all = new ArrayList<>();
    ViewLogGenerator.forKafka(
            SendOptions.of(
                12_000, 9, Instant.parse("2026-03-01T10:00:00Z"), 10, new Shares(0, 0, 0.05)))
        .forEachRemaining(all::add);
    int size = all.size() / (STEPS.size() + 1);
    for (int i = 0; i < STEPS.size(); i++) {
      run.send(all.subList(i * size, (i + 1) * size));
      STEPS.get(i).set(run.submit("report")).run(PATIENCE).expect(KILLED);
    }
    run.send(all.subList(STEPS.size() * size, all.size()));
    run.command("report", "--flush").expect(0);

    ExpectedReports expected = new ExpectedReports();
    expected.batch(all);
    expected.flush();
    assertThat(run.reports()).isEqualTo(expected.reports());
    assertThat(run.reasons())
        .hasSize((int) all.stream().filter(r -> r.defect().isPresent()).count());
    assertThat(run.leftOver()).isEmpty();
    assertThat(run.ledger().stream().mapToLong(e -> e.get("counts").get("read").longValue()).sum())
        .isEqualTo(all.size());
  }

  @Test
  void aRecomputeThatIsKilledIsCompletedByTheNextReport() throws Exception {
    ReportRun run = ReportRun.in(directory, KAFKA.get(), "killed-recompute", 1);
    Instant ten = Instant.parse("2026-03-01T10:00:00Z");
    run.send(
        0, ten, View.of("2026-03-01T10:00:30Z").bytes(), View.of("2026-03-01T10:02:30Z").bytes());
    run.command("report").expect(0);
    run.send(0, ten, View.of("2026-03-01T10:00:31Z").bytes());
    run.command("report").expect(0);
    new Step("after", "rename", "/_ledger/prepared/recompute-[^/]+\\.json$")
        .set(
            run.submit(
                "recompute", "--from", "2026-03-01T10:00:00Z", "--to", "2026-03-01T10:01:00Z"))
        .run(PATIENCE)
        .expect(KILLED);

    assertThat(run.command("report").expect(0).stdout())
        .contains("completed, an earlier run had been cut off");
    assertThat(run.reports().values()).containsExactly(new ReportRun.Sum(4_000_000, 2));
    assertThat(run.leftOver()).isEmpty();
  }
}
