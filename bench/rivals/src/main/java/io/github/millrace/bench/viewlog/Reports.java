package io.github.millrace.bench.viewlog;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.window;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A view's schema and the reports of it, as anyone would write them with Spark alone. */
final class Reports {
  /** The columns that the output is partitioned by. */
  static final String[] PARTITIONS = {"network_id", "minute_timestamp"};

  private static final StructType VIEW =
      StructType.fromDDL(
          "view_id STRING, start_timestamp TIMESTAMP, end_timestamp TIMESTAMP,"
              + " banner_id BIGINT, campaign_id INT");

  private Reports() {}

  /**
   * Streams the reports of a topic, from its beginning.
   *
   * @param campaigns a CSV file with a header, among whose columns are campaign_id and network_id
   */
  static Dataset<Row> of(SparkSession session, String servers, String topic, String campaigns) {
    Dataset<Row> networks =
        session
            .read()
            .option("header", true)
            .csv(campaigns)
            .select(
                col("campaign_id").cast("int").as("campaign_id"),
                col("network_id").cast("int").as("network_id"));
    return session
        .readStream()
        .format("kafka")
        .option("kafka.bootstrap.servers", servers)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .load()
        .select(from_json(col("value").cast("string"), VIEW).as("view"))
        .select("view.*")
        .withWatermark("end_timestamp", "10 seconds")
        .join(broadcast(networks), "campaign_id")
        .groupBy(window(col("end_timestamp"), "1 minute"), col("network_id"), col("campaign_id"))
        .agg(
            avg(col("end_timestamp").cast("double").minus(col("start_timestamp").cast("double")))
                .as("avg_duration"),
            count(lit(1)).cast("int").as("total_count"))
        .select(
            col("network_id"),
            col("window.start").as("minute_timestamp"),
            col("campaign_id"),
            col("avg_duration"),
            col("total_count"));
  }
}
