package io.github.millrace.bench.cli;

import java.util.Locale;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerApplicationStart;

/**
 * Prints how long a Spark application worked: from when Spark is ready until it is told to stop.
 * Set as {@code spark.extraListeners}, so that all sides are measured by the same clock.
 */
public final class WorkTime extends SparkListener {
  private long ready = System.nanoTime();

  /** Made by Spark. */
  public WorkTime() {}

  @Override
  public void onApplicationStart(SparkListenerApplicationStart event) {
    ready = System.nanoTime();
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd event) {
    System.out.printf(Locale.ROOT, "work: %.3f s%n", (System.nanoTime() - ready) / 1e9);
    System.out.flush();
  }
}
