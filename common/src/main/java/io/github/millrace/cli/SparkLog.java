package io.github.millrace.cli;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Spark's own log, which a user sees only on demand. */
final class SparkLog {
  private SparkLog() {}

  /**
   * Shows warnings and errors; a failed stream not even as these, for its run ends with a message.
   */
  static void quiet() {
    // Spark sets its log up when it first logs, undoing what was set before.
    SparkHadoopUtil.get().log();
    Configurator.setRootLevel(Level.WARN);
    for (String told :
        new String[] {
          "org.apache.hadoop.util.NativeCodeLoader",
          "org.apache.spark.sql.execution.streaming.runtime.MicroBatchExecution",
          "org.apache.spark.sql.execution.streaming.runtime.ResolveWriteToStream",
          "org.apache.spark.sql.execution.datasources.v2.AppendDataExec",
          "org.apache.spark.scheduler.DAGScheduler",
          "org.apache.spark.sql.catalyst.util.SparkStringUtils"
        }) {
      Configurator.setLevel(told, Level.OFF);
    }
  }
}
