package io.github.millrace.bench.flink;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Kafka to Parquet by Flink SQL and its filesystem sink, by type, date and hour of an event.
 * Arguments: bootstrap servers, topic, output.
 */
public final class LandMain {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "parallelism.default", "2",
          "table.local-time-zone", "UTC",
          // Spark's sides can be taken up again, so this one should be, too.
          "execution.checkpointing.interval", "10 s");

  private static final String LAND =
      """
      INSERT INTO landed
      SELECT customerId, productId, event_time, metadata, quantity, totalAmount, paymentMethod,
        recommendedProductId, algorithm, eventType,
        DATE_FORMAT(event_time, 'yyyy-MM-dd') AS event_date, DATE_FORMAT(event_time, 'HH') AS event_hour
      FROM (
        SELECT *, COALESCE(
          TO_TIMESTAMP(REPLACE(`timestamp`, 'T', ' '), 'yyyy-MM-dd HH:mm:ss.SSSSSS'),
          TO_TIMESTAMP(REPLACE(`timestamp`, 'T', ' '))) AS event_time
        FROM app_logs)
      WHERE event_time IS NOT NULL AND eventType IS NOT NULL
      """;

  private LandMain() {}

  public static void main(String[] args) throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    TableEnvironment flink =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(Configuration.fromMap(SETTINGS))
                .build());
    flink.executeSql(appLogs(args[0], args[1]));
    flink.executeSql(landed(args[2]));
    flink.executeSql(LAND).await();
    System.out.printf(Locale.ROOT, "work: %.3f s%n", (System.nanoTime() - began) / 1e9);
  }

  private static String appLogs(String servers, String topic) {
    return """
    CREATE TABLE app_logs (
      eventType STRING,
      customerId STRING,
      productId STRING,
      `timestamp` STRING,
      metadata ROW<category STRING, source STRING>,
      quantity BIGINT,
      totalAmount STRING,
      paymentMethod STRING,
      recommendedProductId STRING,
      algorithm STRING
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

  private static String landed(String directory) {
    return """
    CREATE TABLE landed (
      customerId STRING,
      productId STRING,
      `timestamp` TIMESTAMP(6),
      metadata ROW<category STRING, source STRING>,
      quantity BIGINT,
      totalAmount STRING,
      paymentMethod STRING,
      recommendedProductId STRING,
      algorithm STRING,
      eventType STRING,
      event_date STRING,
      event_hour STRING
    ) PARTITIONED BY (eventType, event_date, event_hour) WITH (
      'connector' = 'filesystem',
      'path' = '%s',
      'format' = 'parquet'
    )
    """
        .formatted(directory);
  }
}
