package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.ConfigLoader;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Ports;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.job.ReportJob;
import io.github.millrace.viewlog.job.ReportPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** What is found before Spark starts, on a real broker. */
class PreflightIT extends FreshTopic {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> problems = new ArrayList<>();

  @Test
  void startingOffsetsMustFitTheTopicUntilSomethingWasRead() throws Exception {
    run.send(View.of("2026-03-01T10:00:30Z"));
    String lacking = "kafka.startingOffsets={\"%s\": {\"0\": 7}}".formatted(run.topic());
    assertThat(check(lacking)).isNull();
    assertThat(problems)
        .containsExactly(
            "kafka.startingOffsets: topic '%s', partition 0: is 7, must be an offset from 0 to 1, -2"
                    .formatted(run.topic())
                + " (earliest) or -1 (latest)",
            "kafka.startingOffsets: topic '%s', partition 1: is missing; add \"1\": -2 (earliest), -1"
                    .formatted(run.topic())
                + " (latest) or an offset from 0 to 0");
    String fits = "kafka.startingOffsets={\"%s\": {\"0\": 1, \"1\": -2}}".formatted(run.topic());
    problems.clear();
    assertThat(check(fits)).isNotNull();

    Path config = Files.writeString(directory.resolve("report.yaml"), yaml(fits));
    run.command("report", "--config", config.toString()).expect(0);
    assertThat(check(lacking)).isNotNull();
    assertThat(problems).isEmpty();
    assertThat(check("kafka.startingOffsets={\"other\": {\"0\": 7}}")).isNull();
    assertThat(problems).singleElement().asString().contains("names topic 'other'");
  }

  @Test
  void whatNoBrokerNeedBeAskedForIsToldWithTheRest() throws Exception {
    Files.writeString(run.campaigns(), "network_id,campaign_id,campaign_name\n1,10\n");
    check(
        "kafka.topic=view log",
        "kafka.options.auto.offset.reset=latest",
        "kafka.options.ssl.truststore.location=/no/where.jks");
    assertThat(problems)
        .hasSize(4)
        .anySatisfy(problem -> assertThat(problem).contains("line 2: has 2 fields"))
        .anySatisfy(problem -> assertThat(problem).startsWith("kafka.topic: is 'view log'"))
        .anySatisfy(problem -> assertThat(problem).contains("set kafka.startingOffsets instead"))
        .anySatisfy(problem -> assertThat(problem).contains("ssl.truststore.location"));
  }

  @Test
  void aMisspeltOptionHindersNothing() throws Exception {
    ReportPlan plan = check("kafka.options.sesion.timeout.ms=hushhush");
    String told =
        "warning: kafka.options.sesion.timeout.ms: Kafka's clients know no such setting, did you mean"
            + " 'session.timeout.ms'?";
    assertThat(new ReportJob(plan, false).describe()).contains("\n" + told);
    List<String> warnings = new ArrayList<>();
    plan.warn(warnings::add);
    assertThat(warnings).containsExactly(told);
  }

  @Test
  void aConsumerMayWaitLongerForAnAnswerThanThePreflight() throws Exception {
    assertThat(check("kafka.options.request.timeout.ms=60000")).isNotNull();
    assertThat(check("kafka.options.default.api.timeout.ms=9000")).isNotNull();
  }

  @Test
  void eachCauseHasItsOwnRemedy() throws Exception {
    Kafka kafka = KAFKA.get();
    String quick = "kafka.options.default.api.timeout.ms=3000";
    assertRefused(
        ExitCode.FAILED,
        "see that the brokers run",
        "kafka.bootstrapServers=localhost:" + Ports.free(),
        quick);
    assertRefused(
        ExitCode.FAILED,
        "the name of no host in it is known here",
        "kafka.bootstrapServers=nosuch.invalid:9092");
    assertRefused(
        ExitCode.FAILED,
        "topic 'other' does not exist at " + kafka.bootstrapServers(),
        "kafka.topic=other");
    JobException login =
        assertRefused(
            ExitCode.FAILED,
            "Authentication failed: Invalid username or password; check the sasl. settings",
            sasl(kafka.saslOptions("${KAFKA_PASSWORD}")));
    assertThat(login).hasMessageNotContaining("wrong-password");
    try (UntrustedServer server = UntrustedServer.start(directory)) {
      assertRefused(
          ExitCode.FAILED,
          "SSL handshake failed",
          "kafka.bootstrapServers=localhost:" + server.port(),
          "kafka.options.security.protocol=SSL");
    }
    assertRefused(
        ExitCode.FAILED, "security.protocol", "kafka.options.security.protocol=SSL", quick);
    assertRefused(
        ExitCode.FAILED,
        "security.protocol",
        "kafka.bootstrapServers=" + kafka.saslBootstrapServers(),
        quick);
    assertRefused(
        ExitCode.USAGE,
        "Kafka's client refuses the settings: Could not find a 'KafkaClient' entry",
        "kafka.options.security.protocol=SASL_PLAINTEXT");
    Path store = Files.writeString(directory.resolve("store.jks"), "no key store");
    assertRefused(
        ExitCode.USAGE,
        "Failed to load SSL keystore " + store,
        "kafka.options.security.protocol=SSL",
        "kafka.options.ssl.truststore.location=" + store);
  }

  private String[] sasl(Map<String, String> options) {
    List<String> settings = new ArrayList<>();
    settings.add("kafka.bootstrapServers=" + KAFKA.get().saslBootstrapServers());
    options.forEach((key, value) -> settings.add("kafka.options." + key + "=" + value));
    return settings.toArray(String[]::new);
  }

  private JobException assertRefused(ExitCode status, String told, String... settings) {
    JobException refused = catchThrowableOfType(JobException.class, () -> check(settings));
    assertThat(refused).hasMessageContaining(told);
    assertThat(refused.getMessage().lines()).hasSize(1);
    assertThat(refused.exitCode()).isEqualTo(status);
    if (!told.contains("brokers run") && !told.equals("security.protocol")) {
      assertThat(refused).hasMessageNotContaining("see that the brokers run");
    }
    return refused;
  }

  /** As before any command; settings win over what the test's own topic needs. */
  private ReportPlan check(String... settings) throws IOException {
    ReportConfig config =
        new ConfigLoader(Map.of("KAFKA_PASSWORD", "wrong-password"), new Configuration(), problems)
            .load(ReportConfig.class, "report.yaml", yaml(settings), List.of())
            .orElseThrow();
    assertThat(problems).isEmpty();
    return ReportPlan.check(config, false, new Configuration(), problems);
  }

  /** A configuration of {@code key=value}, in JSON, which YAML includes. */
  private String yaml(String... settings) throws IOException {
    Stream<String> own =
        Stream.of(
            "kafka.bootstrapServers=" + KAFKA.get().bootstrapServers(),
            "kafka.topic=" + run.topic(),
            "campaigns=" + run.campaigns(),
            "output=" + run.output(),
            "checkpoint=" + run.checkpoint());
    ObjectNode root = JSON.createObjectNode();
    Stream.concat(own, Arrays.stream(settings))
        .forEach(
            setting -> {
              String[] parts = setting.split("=", 2);
              String key = parts[0];
              if (key.startsWith("kafka.options.")) {
                String option = key.substring("kafka.options.".length());
                root.withObject("/kafka/options").put(option, parts[1]);
              } else if (key.startsWith("kafka.")) {
                root.withObject("/kafka").put(key.substring("kafka.".length()), parts[1]);
              } else {
                root.put(key, parts[1]);
              }
            });
    return JSON.writeValueAsString(root);
  }
}
