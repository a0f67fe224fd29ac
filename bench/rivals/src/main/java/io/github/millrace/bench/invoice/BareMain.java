package io.github.millrace.bench.invoice;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** The bare Spark job: read with a schema, explode, write CSV once. Arguments: input, output. */
public final class BareMain {
  private BareMain() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession session = SparkSession.builder().appName("bare").getOrCreate()) {
      LineItems.flatten(session.read().schema(LineItems.INVOICE).json(args[0]))
          .write()
          .options(LineItems.CSV)
          .csv(args[1] + "/hive");
    }
  }
}
