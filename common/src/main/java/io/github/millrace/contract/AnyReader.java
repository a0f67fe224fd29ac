package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import java.io.IOException;
import java.io.StringWriter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads a value of any type, of which only the syntax is checked. */
record AnyReader(boolean kept) implements ValueReader {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public UTF8String read(JsonParser parser, Verdict verdict) throws IOException {
    if (!kept) {
      parser.skipChildren();
      return null;
    }
    UTF8String text;
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      text = Utf8.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    } else {
      StringWriter copied = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(copied)) {
        copy(parser, json);
      }
      char[] chars = copied.toString().toCharArray();
      text = Utf8.of(chars, 0, chars.length);
    }
    if (text == null) {
      verdict.violated(Reason.ENCODING, Utf8.UNPAIRED);
    }
    return text;
  }

  @Override
  public UTF8String readText(TextValue text, Verdict verdict) {
    return kept ? text.utf8() : null;
  }

  @Override
  public boolean takesStrings() {
    return true;
  }

  @Override
  public ColumnReader column(DataType type) {
    return type instanceof StringType ? new StringColumn(this) : null;
  }

  /** Numbers with their own characters, which Jackson's copying would lose. */
  private static void copy(JsonParser parser, JsonGenerator json) throws IOException {
    int depth = 0;
    do {
      JsonToken token = parser.currentToken();
      if (token.isNumeric()) {
        json.writeNumber(parser.getText());
      } else {
        json.copyCurrentEvent(parser);
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    } while (depth > 0 && parser.nextToken() != null);
  }
}
