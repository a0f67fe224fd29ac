package io.github.millrace.viewlog.report;

import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.WindowTotal;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The output: a row for each campaign, network and window. */
public final class Reports {
  public static final String CAMPAIGN = "campaign_id";
  static final String NETWORK = "network_id";
  public static final String MINUTE = "minute_timestamp";
  static final String AVG_DURATION = "avg_duration";
  static final String TOTAL_COUNT = "total_count";

  /** The day (UTC) that a window starts in; a column of compacted reports only. */
  public static final String DAY = "day";

  public static final StructType SCHEMA =
      new StructType()
          .add(CAMPAIGN, DataTypes.IntegerType, false)
          .add(NETWORK, DataTypes.IntegerType, false)
          .add(MINUTE, DataTypes.TimestampType, false)
          .add(AVG_DURATION, DataTypes.DoubleType, false)
          .add(TOTAL_COUNT, DataTypes.IntegerType, false);

  private static final double MICROS = 1e6;

  private Reports() {}

  /** The total that a published row came from: as a double, a mean gives its sum back exactly. */
  public static WindowTotal total(Row row) {
    long views = row.getInt(4);
    return new WindowTotal(
        DateTimeUtils.instantToMicros(row.getTimestamp(2).toInstant()),
        List.of((long) row.getInt(1), (long) row.getInt(0)),
        List.of(Math.round(row.getDouble(3) * views * MICROS), views),
        List.of());
  }

  /** The network of a total of {@link Views#COLUMNS}. */
  public static int network(WindowTotal total) {
    return (int) total.number(0);
  }

  private static int campaign(WindowTotal total) {
    return (int) total.number(1);
  }

  private static long durationMicros(WindowTotal total) {
    return total.sum(0);
  }

  /** How many views a total counts. */
  public static long views(WindowTotal total) {
    return total.sum(1);
  }

  /** The values of {@link #SCHEMA}. */
  public static Object[] values(WindowTotal total) {
    return new Object[] {
      campaign(total),
      network(total),
      total.start(),
      durationMicros(total) / MICROS / views(total),
      Math.toIntExact(views(total))
    };
  }

  /** The day (UTC) of the window that starts then, in microseconds since 1970-01-01 UTC. */
  public static LocalDate day(long start) {
    return LocalDate.ofEpochDay(Math.floorDiv(start, TimeUnit.DAYS.toMicros(1)));
  }
}
