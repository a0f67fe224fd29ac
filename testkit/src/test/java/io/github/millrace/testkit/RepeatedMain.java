package io.github.millrace.testkit;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;

/** A program that may be run again in its JVM. */
public final class RepeatedMain {
  private static int runs;

  private RepeatedMain() {}

  /**
   * Counts rows, and the runs of this JVM.
   *
   * @param args the exit status, and more to be printed; {@code throw} or {@code exit} in its place
   */
  public static int run(String... args) throws IOException {
    if (args[0].equals("exit")) {
      System.exit(7);
    }
    if (args[0].equals("throw")) {
      throw new IllegalStateException("thrown");
    }
    LoggerFactory.getLogger(RepeatedMain.class).warn("warned of {}", args[0]);
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      System.out.printf(
          "run %d of %d: %d rows in %s%n",
          ++runs,
          ProcessHandle.current().pid(),
          spark.range(10).count(),
          spark.sparkContext().applicationId());
      System.err.println(String.join("|", args) + " " + System.getProperty("millrace.left"));
      System.setProperty("millrace.left", "behind");
    }
    return Integer.parseInt(args[0]);
  }
}
