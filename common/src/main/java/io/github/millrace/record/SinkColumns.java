package io.github.millrace.record;

import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the rows that the sink takes.
 *
 * <ul>
 *   <li>{@code good STRUCT}: an output row, or null
 *   <li>{@code bad STRUCT<raw STRING, encoding STRING, reasons ARRAY<STRING>, source STRUCT>}: a
 *       record for the quarantine, or null
 *   <li>{@code first BOOLEAN}: whether the row is the first of its input record
 *   <li>{@code counted STRUCT<unknownFields INT, rounded INT>}: fields of the record that its
 *       contract does not know, and values that have lost digits, as the contract allows
 *   <li>{@code tally STRUCT<file STRING, records BIGINT, reread BIGINT, repeatedHeaders BIGINT>}:
 *       in a row of its own, how many records the source has read from a file, how many of these it
 *       has closed, for their own file is read again, and how many lines of a CSV file it has
 *       passed over, for they are equal to the file's header; null in all others
 *   <li>{@code archive STRUCT<value BINARY, partition INT, offset BIGINT, timestamp TIMESTAMP>}:
 *       the record as it was read; only where the output has an archive
 *   <li>{@code progress STRUCT<partition INT, time TIMESTAMP>}: which part of the source the record
 *       comes from, and when its event was; of each part the latest time is told to the driver.
 *       Only where a job asks for it
 * </ul>
 *
 * A row without any of good, bad and tally is a duplicate that was dropped, where the job drops
 * them.
 *
 * <p>The tally and the rows are counted apart, so that a record lost in between does not balance.
 */
public final class SinkColumns {
  public static final String GOOD = "good";
  public static final String BAD = "bad";
  public static final String FIRST = "first";
  public static final String COUNTED = "counted";
  public static final String UNKNOWN_FIELDS = "unknownFields";
  public static final String ROUNDED = "rounded";
  public static final String TALLY = "tally";
  public static final String ARCHIVE = "archive";
  public static final String PROGRESS = "progress";

  /** An {@code encoding} of a bad record: {@code raw} is its text. */
  public static final String UTF8 = "utf-8";

  /** An {@code encoding} of a bad record: {@code raw} is the Base64 of its bytes. */
  public static final String BASE64 = "base64";

  /**
   * Where a record was read: a topic, partition, offset and its timestamp; or a file, byte, the
   * shape by which it was read, the header of a CSV file, and the line where it begins, from 1,
   * which is null where only a part of the file was read.
   */
  public static final StructType SOURCE =
      new StructType()
          .add("file", DataTypes.StringType)
          .add("topic", DataTypes.StringType)
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("timestamp", DataTypes.TimestampType)
          .add("shape", DataTypes.StringType)
          .add("header", DataTypes.StringType)
          .add("line", DataTypes.LongType);

  /** What is counted of a record and passes. */
  public static final StructType COUNTS =
      new StructType()
          .add(UNKNOWN_FIELDS, DataTypes.IntegerType)
          .add(ROUNDED, DataTypes.IntegerType);

  /** A bad record before the sink adds contract, unit and time. */
  public static final StructType BAD_RECORD =
      new StructType()
          .add("raw", DataTypes.StringType)
          .add("encoding", DataTypes.StringType)
          .add("reasons", DataTypes.createArrayType(DataTypes.StringType, false))
          .add("source", SOURCE);

  /** A line of the quarantine. */
  public static final StructType QUARANTINED =
      BAD_RECORD
          .add("contract", DataTypes.StringType)
          .add("contractVersion", DataTypes.StringType)
          .add("unit", DataTypes.StringType)
          .add("quarantinedAt", DataTypes.StringType);

  /** What the source has read from a file. */
  public static final StructType TALLY_RECORD =
      new StructType()
          .add("file", DataTypes.StringType)
          .add("records", DataTypes.LongType)
          .add("reread", DataTypes.LongType)
          .add("repeatedHeaders", DataTypes.LongType);

  /** A message as it was read, for the archive. */
  public static final StructType ARCHIVED =
      new StructType()
          .add("value", DataTypes.BinaryType)
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("timestamp", DataTypes.TimestampType);

  /** How far a part of the source has come. */
  public static final StructType PROGRESS_RECORD =
      new StructType().add("partition", DataTypes.IntegerType).add("time", DataTypes.TimestampType);

  public static final List<String> ALL = List.of(GOOD, BAD, FIRST, COUNTED, TALLY);

  private SinkColumns() {}

  /** The sink's columns for output rows of a schema. */
  public static StructType schema(StructType good) {
    return new StructType()
        .add(GOOD, good)
        .add(BAD, BAD_RECORD)
        .add(FIRST, DataTypes.BooleanType)
        .add(COUNTED, COUNTS)
        .add(TALLY, TALLY_RECORD);
  }
}
