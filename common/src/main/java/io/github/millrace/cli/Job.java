package io.github.millrace.cli;

import io.github.millrace.config.SparkSettings;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** A job whose configuration has been checked and which is ready to run. */
public interface Job {

  /** What it sets in Spark, beside what every run does. */
  SparkSettings sparkSettings();

  /** Whether it runs in a session of Spark; if not, none is started, and it is given null. */
  default boolean needsSession() {
    return true;
  }

  /** What it would do, for {@code --dry-run}: one line each. */
  String describe();

  /**
   * Runs it.
   *
   * @param out takes the lines that the user reads
   */
  void run(SparkSession session, Consumer<String> out) throws IOException;
}
