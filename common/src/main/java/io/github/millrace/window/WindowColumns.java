package io.github.millrace.window;

import io.github.millrace.publish.PartialAggregate;
import io.github.millrace.publish.PartialAggregation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of windowed totals. Good rows have all of them, never null, and besides these {@code
 * start TIMESTAMP}, the start of the row's window, and {@code time BIGINT}, its event time in
 * microseconds since 1970-01-01 UTC.
 *
 * @param keys INT, BIGINT, DATE, TIMESTAMP or STRING
 * @param sums BIGINT or DECIMAL(38,18)
 * @param maxima of which the largest value is kept: BIGINT or TIMESTAMP
 */
public record WindowColumns(StructType keys, StructType sums, StructType maxima) {
  /** The start of a row's window. */
  public static final String START = "start";

  /** The event time of a row. */
  public static final String TIME = "time";

  /** The type of a sum that has digits behind the point. */
  public static final org.apache.spark.sql.types.DecimalType DECIMAL =
      DataTypes.createDecimalType(38, 18);

  /** What a total takes on the driver's heap at the most, by far the most of it objects. */
  private static final long HEAP_PER_TOTAL = 250;

  private static final long BYTES_PER_NUMBER = 8;
  private static final long BYTES_PER_OTHER = 64;

  /** The share of a limit that a batch's totals may take. */
  private static final int SHARE = 3;

  /** Checks the types of the sums. */
  public WindowColumns {
    for (StructField sum : sums.fields()) {
      if (!sum.dataType().equals(DataTypes.LongType) && !sum.dataType().equals(DECIMAL)) {
        throw new IllegalArgumentException(
            "sum %s is %s, must be BIGINT or %s"
                .formatted(sum.name(), sum.dataType().sql(), DECIMAL.sql()));
      }
    }
  }

  /**
   * How tasks aggregate the rows.
   *
   * @param more columns of which the batch's largest value is asked for, and not kept
   */
  public PartialAggregation aggregation(String... more) {
    List<String> grouped = new ArrayList<>(List.of(START));
    Collections.addAll(grouped, keys.fieldNames());
    List<String> largest = new ArrayList<>(List.of(maxima.fieldNames()));
    largest.add(TIME);
    Collections.addAll(largest, more);
    return new PartialAggregation(grouped, List.of(sums.fieldNames()), largest);
  }

  WindowTotal total(PartialAggregate partial) {
    return new WindowTotal(
        (Long) partial.keys().get(0),
        partial.keys().subList(1, partial.keys().size()),
        partial.sums(),
        partial.maxima().subList(0, maxima.size()));
  }

  /** The event time of a partial aggregate's latest row. */
  long time(PartialAggregate partial) {
    return partial.maxima().get(maxima.size());
  }

  /**
   * How many records a batch may have, so that whatever their keys are, its totals fit through what
   * tasks may send to the driver, and onto the driver's heap.
   *
   * @param heap of the driver, in bytes
   */
  public long mostRecords(SparkConf conf, long heap) {
    long sent = BYTES_PER_NUMBER; // The start.
    for (StructField key : keys.fields()) {
      sent += key.dataType().equals(DataTypes.StringType) ? BYTES_PER_OTHER : BYTES_PER_NUMBER;
    }
    for (StructField sum : sums.fields()) {
      sent += sum.dataType().equals(DECIMAL) ? BYTES_PER_OTHER : BYTES_PER_NUMBER;
    }
    sent += BYTES_PER_NUMBER * (maxima.size() + 2L);
    long most = heap / SHARE / HEAP_PER_TOTAL;
    long result = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    return Math.max(1, result <= 0 ? most : Math.min(most, result / SHARE / sent));
  }
}
