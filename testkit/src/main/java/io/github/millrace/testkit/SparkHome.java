package io.github.millrace.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the Spark distribution is. */
final class SparkHome {

  private SparkHome() {}

  /**
   * Returns the directory that SPARK_HOME names.
   *
   * @throws IllegalStateException if it is unset or holds no Spark, with the remedy
   */
  static Path path() {
    return checked(System.getenv("SPARK_HOME"));
  }

  static Path checked(String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "SPARK_HOME is not set: run bin/setup-spark once, then start the tests by bin/test");
    }
    Path home = Path.of(value).toAbsolutePath();
    if (!Files.isExecutable(home.resolve("bin/spark-submit"))) {
      throw new IllegalStateException(
          "SPARK_HOME is "
              + value
              + ", which has no bin/spark-submit: run bin/setup-spark once, then start the tests by"
              + " bin/test");
    }
    return home;
  }
}
