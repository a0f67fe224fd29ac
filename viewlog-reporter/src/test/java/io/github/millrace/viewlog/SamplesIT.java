package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.testkit.Kafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What real senders send, judged by an account of the same files in plain Java. */
class SamplesIT extends FreshTopic {
  private static final Path SAMPLES = Path.of("src/test/resources/samples");
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeEach
  void giveCampaigns() throws IOException {
    Files.copy(
        SAMPLES.resolve("campaigns-quoted.csv"),
        run.campaigns(),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void viewsThatAreSentWhenTheyBegin() throws Exception {
    List<JsonNode> views = views("sent-at-start.jsonl");
    assertThat(views).hasSize(120);
    send(views, "start_timestamp");
    run.command("report", "--flush", "--set", "windowOn=start_timestamp").expect(0);
    assertThat(run.reasons()).isEmpty();
    assertThat(run.reports()).isEqualTo(account(views, "start_timestamp"));
    assertThat(total("written")).isEqualTo(120);
  }

  @Test
  void viewsWithASpaceAndAFieldMore() throws Exception {
    List<JsonNode> views = views("with-space.jsonl");
    assertThat(views).hasSize(4);
    send(views, "end_timestamp");
    run.command("report", "--flush").expect(0);
    assertThat(run.reasons()).isEmpty();
    assertThat(run.reports()).isEqualTo(account(views, "end_timestamp"));
    assertThat(total("written")).isEqualTo(4);
    assertThat(run.ledger().stream().mapToLong(entry -> entry.get("unknownFields").longValue()))
        .containsOnlyOnce(4L)
        .allMatch(fields -> fields == 4 || fields == 0);
  }

  private static List<JsonNode> views(String file) throws IOException {
    List<JsonNode> views = new ArrayList<>();
    for (String line : Files.readAllLines(SAMPLES.resolve(file))) {
      views.add(JSON.readTree(line));
    }
    return views;
  }

  /** To both partitions in turn, each at the time that the timestamp says. */
  private void send(List<JsonNode> views, String sentAt) {
    List<Kafka.Message> messages = new ArrayList<>();
    for (JsonNode view : views) {
      long sent = time(view, sentAt).toInstant(ZoneOffset.UTC).toEpochMilli();
      byte[] value = view.toString().getBytes(StandardCharsets.UTF_8);
      messages.add(new Kafka.Message(messages.size() % 2, sent, null, value));
    }
    KAFKA.get().send(run.topic(), messages);
  }

  private Map<ReportRun.Key, ReportRun.Sum> account(List<JsonNode> views, String windowOn)
      throws IOException {
    Map<Integer, Integer> networks = new HashMap<>();
    for (String line : Files.readAllLines(run.campaigns())) {
      if (Character.isDigit(line.charAt(0))) {
        String[] fields = line.split(",", -1);
        networks.put(Integer.valueOf(fields[1]), Integer.valueOf(fields[0]));
      }
    }
    Map<ReportRun.Key, ReportRun.Sum> reports = new TreeMap<>();
    for (JsonNode view : views) {
      int campaign = view.get("campaign_id").intValue();
      LocalDateTime minute = time(view, windowOn).truncatedTo(ChronoUnit.MINUTES);
      long micros =
          ChronoUnit.MICROS.between(time(view, "start_timestamp"), time(view, "end_timestamp"));
      reports.merge(
          new ReportRun.Key(networks.get(campaign), minute.toInstant(ZoneOffset.UTC), campaign),
          new ReportRun.Sum(micros, 1),
          ReportRun.Sum::plus);
    }
    return reports;
  }

  private static LocalDateTime time(JsonNode view, String field) {
    return LocalDateTime.parse(view.get(field).textValue().replace(' ', 'T'));
  }

  private long total(String count) throws IOException {
    return run.ledger().stream().mapToLong(e -> e.get("counts").get(count).longValue()).sum();
  }
}
