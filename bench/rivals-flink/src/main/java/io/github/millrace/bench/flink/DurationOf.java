package io.github.millrace.bench.flink;

import io.github.millrace.bench.viewlog.Timestamps;
import org.apache.flink.table.functions.ScalarFunction;

/** {@code duration_of(from, to)}: the seconds between two timestamps given as text, or null. */
public final class DurationOf extends ScalarFunction {
  /** Called by Flink. */
  public Double eval(String from, String to) {
    if (from == null || to == null) {
      return null;
    }
    long start = Timestamps.micros(from);
    long end = Timestamps.micros(to);
    return start == Timestamps.NONE || end == Timestamps.NONE ? null : (end - start) / 1e6;
  }
}
