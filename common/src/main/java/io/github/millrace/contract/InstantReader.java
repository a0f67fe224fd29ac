package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.time.DateTimeException;

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

  private Long read(String text, boolean isString, Verdict verdict) {
    try {
      long micros =
          formats.read(
              text,
              iso -> Times.micros(iso, type.zone()),
              (patterned, formatter) -> Times.micros(patterned, formatter, type.zone()),
              Times::epochMicros);
      type.bounds()
          .violation(micros, Times::shown)
          .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.bare(text)));
      return micros;
    } catch (DateTimeException e) {
      String found = isString ? "the string " + Verdict.quoted(text) : Verdict.bare(text);
      WrongType.of(found + Times.why(e), verdict, "a timestamp");
      return null;
    }
  }
}
