package io.github.millrace.viewlog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.datagen.viewlog.ViewLogRecord;
import io.github.millrace.testkit.FileTree;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The shaded job on a topic of its own, run by the real spark-submit; and what it has left. */
record ReportRun(Path root, Kafka kafka, String topic) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Which report a row is. */
  record Key(int network, Instant minute, int campaign) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  /** What it says; the duration in microseconds. */
  record Sum(long durationMicros, long views) {
    Sum plus(Sum other) {
      return new Sum(durationMicros + other.durationMicros, views + other.views);
    }
  }

  static ReportRun in(Path root, Kafka kafka, String topic, int partitions) throws IOException {
    Files.createDirectories(root);
    Campaigns.write(root.resolve("campaigns.csv"));
    kafka.createTopic(topic, partitions);
    return new ReportRun(root, kafka, topic);
  }

  Path output() {
    return root.resolve("reports");
  }

  Path checkpoint() {
    return root.resolve("checkpoint");
  }

  Path campaigns() {
    return root.resolve("campaigns.csv");
  }

  /** Sends values to a partition, each as a message of that moment. */
  void send(int partition, Instant sent, byte[]... values) {
    List<Kafka.Message> messages = new ArrayList<>();
    for (byte[] value : values) {
      messages.add(new Kafka.Message(partition, sent.toEpochMilli(), null, value));
    }
    kafka.send(topic, messages);
  }

  /** Sends views to partition 0, each as a message of its end. */
  void send(View... views) {
    kafka.send(
        topic,
        Stream.of(views)
            .map(v -> new Kafka.Message(0, Instant.parse(v.end()).toEpochMilli(), null, v.bytes()))
            .toList());
  }

  /** Sends records to partitions 0 and 1 in turn. */
  void send(List<ViewLogRecord> records) {
    List<Kafka.Message> messages = new ArrayList<>();
    for (ViewLogRecord record : records) {
      messages.add(
          new Kafka.Message(
              messages.size() % 2, record.sentMicros() / 1_000, null, record.value()));
    }
    kafka.send(topic, messages);
  }

  void addCampaign(int network, int campaign) throws IOException {
    Files.writeString(
        campaigns(), "%d,%d,Late Joiner\n".formatted(network, campaign), StandardOpenOption.APPEND);
  }

  SparkSubmit.Result command(String command, String... more) {
    return submit(command, more).warm().run(PATIENCE);
  }

  SparkSubmit submit(String command, String... more) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .args(command)
        .args("--set", "kafka.bootstrapServers=" + kafka.bootstrapServers())
        .args("--set", "kafka.topic=" + topic)
        .args("--set", "campaigns=" + campaigns())
        .args("--set", "output=" + output())
        .args("--set", "checkpoint=" + checkpoint())
        .args(more);
  }

  /** The reports, as the README tells DuckDB to read them; none of them twice. */
  Map<Key, Sum> reports() throws SQLException, IOException {
    Map<Key, Sum> reports = new TreeMap<>();
    if (files(output(), ".parquet").isEmpty()) {
      return reports;
    }
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery(all(statement))) {
      while (rows.next()) {
        Key key =
            new Key(
                rows.getInt("network_id"),
                rows.getObject("minute_timestamp", LocalDateTime.class).toInstant(ZoneOffset.UTC),
                rows.getInt("campaign_id"));
        long views = rows.getInt("total_count");
        Sum sum = new Sum(Math.round(rows.getDouble("avg_duration") * views * 1e6), views);
        if (reports.put(key, sum) != null) {
          throw new AssertionError(key + " stands twice in " + output());
        }
      }
    }
    return reports;
  }

  private String all(Statement statement) throws SQLException {
    String byWindow =
        """
        SELECT * FROM read_parquet('%s/network_id=*/*/*.parquet', hive_partitioning = true,
          hive_types = {'minute_timestamp': TIMESTAMP, 'network_id': INT})
        """
            .formatted(output());
    if (!Files.exists(output().resolve("_compacted/before.json"))) {
      return byWindow;
    }
    statement.execute(
        "SET VARIABLE before = (SELECT before FROM read_json('%s/_compacted/before.json',"
                .formatted(output())
            + " columns = {before: 'TIMESTAMP'}))");
    return """
    SELECT * EXCLUDE day
      REPLACE (minute_timestamp AT TIME ZONE 'UTC' AS minute_timestamp)
      FROM read_parquet('%s/_compacted/reports/*/*/*.parquet', hive_partitioning = true)
      WHERE minute_timestamp AT TIME ZONE 'UTC' < getvariable('before')
    UNION ALL BY NAME
    %s WHERE minute_timestamp >= getvariable('before')
    """
        .formatted(output(), byWindow);
  }

  List<JsonNode> quarantine() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (Path file : files(output().resolve("_quarantine"), "")) {
      if (!file.toString().contains("/_replayed/")) {
        for (String line : Files.readAllLines(file)) {
          records.add(JSON.readTree(line));
        }
      }
    }
    return records;
  }

  /** The class of each quarantined record's reason. */
  List<String> reasons() throws IOException {
    return quarantine().stream()
        .map(record -> record.get("reasons").get(0).textValue().split("[ :]", 2)[0])
        .sorted()
        .toList();
  }

  List<JsonNode> ledger() throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    for (Path file : files(output().resolve("_ledger"), ".json")) {
      if (file.toString().matches(".*/\\d{4}-\\d\\d-\\d\\d/[^/]+")) {
        entries.add(JSON.readTree(file.toFile()));
      }
    }
    return entries;
  }

  /** Files of work that was begun and not ended. */
  List<Path> leftOver() {
    return files(root, "").stream()
        .filter(
            file -> file.toString().matches(".*(/_staging/|/prepared/|/reports/\\.|/\\.before).*"))
        .toList();
  }

  static List<Path> files(Path directory, String end) {
    return FileTree.files(directory).stream()
        .filter(file -> file.toString().endsWith(end))
        .toList();
  }
}
