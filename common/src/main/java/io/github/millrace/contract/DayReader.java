package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Reads a calendar day as days since 1970-01-01. */
final class DayReader implements ValueReader {
  private final FieldType.Day type;
  private final TimeFormats formats;

  DayReader(FieldType.Day type) {
    this.type = type;
    formats = new TimeFormats(type.formats());
  }

  @Override
  public Integer read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      WrongType.of(parser, verdict, "a date in a string");
      return null;
    }
    return read(parser.getText(), verdict);
  }

  @Override
  public Integer readText(TextValue text, Verdict verdict) {
    return read(text.toString(), verdict);
  }

  @Override
  public boolean takesStrings() {
    return true;
  }

  @Override
  public ColumnReader column(DataType from) {
    if (!DataTypes.DateType.equals(from)) {
      return null;
    }
    return type.bounds().none()
        ? (row, i, verdict) -> row.get(i, from)
        : (row, i, verdict) -> readDay(row.getInt(i), verdict);
  }

  private Integer read(String text, Verdict verdict) {
    try {
      return judged(formats.read(text, Times::day, Times::day, DayReader::ofUnits), text, verdict);
    } catch (DateTimeException e) {
      WrongType.of("the string " + Verdict.quoted(text), verdict, "a date");
      return null;
    }
  }

  private Integer readDay(int day, Verdict verdict) {
    return judged(day, Times.shown(day), verdict);
  }

  private Integer judged(int day, String text, Verdict verdict) {
    type.bounds()
        .violation(day, Times::shown)
        .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.bare(text)));
    return day;
  }

  /** A day is no number of units: whose midnight it would be is not said. */
  private static Integer ofUnits(String text, int unitsPerSecond) {
    throw Times.misfit(text);
  }
}
