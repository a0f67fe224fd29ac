package io.github.millrace.viewlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.datagen.viewlog.Outcome;
import io.github.millrace.datagen.viewlog.ViewLogGenerator;
import io.github.millrace.datagen.viewlog.ViewLogOptions;
import io.github.millrace.datagen.viewlog.ViewLogRecord;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Ports;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real broker, judged by an account of the same messages in plain Java. */
class ReportIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  @RegisterExtension static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::start);

  @TempDir private Path directory;
  private ReportRun run;

  @BeforeEach
  void prepare(TestInfo test) throws IOException {
    run = ReportRun.in(directory, KAFKA.get(), test.getTestMethod().orElseThrow().getName(), 2);
  }

  @Test
  void knownStreamInSeveralRuns() throws Exception {
    ViewLogGenerator generator =
        ViewLogGenerator.forKafka(
            ViewLogOptions.of(30_000, 5, TEN, 100, new ViewLogOptions.Shares(0.02, 0.01, 0.05)));
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
    ViewLogGenerator.forKafka(
            ViewLogOptions.of(6_000, 6, TEN, 100, new ViewLogOptions.Shares(0, 0.3, 0.05)))
        .forEachRemaining(all::add);
    run.send(all.subList(0, all.size() / 2));
    run.command("report", "--set", "deduplicate=true").expect(0);
    run.send(all.subList(all.size() / 2, all.size()));
    run.command("report", "--flush", "--set", "deduplicate=true").expect(0);

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
  void aWindowThatEndsAtTheWatermarkIsClosed() throws Exception {
    // The watermark comes to 10:01:00.000: the window of 10:00 ends at it.
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:01:10Z"));
    run.command("report").expect(0);
    assertThat(run.reports())
        .isEqualTo(
            Map.of(new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(2_000_000, 1)));
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
            Map.of(new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(4_000_000, 2)));
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
        new View("2026-03-01T10:00:30Z", 10, 4_000).bytes(),
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
            "range",
            "range",
            "rule",
            "truncated",
            "type",
            "type",
            "unknown");
    assertThat(run.reports()).hasSize(1);
  }

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
                + network(10)
                + ": 1 campaigns with 2 views, were 1 with 1");
    assertThat(run.reports())
        .isEqualTo(
            Map.of(new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(4_000_000, 2)));

    run.addCampaign(3, 150);
    run.command("replay").expect(0);
    Map<ReportRun.Key, ReportRun.Sum> all =
        Map.of(
            new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(4_000_000, 2),
            new ReportRun.Key(3, TEN, 150), new ReportRun.Sum(3_000_000, 1));
    assertThat(run.reports()).isEqualTo(all);
    assertThat(run.reasons()).containsExactly("future");
    run.command("replay").expect(0);
    assertThat(run.reports()).isEqualTo(all);
  }

  @Test
  void recomputeClosesOpenMinutesAndTheStreamGoesOn() throws Exception {
    run.send(View.of("2026-03-01T10:00:30Z"));
    run.command("report").expect(0);
    assertThat(run.reports()).isEmpty();
    run.command("recompute", "--from", "2026-03-01T10:00:00", "--to", "2026-03-01T10:01:00")
        .expect(0);
    Map<ReportRun.Key, ReportRun.Sum> once =
        Map.of(new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(2_000_000, 1));
    assertThat(run.reports()).isEqualTo(once);
    run.send(View.of("2026-03-01T10:05:30Z"));
    run.command("report").expect(0);
    assertThat(run.reports()).isEqualTo(once);
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
            Map.of(new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(4_000_000, 2)));

    Files.delete(ReportRun.files(directory.resolve("archive"), ".parquet").get(0));
    assertThat(run.command("recompute", withArchive.toArray(String[]::new)).expect(4).stderr())
        .contains("partition 0: the archive")
        .contains("does not hold every message");
    assertThat(run.reports())
        .isEqualTo(
            Map.of(new ReportRun.Key(network(10), TEN, 10), new ReportRun.Sum(4_000_000, 2)));
  }

  @Test
  void whatChangedUnderACheckpointIsRefused() throws Exception {
    run.send(View.of("2026-03-01T10:00:30Z"), View.of("2026-03-01T10:00:31Z"));
    run.command("report").expect(0);
    assertThat(run.command("report", "--set", "window=5 minutes").expect(4).stderr())
        .contains("window was '60000 ms', is '300000 ms'")
        .contains("set 'checkpoint' and the output to empty directories");
    assertThat(run.command("report", "--adopt").expect(2).stderr())
        .contains("--adopt: report cannot take an output over");
    assertThat(run.command("report", "--set", "watermark=1 hour").expect(4).stderr())
        .contains("watermark was '10000 ms', is '3600000 ms'");

    run.send(View.of("2026-03-01T10:00:32Z"), View.of("2026-03-01T10:00:33Z"));
    KAFKA.get().deleteRecordsBefore(run.topic(), 0, 4);
    assertThat(run.command("report").expect(4).stderr())
        .contains("topic '" + run.topic() + "', partition 0")
        .contains("goes on at offset 2, but Kafka's first is 4")
        .contains("retention has dropped 2 messages unread");

    KAFKA.get().deleteTopic(run.topic());
    assertThat(run.command("report").expect(1).stderr())
        .contains(
            "topic '" + run.topic() + "' does not exist at " + KAFKA.get().bootstrapServers());
    KAFKA.get().createTopic(run.topic(), 2);
    assertThat(run.command("report").expect(4).stderr())
        .contains("topic '" + run.topic() + "', partition 0")
        .contains("deleted and created again");
  }

  @Test
  void wrongConfigurationIsToldAtOnce() throws Exception {
    Files.writeString(
        run.campaigns(), "network_id,campaign_id,campaign_name\n1,10,A\n2,10,B\nx,20,C\n1,30\n");
    assertThat(
            run.command(
                    "report",
                    "--set",
                    "window=soon",
                    "--set",
                    "windowOn=now",
                    "--set",
                    "kafka.topik=x")
                .expect(2)
                .stderr())
        .contains("kafka.topik")
        .contains("window: is 'soon', must be a time such as '10 seconds'")
        .contains("windowOn: is 'now', must be end_timestamp or start_timestamp");
    assertThat(run.command("report").expect(2).stderr())
        .contains("line 3: campaign 10 is in network 2, but in network 1 further up")
        .contains("line 4: network_id is 'x'")
        .contains("line 5: has 2 fields, must have 3");
    Path contract = directory.resolve("view.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of("src/main/resources/contracts/view.odcs.yaml"))
            .replace("physicalType: INT\n", "physicalType: BIGINT\n"));
    assertThat(run.command("report", "--set", "contract=" + contract).expect(2).stderr())
        .contains("must have a required field campaign_id of physicalType INT");
    assertThat(
            run.command(
                    "report",
                    "--print-config",
                    "--set",
                    "kafka.options={\"sasl.jaas.config\": \"PlainLoginModule required password=hushhush;\"}")
                .stdout())
        .doesNotContain("hushhush");
  }

  @Test
  void oneInstanceRunsThroughABrokersRestart() throws Exception {
    int port = Ports.free();
    // A broker of its own: other tests need theirs meanwhile.
    try (Kafka kafka = Kafka.start();
        SparkSubmit.Running running = startedWithPrometheus(kafka, port)) {
      run.send(View.of("2026-03-01T10:00:30Z"));
      running.awaitLine(line -> line.contains("batch 0:"), PATIENCE);
      assertThat(run.command("report").expect(4).stderr()).contains("is in use by process");
      kafka.stopBroker();
      kafka.startBroker();
      run.send(View.of("2026-03-01T10:02:30Z"));
      String line = running.awaitLine(text -> text.contains("batch 1:"), PATIENCE);
      assertThat(line).contains("1 read", "lag 0 messages", "watermark 2026-03-01T10:02:20Z");
      assertThat(gauges(port))
          .containsEntry("readTotal", 2.0)
          .containsEntry("lateTotal", 0.0)
          .containsEntry("quarantinedTotal", 0.0)
          .containsEntry("lagMessages", 0.0)
          .containsEntry("stateRows", 1.0)
          .containsEntry("watermarkSeconds", 1_772_359_340.0)
          .containsKeys("inputRate", "lagSeconds");
      running.terminate();
      assertThat(running.await(PATIENCE).stdout()).doesNotContain("completed, an earlier run");
    }
    assertThat(run.reports()).hasSize(1);
  }

  /** With the settings that the README gives. */
  private SparkSubmit.Running startedWithPrometheus(Kafka kafka, int port) throws IOException {
    run = ReportRun.in(directory, kafka, run.topic(), 2);
    String sink = "spark.metrics.conf.*.sink.prometheusServlet.";
    return run.submit("report", "--set", "trigger=1 second")
        .conf("spark.ui.enabled", "true")
        .conf("spark.ui.port", Integer.toString(port))
        .conf(sink + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
        .conf(sink + "path", "/metrics/prometheus")
        .start();
  }

  private static Map<String, Double> gauges(int port) throws Exception {
    URI page = URI.create("http://localhost:" + port + "/metrics/prometheus");
    String text =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()
            .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    Map<String, Double> gauges = new TreeMap<>();
    Matcher matcher =
        Pattern.compile("_driver_millrace_viewlog_(\\w+)_Value\\{[^}]*} (\\S+)").matcher(text);
    while (matcher.find()) {
      gauges.put(matcher.group(1), Double.valueOf(matcher.group(2)));
    }
    return gauges;
  }

  @Test
  void loginWithAPasswordFromTheEnvironment() throws Exception {
    Kafka kafka = KAFKA.get();
    Path config = directory.resolve("report.yaml");
    Files.writeString(
        config,
        """
        kafka:
          bootstrapServers: %s
          topic: %s
          options:
            security.protocol: SASL_PLAINTEXT
            sasl.mechanism: PLAIN
            sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required
              username="%s" password="${KAFKA_PASSWORD}";
        campaigns: %s
        output: %s
        checkpoint: %s
        """
            .formatted(
                kafka.saslBootstrapServers(),
                run.topic(),
                kafka.user(),
                run.campaigns(),
                run.output(),
                run.checkpoint()));
    run.send(View.of("2026-03-01T10:00:30Z"));
    SparkSubmit.Result refused = login(config, "wrong-password").run(PATIENCE).expect(1);
    assertThat(refused.stderr())
        .contains("cannot be asked about topic '" + run.topic() + "'")
        .contains("Authentication failed")
        .doesNotContain("wrong-password");
    login(config, kafka.password()).run(PATIENCE).expect(0);
    assertThat(run.reports()).hasSize(1);
  }

  private static SparkSubmit login(Path config, String password) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .env("KAFKA_PASSWORD", password)
        .args("report", "--flush", "--config", config.toString());
  }

  private static int network(int campaign) {
    return Campaigns.network(campaign);
  }
}
