package io.github.millrace.publish;

import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;

/**
 * CSV by RFC 4180, in UTF-8 with a header and {@code \n} after each row. A quote within a field is
 * doubled; a missing value is nothing, an empty text is {@code ""}. Values go from Spark's internal
 * form to bytes without an object in between, which is why this is not left to a library: with
 * Spark's writer, CSV is the largest part of a flattening job's time.
 */
final class CsvWriter implements RowWriter {
  private static final int BUFFER = 1 << 16;
  private static final long[] POWERS_OF_TEN = new long[19];

  static {
    POWERS_OF_TEN[0] = 1;
    for (int i = 1; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = 10 * POWERS_OF_TEN[i - 1];
    }
  }

  private final OutputStream out;
  private final FieldWriter[] fields;
  private byte[] buffer = new byte[BUFFER];
  private int size;

  private CsvWriter(OutputStream out, StructType schema) throws IOException {
    this.out = out;
    this.fields =
        Arrays.stream(schema.fields()).map(CsvWriter::fieldWriter).toArray(FieldWriter[]::new);
    for (int i = 0; i < schema.size(); i++) {
      text(UTF8String.fromString(schema.fields()[i].name()));
      separator(i);
    }
  }

  /** How a value of one type becomes bytes. */
  private interface FieldWriter {
    void write(CsvWriter csv, InternalRow row, int field) throws IOException;
  }

  private static FieldWriter fieldWriter(StructField field) {
    DataType type = field.dataType();
    if (type instanceof DecimalType decimal) {
      int precision = decimal.precision();
      int scale = decimal.scale();
      return (csv, row, i) -> csv.decimal(row.getDecimal(i, precision, scale), scale);
    }
    if (type.equals(DataTypes.StringType)) {
      return (csv, row, i) -> csv.text(row.getUTF8String(i));
    }
    if (type.equals(DataTypes.LongType)) {
      return (csv, row, i) -> csv.whole(row.getLong(i));
    }
    if (type.equals(DataTypes.IntegerType)) {
      return (csv, row, i) -> csv.whole(row.getInt(i));
    }
    if (type.equals(DataTypes.ShortType)) {
      return (csv, row, i) -> csv.whole(row.getShort(i));
    }
    if (type.equals(DataTypes.ByteType)) {
      return (csv, row, i) -> csv.whole(row.getByte(i));
    }
    if (type.equals(DataTypes.DoubleType)) {
      return (csv, row, i) -> csv.ascii(Double.toString(row.getDouble(i)));
    }
    if (type.equals(DataTypes.FloatType)) {
      return (csv, row, i) -> csv.ascii(Float.toString(row.getFloat(i)));
    }
    if (type.equals(DataTypes.BooleanType)) {
      return (csv, row, i) -> csv.ascii(Boolean.toString(row.getBoolean(i)));
    }
    if (type.equals(DataTypes.DateType)) {
      return (csv, row, i) -> csv.ascii(DateTimeUtils.daysToLocalDate(row.getInt(i)).toString());
    }
    if (type.equals(DataTypes.TimestampType)) {
      return (csv, row, i) -> csv.ascii(DateTimeUtils.microsToInstant(row.getLong(i)).toString());
    }
    throw new IllegalArgumentException(
        "column " + field.name() + " of type " + type.sql() + " has no form in CSV; flatten it");
  }

  @Override
  public void write(InternalRow row) throws IOException {
    for (int i = 0; i < fields.length; i++) {
      if (!row.isNullAt(i)) {
        fields[i].write(this, row, i);
      } else if (fields.length == 1) {
        // Readers pass over an empty line, and so the record would be lost.
        text(UTF8String.EMPTY_UTF8);
      }
      separator(i);
    }
  }

  private void separator(int field) throws IOException {
    room(1);
    buffer[size++] = (byte) (field == fields.length - 1 ? '\n' : ',');
  }

  private void text(UTF8String text) throws IOException {
    int length = text.numBytes();
    room(2 * length + 2);
    int start = size;
    text.writeToMemory(buffer, Platform.BYTE_ARRAY_OFFSET + start);
    int quotes = 0;
    // Some readers trim what is not quoted.
    boolean special = length == 0 || isSpace(buffer[start]) || isSpace(buffer[start + length - 1]);
    for (int i = start; i < start + length; i++) {
      byte b = buffer[i];
      if (b <= ',' && b >= 0) {
        quotes += b == '"' ? 1 : 0;
        special |= b == '"' || b == ',' || b == '\n' || b == '\r';
      }
    }
    size = start + length;
    if (special) {
      quote(start, length, quotes);
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Puts quotes around the field that ends the buffer, moving it apart from its end. */
  private void quote(int start, int length, int quotes) {
    int to = start + length + quotes + 1;
    size = to + 1;
    buffer[to--] = '"';
    for (int from = start + length - 1; from >= start; from--) {
      byte b = buffer[from];
      buffer[to--] = b;
      if (b == '"') {
        buffer[to--] = '"';
      }
    }
    buffer[to] = '"';
  }

  private void whole(long value) throws IOException {
    room(20);
    if (value == Long.MIN_VALUE) {
      ascii(Long.toString(value));
      return;
    }
    if (value < 0) {
      buffer[size++] = '-';
    }
    digits(Math.abs(value), 1);
  }

  private void decimal(Decimal value, int scale) throws IOException {
    if (value.precision() >= POWERS_OF_TEN.length) {
      ascii(value.toJavaBigDecimal().toPlainString());
      return;
    }
    room(24);
    long unscaled = value.toUnscaledLong();
    if (unscaled < 0) {
      buffer[size++] = '-';
      unscaled = -unscaled;
    }
    long power = POWERS_OF_TEN[scale];
    digits(unscaled / power, 1);
    if (scale > 0) {
      buffer[size++] = '.';
      digits(unscaled % power, scale);
    }
  }

  /** A number of 0 or more, with leading zeros up to a width. */
  private void digits(long value, int width) {
    int count = width;
    while (count < POWERS_OF_TEN.length && value >= POWERS_OF_TEN[count]) {
      count++;
    }
    long rest = value;
    for (int i = size + count - 1; i >= size; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
  }

  private void ascii(String text) throws IOException {
    room(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void room(int bytes) throws IOException {
    if (size + bytes > buffer.length) {
      flush();
      if (bytes > buffer.length) {
        buffer = new byte[bytes];
      }
    }
  }

  private void flush() throws IOException {
    out.write(buffer, 0, size);
    size = 0;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }

  /** Opens CSV files of one schema. */
  record Factory(StructType schema, SerializableConfiguration hadoop)
      implements RowWriter.Factory, Serializable {

    /** Fails at once, on the driver, for a schema that CSV cannot hold. */
    Factory {
      Arrays.stream(schema.fields()).forEach(CsvWriter::fieldWriter);
    }

    @Override
    public String extension() {
      return ".csv";
    }

    @Override
    public RowWriter open(Path path) throws IOException {
      Configuration configuration = hadoop.value();
      return new CsvWriter(Storage.of(path, configuration).create(path, true), schema);
    }
  }
}
