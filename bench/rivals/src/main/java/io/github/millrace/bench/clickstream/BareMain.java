package io.github.millrace.bench.clickstream;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.to_date;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * Kafka to Parquet by Spark alone: one schema with the fields of all types of event, and Spark's
 * own sink, by type, date and hour. Arguments: bootstrap servers, topic, output.
 */
public final class BareMain {
  private static final StructType EVENT =
      StructType.fromDDL(
          "eventType STRING, customerId STRING, productId STRING, timestamp TIMESTAMP,"
              + " metadata STRUCT<category: STRING, source: STRING>, quantity BIGINT,"
              + " totalAmount STRING, paymentMethod STRING, recommendedProductId STRING,"
              + " algorithm STRING");

  private BareMain() {}

  public static void main(String[] args)
      throws IOException, TimeoutException, StreamingQueryException {
    try (SparkSession session =
        SparkSession.builder()
            .appName("bare")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()) {
      session
          .readStream()
          .format("kafka")
          .option("kafka.bootstrap.servers", args[0])
          .option("subscribe", args[1])
          .option("startingOffsets", "earliest")
          .load()
          .select(from_json(col("value").cast("string"), EVENT).as("event"))
          .select("event.*")
          .where(col("timestamp").isNotNull().and(col("eventType").isNotNull()))
          .withColumn("event_date", to_date(col("timestamp")))
          .withColumn("event_hour", date_format(col("timestamp"), "HH"))
          .writeStream()
          .format("parquet")
          .partitionBy("eventType", "event_date", "event_hour")
          .option("path", args[2])
          .option("checkpointLocation", args[2] + "/_checkpoint")
          .trigger(Trigger.AvailableNow())
          .start()
          .awaitTermination();
    }
  }
}
