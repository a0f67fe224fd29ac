package io.github.millrace.stream;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.github.millrace.ledger.Counts;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * What the lines of a stream's batches say, as gauges of Spark's own metrics system, under {@code
 * millrace.<job>}. The totals are those since the stream has started.
 */
final class StreamMetrics implements Source {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private final String name;
  private final MetricRegistry registry = new MetricRegistry();
  private MetricsSystem system;
  private volatile Counts total = Counts.NONE;
  private volatile double rate;
  private volatile double batchSeconds;
  private volatile double batchEndSeconds;

  /**
   * Makes the gauges.
   *
   * @param job the program's name and the command's
   * @param more gauges of the job's own, by name
   */
  StreamMetrics(String job, Map<String, Supplier<Number>> more) {
    // A dot would begin another level of names, and sinks take a space each in their own way.
    this.name = "millrace." + job.substring(job.lastIndexOf(' ') + 1).replaceAll("\\W", "_");
    gauge("inputRate", () -> rate);
    gauge("batchSeconds", () -> batchSeconds);
    gauge("batchEndSeconds", () -> batchEndSeconds);
    total("readTotal", Counts::read);
    total("writtenTotal", Counts::written);
    total("quarantinedTotal", Counts::quarantined);
    total("lateTotal", Counts::late);
    total("deduplicatedTotal", Counts::deduplicated);
    total("rereadTotal", Counts::reread);
    total("gapsTotal", Counts::gaps);
    more.forEach((gauge, value) -> gauge(gauge, value::get));
  }

  private <T> void gauge(String gauge, Gauge<T> value) {
    registry.register(gauge, value);
  }

  private void total(String gauge, ToLongFunction<Counts> part) {
    gauge(gauge, () -> part.applyAsLong(total));
  }

  /** Makes the gauges known. */
  void register(MetricsSystem to) {
    to.registerSource(this);
    system = to;
  }

  /** Takes them away, so that another run in this process finds their names free. */
  void deregister() {
    if (system != null) {
      system.removeSource(this);
    }
  }

  /** A batch has ended; gives how many records were read in a second of it. */
  double ended(Counts batch, long nanos) {
    total = total.plus(batch);
    rate = batch.read() * NANOS / Math.max(1, nanos);
    batchSeconds = nanos / NANOS;
    batchEndSeconds = System.currentTimeMillis() / MILLIS;
    return rate;
  }

  /** What became of the records of all batches so far. */
  Counts total() {
    return total;
  }

  @Override
  public String sourceName() {
    return name;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }
}
