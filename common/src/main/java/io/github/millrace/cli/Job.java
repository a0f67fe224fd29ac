package io.github.millrace.cli;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** A job whose configuration has been checked and which is ready to run. */
public interface Job {

  /** The Spark settings that it needs. */
  Map<String, String> sessionSettings();

  /** What it would do, for {@code --dry-run}: one line each. */
  String describe();

  /**
   * Runs it.
   *
   * @param out takes the lines that the user reads
   */
  void run(SparkSession session, Consumer<String> out) throws IOException;
}
