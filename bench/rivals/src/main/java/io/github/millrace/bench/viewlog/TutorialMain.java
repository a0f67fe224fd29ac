package io.github.millrace.bench.viewlog;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The way of the tutorials: {@code foreachBatch}, where a batch is kept, counted and appended, with
 * as many shuffle partitions as Spark takes by itself. Arguments: bootstrap servers, topic,
 * campaigns, output.
 */
public final class TutorialMain {
  private TutorialMain() {}

  public static void main(String[] args)
      throws IOException, TimeoutException, StreamingQueryException {
    try (SparkSession session =
        SparkSession.builder()
            .appName("tutorial")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()) {
      Reports.of(session, args[0], args[1], args[2])
          .writeStream()
          .foreachBatch((Dataset<Row> batch, Long number) -> append(batch, number, args[3]))
          .option("checkpointLocation", args[3] + "/_checkpoint")
          .trigger(Trigger.AvailableNow())
          .start()
          .awaitTermination();
    }
  }

  private static void append(Dataset<Row> batch, Long number, String output) {
    batch.persist();
    System.out.println("batch " + number + ": " + batch.count() + " reports");
    batch.write().mode(SaveMode.Append).partitionBy(Reports.PARTITIONS).parquet(output);
    batch.unpersist();
  }
}
