package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Reads an instant as microseconds since 1970-01-01T00:00Z. */
final class InstantReader implements ValueReader {
  private final FieldType.Instant type;
  private final TimeFormats formats;

  InstantReader(FieldType.Instant type) {
    this.type = type;
    formats = new TimeFormats(type.formats());
  }

  @Override
  public Long read(JsonParser parser, Verdict verdict) throws IOException {
    boolean isString = parser.currentToken() == JsonToken.VALUE_STRING;
    if (!isString && !(formats.takeNumbers() && parser.currentToken().isNumeric())) {
      WrongType.of(parser, verdict, "a timestamp in a string");
      return null;
    }
    String text = parser.getText();
    return read(text, isString, verdict);
  }

  @Override
  public Long readText(TextValue text, Verdict verdict) {
    return read(text.toString(), true, verdict);
  }

  @Override
  public boolean takesStrings() {
    return true;
  }

  /** A time without a zone is one in the field's. */
  @Override
  public ColumnReader column(DataType from) {
    if (DataTypes.TimestampType.equals(from)) {
      return type.bounds().none()
          ? (row, i, verdict) -> row.get(i, from)
          : (row, i, verdict) -> judged(row.getLong(i), verdict);
    }
    if (DataTypes.TimestampNTZType.equals(from) && type.zone() != null) {
      return (row, i, verdict) -> readLocal(row.getLong(i), verdict);
    }
    return formats.takeNumbers()
        ? Integrals.column(from, (value, verdict) -> read(Long.toString(value), false, verdict))
        : null;
  }

  private Long readLocal(long micros, Verdict verdict) {
    try {
      return judged(Times.micros(micros, type.zone()), verdict);
    } catch (DateTimeException e) {
      WrongType.of(Times.shown(micros) + Times.why(e), verdict, "a timestamp");
      return null;
    }
  }

  private Long judged(long micros, Verdict verdict) {
    return type.bounds().none() ? (Long) micros : judged(micros, Times.shown(micros), verdict);
  }

  private Long judged(long micros, String text, Verdict verdict) {
    type.bounds()
        .violation(micros, Times::shown)
        .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.bare(text)));
    return micros;
  }

  private Long read(String text, boolean isString, Verdict verdict) {
    try {
      long micros =
          formats.read(
              text,
              iso -> Times.micros(iso, type.zone()),
              (patterned, formatter) -> Times.micros(patterned, formatter, type.zone()),
              Times::epochMicros);
      return judged(micros, text, verdict);
    } catch (DateTimeException e) {
      String found = isString ? "the string " + Verdict.quoted(text) : Verdict.bare(text);
      WrongType.of(found + Times.why(e), verdict, "a timestamp");
      return null;
    }
  }
}
