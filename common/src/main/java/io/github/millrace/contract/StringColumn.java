package io.github.millrace.contract;

import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

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
    text.set(row.getUTF8String(ordinal));
    int invalid = Utf8.firstInvalid(text.bytes(), text.from(), text.to());
    if (invalid != Utf8.VALID) {
      verdict.violated(
          Reason.ENCODING,
          "not UTF-8 at byte %d (0x%02X)".formatted(invalid - text.from(), text.bytes()[invalid]));
      return null;
    }
    return reader.readText(text, verdict);
  }
}
