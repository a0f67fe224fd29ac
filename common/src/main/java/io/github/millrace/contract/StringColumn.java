package io.github.millrace.contract;

import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads the values of a column of texts as the text of a field. */
final class StringColumn implements ColumnReader {
  private final ValueReader reader;
  private transient TextValue text;

  StringColumn(ValueReader reader) {
    this.reader = reader;
  }

  @Override
  public Object read(SpecializedGetters row, int ordinal, Verdict verdict) {
    if (text == null) {
      text = new TextValue();
    }
    UTF8String value = row.getUTF8String(ordinal);
    boolean isOnHeap = value.getBaseObject() instanceof byte[];
    byte[] bytes = isOnHeap ? (byte[]) value.getBaseObject() : value.getBytes();
    int from = isOnHeap ? (int) (value.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET) : 0;
    int to = from + value.numBytes();
    int invalid = Utf8.firstInvalid(bytes, from, to);
    if (invalid != Utf8.VALID) {
      verdict.violated(
          Reason.ENCODING,
          "not UTF-8 at byte %d (0x%02X)".formatted(invalid - from, bytes[invalid]));
      return null;
    }
    return reader.readText(text.set(bytes, from, to), verdict);
  }
}
