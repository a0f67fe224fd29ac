package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Ports;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;

/** How the job starts, is refused and goes on, on a real broker. */
class OperationIT extends FreshTopic {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

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

    // Of a batch that was begun and not published, its beginning counts.
    run.send(View.of("2026-03-01T10:00:34Z"));
    Path begun = run.checkpoint().resolve("offsets/1");
    Files.writeString(begun, Files.readString(begun.resolveSibling("0")).replace(":2}", ":5}"));
    assertThat(run.command("report").expect(4).stderr())
        .contains("goes on at offset 2, but Kafka's first is 4");
    Files.delete(begun);

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
  void aBatchThatWasBegunWithAPartitionThatWasAddedIsReadFromItsBeginning() throws Exception {
    run.send(View.of("2026-03-01T10:00:30Z"));
    run.command("report").expect(0);
    KAFKA
        .get()
        .admin()
        .createPartitions(Map.of(run.topic(), NewPartitions.increaseTo(3)))
        .all()
        .get();
    byte[] view = View.of("2026-03-01T10:00:31Z").bytes();
    run.send(2, TEN, view, view);
    Path offsets = run.checkpoint().resolve("offsets");
    Files.writeString(
        offsets.resolve("1"),
        Files.readString(offsets.resolve("0")).replaceFirst("\\}\\}\\s*$", ",\"2\":2}}"));
    KAFKA.get().deleteRecordsBefore(run.topic(), 2, 1);
    assertThat(run.command("report").expect(4).stderr())
        .contains("topic '" + run.topic() + "', partition 2")
        .contains("goes on at offset 0, but Kafka's first is 1");
    assertThat(run.ledger()).hasSize(1);
  }

  /** Whatever they count for: without a limit of the user's, a first start reads all of history. */
  @Test
  void aBacklogIsCutSoThatItsTotalsFitThroughToTheDriver() throws Exception {
    View[] views = new View[13_000];
    Arrays.fill(views, View.of("2026-03-01T10:00:30Z"));
    run.send(views);
    String stdout =
        run.submit("report", "--flush", "--set", "kafka.maxOffsetsPerTrigger=null")
            .conf("spark.driver.maxResultSize", "1m")
            .run(PATIENCE)
            .expect(0)
            .stdout();
    assertThat(stdout).contains("batch 2: ").contains("13,000 read = 13,000 written");
    assertThat(run.reports().values())
        .containsExactly(new ReportRun.Sum(2_000_000L * views.length, views.length));
  }

  /** What it has not read of the minute would be late. */
  @Test
  void aRunThatIsStoppedBeforeItHasReadAllFlushesNothing() throws Exception {
    View[] views = new View[200];
    for (int i = 0; i < views.length; i++) {
      views[i] = View.of("2026-03-01T10:00:30.%03dZ".formatted(i));
    }
    run.send(views);
    try (SparkSubmit.Running running =
        run.submit("report", "--flush", "--set", "kafka.maxOffsetsPerTrigger=1").start()) {
      running.awaitLine(line -> line.startsWith("batch 1: "), PATIENCE);
      running.terminate();
      running.await(PATIENCE).expect(128 + 15);
    }
    assertThat(run.reports()).isEmpty();
    assertThat(run.ledger())
        .noneMatch(entry -> entry.get("unit").textValue().contains("flush"))
        .hasSizeBetween(2, views.length - 1);

    run.command("report", "--flush").expect(0);
    assertThat(run.reports().values())
        .containsExactly(new ReportRun.Sum(2_000_000L * views.length, views.length));
    assertThat(run.reasons()).isEmpty();
  }

  @Test
  void wrongTimesAreToldAtOnce() throws Exception {
    assertThat(
            run.command(
                    "recompute",
                    "--from",
                    "2026-03-01T10:00:00Z",
                    "--to",
                    "+999999-01-01T00:00:00Z",
                    "--set",
                    "window=0 seconds")
                .expect(2)
                .stderr())
        .contains("window: is '0 seconds', must be longer than nothing")
        .contains("--to: is '+999999-01-01T00:00:00Z', must be a time such as");
    assertThat(run.command("compact", "--before", "+999999999-12-31").expect(2).stderr())
        .contains("--before: is '+999999999-12-31', must be a date such as");
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
                    "kafka.topik=x",
                    "--set",
                    "campaigns=s3a://bucket/campaigns.csv",
                    "--set",
                    "output=s3a://bucket/reports")
                .expect(2)
                .stderr())
        .contains("kafka.topik")
        .contains("campaigns: is 's3a://bucket/campaigns.csv', which needs a connector")
        .contains("--packages org.apache.hadoop:hadoop-aws:")
        .contains("output: is 's3a://bucket/reports' in an object store")
        .contains("window: is 'soon', must be a time such as '10 seconds'")
        .contains("windowOn: is 'now', must be end_timestamp or start_timestamp");
    assertThat(run.command("report").expect(2).stderr())
        .contains("line 3: campaign 10 is in network 2, but in network 1 in line 2")
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
  void aRunGoesOnWithTheLastGoodCampaigns() throws Exception {
    String good = Files.readString(run.campaigns());
    try (SparkSubmit.Running running = run.submit("report", "--set", "trigger=1 second").start()) {
      run.send(View.of("2026-03-01T10:00:30Z"));
      running.awaitLine(line -> line.contains("batch 0: 1 read, 1 written"), PATIENCE);
      Files.writeString(run.campaigns(), good + "3,150,\"Cut o");
      run.send(View.of("2026-03-01T10:00:31Z"));
      running.awaitLine(line -> line.contains("batch 1: 1 read, 1 written"), PATIENCE);
      assertThat(running.awaitLine(line -> line.startsWith("warning: campaigns: "), PATIENCE))
          .contains("campaign_name goes over the end of the line; is its quote closed?")
          .contains("campaigns read before stay until it is good again");
      Files.writeString(run.campaigns(), good + "3,150,\"Cut off no more\"\n");
      run.send(new View("2026-03-01T10:00:32Z", 150, 3));
      running.awaitLine(line -> line.contains("batch 2: 1 read, 1 written"), PATIENCE);
      running.terminate();
      assertThat(running.await(PATIENCE).stdout().lines())
          .filteredOn(line -> line.startsWith("warning: "))
          .hasSize(1);
    }
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
          .containsEntry("writtenTotal", 2.0)
          .containsEntry("lateTotal", 0.0)
          .containsEntry("quarantinedTotal", 0.0)
          .containsEntry("lagMessages", 0.0)
          .containsEntry("stateRows", 1.0)
          .containsEntry("watermarkSeconds", 1_772_359_340.0)
          .containsKeys("inputRate", "lagSeconds", "batchSeconds", "batchEndSeconds");
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
        Pattern.compile("_driver_millrace_report_(\\w+)_Value\\{[^}]*} (\\S+)").matcher(text);
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
        .contains("check the sasl. settings in kafka.options")
        .doesNotContain("brokers run")
        .doesNotContain("wrong-password");
    login(config, kafka.password()).run(PATIENCE).expect(0);
    assertThat(run.reports()).hasSize(1);
  }

  private static SparkSubmit login(Path config, String password) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .env("KAFKA_PASSWORD", password)
        .args("report", "--flush", "--config", config.toString());
  }
}
