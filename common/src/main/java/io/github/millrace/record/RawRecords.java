package io.github.millrace.record;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of raw records, as every source gives them.
 *
 * <ul>
 *   <li>{@code value}: the record's text, as STRING (which may hold bytes that are not UTF-8) or
 *       BINARY; null where {@code problem} or {@code tally} is not
 *   <li>{@code source}: where it was read
 *   <li>{@code problem STRING}: why there is no value, a reason of class empty-file, unreadable,
 *       encoding or too-large
 *   <li>{@code tally STRUCT<file, records>}: in a row of its own, how many records were read
 * </ul>
 */
public final class RawRecords {
  public static final String VALUE = "value";
  public static final String SOURCE = "source";
  public static final String PROBLEM = "problem";
  public static final String TALLY = SinkColumns.TALLY;

  public static final StructType SCHEMA =
      new StructType()
          .add(VALUE, DataTypes.StringType)
          .add(SOURCE, SinkColumns.SOURCE)
          .add(PROBLEM, DataTypes.StringType)
          .add(TALLY, SinkColumns.TALLY_RECORD);

  private RawRecords() {}
}
