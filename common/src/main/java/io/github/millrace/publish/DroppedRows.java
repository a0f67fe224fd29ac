package io.github.millrace.publish;

import org.apache.spark.TaskContext;
import org.apache.spark.util.AccumulatorV2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How many rows Spark's operator for duplicates has dropped in the attempt at a task that asks. The
 * operator counts them itself, where it drops them, in a metric of each attempt.
 */
final class DroppedRows {
  private static final String METRIC = "number of duplicates dropped";

  private DroppedRows() {}

  static long ofThisTask() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return 0;
    }
    long dropped = 0;
    for (AccumulatorV2<?, ?> metric :
        CollectionConverters.asJava(task.taskMetrics().accumulators())) {
      if (metric.name().exists(METRIC::equals)) {
        dropped += (Long) metric.value();
      }
    }
    return dropped;
  }
}
