package io.github.millrace.bench.viewlog;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The bare Spark query, with shuffle partitions for the cores and Spark's own Parquet sink.
 * Arguments: bootstrap servers, topic, campaigns, output.
 */
public final class BareMain {
  private BareMain() {}

  public static void main(String[] args)
      throws IOException, TimeoutException, StreamingQueryException {
    try (SparkSession session =
        SparkSession.builder()
            .appName("bare")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate()) {
      Reports.of(session, args[0], args[1], args[2])
          .writeStream()
          .format("parquet")
          .partitionBy(Reports.PARTITIONS)
          .option("path", args[3])
          .option("checkpointLocation", args[3] + "/_checkpoint")
          .trigger(Trigger.AvailableNow())
          .start()
          .awaitTermination();
    }
  }
}
