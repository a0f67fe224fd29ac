package io.github.millrace.viewlog;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The output: a row for each campaign, network and window. */
final class Reports {
  static final String CAMPAIGN = "campaign_id";
  static final String NETWORK = "network_id";
  static final String MINUTE = "minute_timestamp";
  static final String AVG_DURATION = "avg_duration";
  static final String TOTAL_COUNT = "total_count";

  /** The one file of a partition. */
  static final String FILE_NAME = "report";

  static final StructType SCHEMA =
      new StructType()
          .add(CAMPAIGN, DataTypes.IntegerType, false)
          .add(NETWORK, DataTypes.IntegerType, false)
          .add(MINUTE, DataTypes.TimestampType, false)
          .add(AVG_DURATION, DataTypes.DoubleType, false)
          .add(TOTAL_COUNT, DataTypes.IntegerType, false);

  private static final double MICROS = 1e6;

  private Reports() {}

  /** Rows of {@link #SCHEMA}, ordered by network and window. */
  static List<InternalRow> rows(Windows windows) {
    return windows.totals().stream().map(Reports::row).toList();
  }

  /** The total that a published row came from: as a double, a mean gives its sum back exactly. */
  static Windows.Total total(Row row) {
    long views = row.getInt(4);
    return new Windows.Total(
        row.getInt(1),
        ChronoUnit.MICROS.between(Instant.EPOCH, row.getTimestamp(2).toInstant()),
        row.getInt(0),
        Math.round(row.getDouble(3) * views * MICROS),
        views);
  }

  private static InternalRow row(Windows.Total total) {
    return new GenericInternalRow(
        new Object[] {
          total.campaign(),
          total.network(),
          total.start(),
          total.durationMicros() / MICROS / total.views(),
          Math.toIntExact(total.views())
        });
  }
}
