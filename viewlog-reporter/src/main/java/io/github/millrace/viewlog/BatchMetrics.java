package io.github.millrace.viewlog;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.window.OpenWindows;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * What a batch's line says, as gauges of Spark's own metrics system; the module's README lists
 * their names.
 */
final class BatchMetrics implements Source {
  private static final double NANOS = 1e9;

  private final MetricRegistry registry = new MetricRegistry();
  private long began = System.nanoTime();
  private volatile double rate;
  private volatile long lagMessages;
  private volatile double lagSeconds;
  private volatile double watermarkSeconds;
  private volatile long stateRows;
  private long read;
  private long late;
  private long quarantined;

  private BatchMetrics() {
    gauge("inputRate", () -> rate);
    gauge("lagMessages", () -> lagMessages);
    gauge("lagSeconds", () -> lagSeconds);
    gauge("watermarkSeconds", () -> watermarkSeconds);
    gauge("stateRows", () -> stateRows);
    gauge("readTotal", this::read);
    gauge("lateTotal", this::late);
    gauge("quarantinedTotal", this::quarantined);
  }

  /** Makes the gauges known to the running session's metrics system. */
  static BatchMetrics registered() {
    BatchMetrics metrics = new BatchMetrics();
    SparkEnv.get().metricsSystem().registerSource(metrics);
    return metrics;
  }

  private <T> void gauge(String name, Gauge<T> value) {
    registry.register(name, value);
  }

  void begin() {
    began = System.nanoTime();
  }

  synchronized void end(LedgerEntry entry, OpenWindows open, long messages, double seconds) {
    rate = entry.counts().read() * NANOS / Math.max(1, System.nanoTime() - began);
    lagMessages = messages;
    lagSeconds = seconds;
    watermarkSeconds = open.watermark() / 1e6;
    stateRows = open.totals().size();
    read += entry.counts().read();
    late += entry.counts().late();
    quarantined += entry.counts().quarantined();
  }

  double rate() {
    return rate;
  }

  private synchronized long read() {
    return read;
  }

  private synchronized long late() {
    return late;
  }

  private synchronized long quarantined() {
    return quarantined;
  }

  @Override
  public String sourceName() {
    return "millrace.viewlog";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }
}
