package io.github.millrace.cli;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Spark's own log, which a user sees only on demand. */
final class SparkLog {
  /** The first lines of a message and of its exception; both may go on with a stack. */
  private static final String ONE_LINE =
      "%d{HH:mm:ss} %p %c{1}: %replace{%m}{\\R[\\s\\S]*}{}%notEmpty{ %replace{%ex{1}}{\\R[\\s\\S]*}{}}%n";

  private static final String KAFKA_CONNECTIONS = "org.apache.kafka.clients.NetworkClient";

  private SparkLog() {}

  /**
   * Shows warnings and errors, each in one line; a failed stream not even as these, for its run
   * ends with a message.
   */
  static void quiet() {
    // Spark sets its log up when it first logs, undoing what was set before.
    SparkHadoopUtil.get().log();
    Configurator.setRootLevel(Level.WARN);
    onOneLine();
    for (String logger :
        new String[] {
          "org.apache.hadoop.util.NativeCodeLoader",
          "org.apache.spark.sql.execution.streaming.runtime.MicroBatchExecution",
          "org.apache.spark.sql.execution.streaming.runtime.ResolveWriteToStream",
          "org.apache.spark.sql.execution.datasources.v2.AppendDataExec",
          "org.apache.spark.sql.execution.datasources.v2.DataWritingSparkTask",
          "org.apache.spark.executor.Executor",
          "org.apache.spark.util.Utils",
          "org.apache.kafka.clients.ClientUtils",
          KAFKA_CONNECTIONS,
          "org.apache.spark.scheduler.DAGScheduler",
          "org.apache.spark.scheduler.FairSchedulableBuilder",
          "org.apache.spark.util.SparkStringUtils"
        }) {
      Configurator.setLevel(logger, Level.OFF);
    }
  }

  /**
   * Shows what hinders a run that goes on meanwhile. Before it, a check that cannot connect fails,
   * and its message says why.
   */
  static void showOutages() {
    Configurator.setLevel(KAFKA_CONNECTIONS, Level.WARN);
  }

  /** Gives what goes to the terminal another layout. */
  private static void onOneLine() {
    LoggerContext context = LoggerContext.getContext(false);
    LoggerConfig root = context.getConfiguration().getRootLogger();
    PatternLayout layout =
        PatternLayout.newBuilder().withPattern(ONE_LINE).withAlwaysWriteExceptions(false).build();
    for (Appender appender : List.copyOf(root.getAppenders().values())) {
      if (appender instanceof ConsoleAppender console) {
        Appender quiet =
            ConsoleAppender.newBuilder()
                .setName(console.getName())
                .setTarget(console.getTarget())
                .setFollow(follows(console))
                .setLayout(layout)
                .build();
        quiet.start();
        root.removeAppender(console.getName());
        root.addAppender(quiet, null, null);
      }
    }
    context.updateLoggers();
  }

  /** As its configuration has it, which the name of its stream tells alone. */
  private static boolean follows(ConsoleAppender console) {
    return console.getManager().getName().startsWith(console.getTarget() + ".true");
  }
}
