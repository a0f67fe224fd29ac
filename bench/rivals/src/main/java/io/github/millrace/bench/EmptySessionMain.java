package io.github.millrace.bench;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** What {@code spark-submit} costs by itself: a session that does nothing. */
public final class EmptySessionMain {
  private EmptySessionMain() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession session = SparkSession.builder().appName("empty session").getOrCreate()) {
      System.out.println("Spark " + session.version());
    }
  }
}
