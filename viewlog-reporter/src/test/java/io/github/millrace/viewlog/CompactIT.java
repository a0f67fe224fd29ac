package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Nightly;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old reports in few files, while others read them. */
class CompactIT {
  private static final int KILLED = 128 + 9;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
  private static final int MINUTES_A_DAY = 30;
  private static final List<Integer> CAMPAIGNS = List.of(10, 20, 140);

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  @Test
  void readersSeeEachReportOnceAndMayCorrectIt() throws Exception {
    ReportRun run = reported("compacted", 3);
    // To be corrected once they are compacted: a view that is late, and one of an unknown campaign.
    run.send(new View("2026-03-02T00:05:30Z", 20, 4), new View("2026-03-01T10:00:30Z", 150, 3));
    run.command("report").expect(0);
    assertThat(run.reasons()).containsExactly("late", "unknown");
    Map<ReportRun.Key, ReportRun.Sum> reports = run.reports();
    int byWindow = ReportRun.files(run.output(), ".parquet").size();

    assertThat(run.command("compact", "--before", "2026-03-04").expect(1).stderr())
        .contains("--before: is 2026-03-04, but the window of 2026-03-03T23:59:00Z is open")
        .contains("Nothing was changed");
    assertThat(run.command("compact", "--before", "March", "--grace", "a bit").expect(2).stderr())
        .contains("--before: is 'March', must be a date such as 2026-01-31")
        .contains("--grace: is 'a bit', must be a time such as");

    String told = whileRead(run, reports, () -> run.command("compact", "--before", "2026-03-03"));
    assertThat(told)
        .contains("2026-03-01: 90 rows of 60 files are in 2 now")
        .contains("2026-03-02: 90 rows of 60 files are in 2 now")
        .contains("2026-03-02: the 60 files by window stay until a run after");
    assertThat(run.reports()).isEqualTo(reports);
    assertThat(ReportRun.files(run.output(), ".parquet")).hasSize(byWindow + 4);
    for (JsonNode entry : run.ledger()) {
      JsonNode counts = entry.get("counts");
      if (entry.get("unit").textValue().startsWith("compact-")) {
        assertThat(List.of(counts.get("read").longValue(), counts.get("written").longValue()))
            .containsOnly(90L);
      }
    }

    assertThat(
            run.command("compact", "--before", "2026-03-03", "--grace", "0 seconds")
                .expect(0)
                .stdout())
        .contains("2026-03-01: removed the 60 files by window");
    assertThat(run.reports()).isEqualTo(reports);
    assertThat(ReportRun.files(run.output(), ".parquet")).hasSize(byWindow - 120 + 4);
    assertThat(bySpark(run)).contains("rows " + reports.size() + " views " + reports.size());

    run.command("recompute", "--from", "2026-03-02T00:05:00Z", "--to", "2026-03-02T00:06:00Z")
        .expect(0);
    reports.merge(key("2026-03-02T00:05:00Z", 20), sum(4), ReportRun.Sum::plus);
    assertThat(run.reports()).isEqualTo(reports);
    run.addCampaign(3, 150);
    run.command("replay").expect(0);
    reports.put(new ReportRun.Key(3, Instant.parse("2026-03-01T10:00:00Z"), 150), sum(3));
    assertThat(run.reports()).isEqualTo(reports);
    assertThat(run.quarantine()).isEmpty();
  }

  @Test
  void killedAtEachStepReadersSeeEachReportOnce() throws Exception {
    ReportRun run = reported("killed-compact", 3);
    Map<ReportRun.Key, ReportRun.Sum> reports = run.reports();
    String compacted = "/_compacted/reports/network_id=[^/]*/day=[^/]*/[^/]*parquet$";
    // What readers go by, which comes when the run before is completed.
    Step switched = new Step("before", "rename", "/before.json$");
    List<Step> steps =
        Nightly.isOn()
            ? List.of(
                new Step("after", "create", "/_staging/[^/]+/compact-.*parquet$"),
                new Step("after", "rename", compacted),
                switched,
                new Step("after", "rename", "/before.json$"),
                new Step("after", "rename", compacted, 2))
            : List.of(new Step("after", "rename", compacted), switched);
    for (Step step : steps) {
      step.set(run.submit("compact", "--before", "2026-03-03")).run(PATIENCE).expect(KILLED);
      assertThat(run.reports()).as(step.toString()).isEqualTo(reports);
    }
    run.command("compact", "--before", "2026-03-03", "--grace", "0 seconds").expect(0);
    assertThat(run.reports()).isEqualTo(reports);
    assertThat(ReportRun.files(run.output(), ".parquet")).hasSize(2 * 2 + 2 * MINUTES_A_DAY);
    assertThat(run.leftOver()).isEmpty();
  }

  /** Reports of some days, two networks, a view of each campaign a minute. */
  private ReportRun reported(String topic, int days) throws Exception {
    ReportRun run = ReportRun.in(directory, KAFKA.get(), topic, 1);
    List<View> views = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      for (int minute = 0; minute < MINUTES_A_DAY; minute++) {
        Instant end = FIRST.plus(Duration.ofDays(day)).plus(Duration.ofMinutes(minute));
        CAMPAIGNS.forEach(campaign -> views.add(new View(end.toString(), campaign, 1)));
      }
    }
    run.send(views.toArray(View[]::new));
    run.command("report", "--flush").expect(0);
    assertThat(run.reports()).hasSize(days * MINUTES_A_DAY * CAMPAIGNS.size());
    return run;
  }

  /** Does something while another reads without a pause; gives what it says. */
  private static String whileRead(
      ReportRun run, Map<ReportRun.Key, ReportRun.Sum> reports, Supplier<SparkSubmit.Result> action)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Integer> readings =
        CompletableFuture.supplyAsync(
            () -> {
              int number = 0;
              do {
                try {
                  assertThat(run.reports()).isEqualTo(reports);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
                number++;
              } while (!over.get());
              return number;
            });
    SparkSubmit.Result result;
    try {
      result = action.get();
    } finally {
      over.set(true);
    }
    assertThat(readings.get()).isGreaterThan(10);
    return result.expect(0).stdout();
  }

  /** As the README tells PySpark to read them. */
  private String bySpark(ReportRun run) throws Exception {
    Path script = directory.resolve("read.py");
    Files.writeString(
        script,
        """
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import col, lit
        spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
        path = "%s"
        before = spark.read.json(path + "/_compacted/before.json").first()["before"]
        before = lit(before).cast("timestamp")
        old = spark.read.parquet(path + "/_compacted/reports").where(col("minute_timestamp") < before)
        new = spark.read.parquet(path).where(col("minute_timestamp") >= before)
        reports = old.drop("day").unionByName(new)
        print("rows", reports.count(), "views", reports.selectExpr("sum(total_count)").first()[0])
        """
            .formatted(run.output()));
    return SparkSubmit.of(script).run(PATIENCE).expect(0).stdout();
  }

  private static ReportRun.Key key(String minute, int campaign) {
    int network = Campaigns.network(campaign);
    return new ReportRun.Key(network, Instant.parse(minute), campaign);
  }

  private static ReportRun.Sum sum(int seconds) {
    return new ReportRun.Sum(seconds * 1_000_000L, 1);
  }
}
