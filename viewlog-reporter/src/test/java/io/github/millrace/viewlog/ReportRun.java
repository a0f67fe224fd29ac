package io.github.millrace.viewlog;

import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.datagen.viewlog.ViewLogRecord;
import io.github.millrace.testkit.JobRun;
import io.github.millrace.testkit.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The job {@code report} on a topic and in a directory of its own, and the reports it has left. */
final class ReportRun extends JobRun {
  private final Kafka kafka;
  private final String topic;

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

  ReportRun(Path root, Kafka kafka, String topic) {
    super(
        root,
        root.resolve("reports"),
        "kafka.bootstrapServers=" + kafka.bootstrapServers(),
        "kafka.topic=" + topic,
        "campaigns=" + root.resolve("campaigns.csv"),
        "output=" + root.resolve("reports"));
    this.kafka = kafka;
    this.topic = topic;
  }

  static ReportRun in(Path root, Kafka kafka, String topic, int partitions) throws IOException {
    Files.createDirectories(root);
    Campaigns.write(root.resolve("campaigns.csv"));
    kafka.createTopic(topic, partitions);
    return new ReportRun(root, kafka, topic);
  }

  String topic() {
    return topic;
  }

  Path output() {
    return root().resolve("reports");
  }

  Path campaigns() {
    return root().resolve("campaigns.csv");
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

  /** The reports, as the README tells DuckDB to read them; none of them twice. */
  Map<Key, Sum> reports() throws SQLException {
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
}
