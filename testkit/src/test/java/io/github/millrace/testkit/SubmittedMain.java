package io.github.millrace.testkit;

import org.apache.spark.sql.SparkSession;

/** The application that the tests of this module submit. */
public final class SubmittedMain {

  private SubmittedMain() {}

  /**
   * Ends the JVM before there is a session, or counts rows in two tasks, writes how many, and ends
   * or sleeps until it is stopped.
   *
   * @param args {@code exit}, {@code end} or {@code sleep}, and the number of rows
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("exit")) {
      System.exit(78);
    }
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      long rows = spark.range(0, Long.parseLong(args[1]), 1, 2).filter("id >= 0").count();
      System.out.println("rows=" + rows);
      System.err.println("conf=" + spark.conf().get("spark.millrace.test", "none"));
      if (args[0].equals("sleep")) {
        Thread.sleep(600_000);
      }
    }
  }
}
