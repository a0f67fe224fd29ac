package io.github.millrace.bench.flink;

import io.github.millrace.bench.viewlog.Timestamps;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code event_time(text, sent)}: a timestamp in UTC; Flink's JSON format takes those with a zone
 * or those without, never both. Null if it is none, or lies in the future of its record: it would
 * move the watermark there, and all views that follow would be late.
 */
public final class EventTime extends ScalarFunction {
  private static final long ALLOWED_MICROS = 60_000_000;

  /** Called by Flink. */
  @DataTypeHint("TIMESTAMP(3)")
  public LocalDateTime eval(String text, @DataTypeHint("TIMESTAMP_LTZ(3)") Instant sent) {
    long micros = text == null ? Timestamps.NONE : Timestamps.micros(text);
    if (micros == Timestamps.NONE || micros > sent.toEpochMilli() * 1000 + ALLOWED_MICROS) {
      return null;
    }
    int nanos = (int) Math.floorMod(micros, 1_000_000L) * 1000;
    return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), nanos, ZoneOffset.UTC);
  }
}
