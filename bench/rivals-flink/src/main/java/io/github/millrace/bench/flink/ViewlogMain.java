package io.github.millrace.bench.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * The reports in Flink SQL, on a cluster within this JVM. Flink's windows cannot follow a regular
 * join, so the network is joined to the reports and not to the views. Arguments: bootstrap servers,
 * topic, campaigns, output.
 */
public final class ViewlogMain {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "parallelism.default", "2",
          "table.local-time-zone", "UTC",
          // Spark's sides can be taken up again, so this one should be, too.
          "execution.checkpointing.interval", "10 s");

  private static final Set<String> NUMBERS = Set.of("campaign_id", "network_id");

  private static final String GOOD_VIEWS =
      """
      CREATE TEMPORARY VIEW good_views AS
      SELECT campaign_id, ended, duration_of(start_timestamp, end_timestamp) AS duration
      FROM view_log
      WHERE ended IS NOT NULL AND campaign_id IS NOT NULL
      """;

  private static final String REPORT =
      """
      INSERT INTO reports
      SELECT r.campaign_id, r.avg_duration, r.total_count, c.network_id, r.minute_timestamp
      FROM (
        SELECT
          campaign_id,
          AVG(duration) AS avg_duration,
          CAST(COUNT(*) AS INT) AS total_count,
          DATE_FORMAT(window_start, 'yyyy-MM-dd HH:mm:ss') AS minute_timestamp
        FROM TABLE(TUMBLE(TABLE good_views, DESCRIPTOR(ended), INTERVAL '1' MINUTE))
        GROUP BY campaign_id, window_start, window_end
      ) AS r
      JOIN campaigns AS c ON r.campaign_id = c.campaign_id
      """;

  private ViewlogMain() {}

  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    long began = System.nanoTime();
    TableEnvironment flink =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(Configuration.fromMap(SETTINGS))
                .build());
    flink.createTemporarySystemFunction("event_time", EventTime.class);
    flink.createTemporarySystemFunction("duration_of", DurationOf.class);
    flink.executeSql(viewLog(args[0], args[1]));
    flink.executeSql(GOOD_VIEWS);
    flink.executeSql(campaigns(Path.of(args[2])));
    flink.executeSql(reports(args[3]));
    flink.executeSql(REPORT).await();
    System.out.printf(Locale.ROOT, "work: %.3f s%n", (System.nanoTime() - began) / 1e9);
  }

  private static String viewLog(String servers, String topic) {
    return """
    CREATE TABLE view_log (
      start_timestamp STRING,
      end_timestamp STRING,
      campaign_id INT,
      sent TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
      ended AS event_time(end_timestamp, sent),
      WATERMARK FOR ended AS ended - INTERVAL '10' SECOND
    ) WITH (
      'connector' = 'kafka',
      'properties.bootstrap.servers' = '%s',
      'topic' = '%s',
      'scan.startup.mode' = 'earliest-offset',
      'scan.bounded.mode' = 'latest-offset',
      'format' = 'json',
      'json.ignore-parse-errors' = 'true'
    )
    """
        .formatted(servers, topic);
  }

  /** The columns by the header; that itself becomes a row without a campaign, which joins none. */
  private static String campaigns(Path file) throws IOException {
    List<String> header;
    try (Stream<String> lines = Files.lines(file)) {
      header = Arrays.asList(lines.findFirst().orElseThrow().split(",", -1));
    }
    String columns =
        header.stream()
            .map(name -> "`" + name + "` " + (NUMBERS.contains(name) ? "INT" : "STRING"))
            .collect(Collectors.joining(", "));
    return """
    CREATE TABLE campaigns (%s) WITH (
      'connector' = 'filesystem',
      'path' = '%s',
      'format' = 'csv',
      'csv.ignore-parse-errors' = 'true'
    )
    """
        .formatted(columns, file);
  }

  private static String reports(String directory) {
    return """
    CREATE TABLE reports (
      campaign_id INT,
      avg_duration DOUBLE,
      total_count INT,
      network_id INT,
      minute_timestamp STRING
    ) PARTITIONED BY (network_id, minute_timestamp) WITH (
      'connector' = 'filesystem',
      'path' = '%s',
      'format' = 'parquet'
    )
    """
        .formatted(directory);
  }
}
