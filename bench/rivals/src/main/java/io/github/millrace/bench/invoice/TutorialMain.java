package io.github.millrace.bench.invoice;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The way of the tutorials: a streaming query for each destination, which both read and parse the
 * input. Arguments: input, output.
 */
public final class TutorialMain {
  private TutorialMain() {}

  public static void main(String[] args)
      throws IOException, TimeoutException, StreamingQueryException {
    try (SparkSession session = SparkSession.builder().appName("tutorial").getOrCreate()) {
      List<StreamingQuery> queries = new ArrayList<>();
      for (String destination : List.of("hive", "cassandra")) {
        queries.add(start(session, args[0], args[1], destination));
      }
      for (StreamingQuery query : queries) {
        query.awaitTermination();
      }
    }
  }

  private static StreamingQuery start(
      SparkSession session, String input, String output, String destination)
      throws TimeoutException {
    return LineItems.flatten(session.readStream().schema(LineItems.INVOICE).json(input))
        .writeStream()
        .format("csv")
        .options(LineItems.CSV)
        .option("path", output + "/" + destination)
        .option("checkpointLocation", output + "/checkpoint-" + destination)
        .trigger(Trigger.AvailableNow())
        .start();
  }
}
