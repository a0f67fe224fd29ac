package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import java.io.IOException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads a text. */
record TextReader(FieldType.Text type, boolean kept) implements ValueReader {
  @Override
  public UTF8String read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      WrongType.of(parser, verdict, "a string");
      return null;
    }
    char[] chars = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int length = parser.getTextLength();
    UTF8String text = kept ? Utf8.of(chars, from, length) : null;
    if (kept ? text == null : !Utf8.paired(chars, from, length)) {
      verdict.violated(Reason.ENCODING, Utf8.UNPAIRED);
    } else if (type.hasRules()) {
      judgeLength(Character.codePointCount(chars, from, length), verdict);
      if (type.looksInside()) {
        judge(parser.getText(), verdict);
      }
    }
    return text;
  }

  @Override
  public UTF8String readText(TextValue text, Verdict verdict) {
    if (type.hasRules()) {
      judgeLength(text.length(), verdict);
      if (type.looksInside()) {
        judge(text.toString(), verdict);
      }
    }
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

  /** By the number of its characters of Unicode. */
  private void judgeLength(int length, Verdict verdict) {
    if (length < type.minLength()) {
      verdict.violated(
          Reason.LENGTH, "has " + length + " characters, must have at least " + type.minLength());
    } else if (length > type.maxLength()) {
      verdict.violated(
          Reason.LENGTH, "has " + length + " characters, must have at most " + type.maxLength());
    }
  }

  private void judge(String text, Verdict verdict) {
    if (type.pattern() != null) {
      judgePattern(text, verdict);
    }
    if (type.format() != null && !type.format().matches(text)) {
      verdict.violated(Reason.FORMAT, "is no " + type.format() + ": " + Verdict.quoted(text));
    }
  }

  private void judgePattern(String text, Verdict verdict) {
    String pattern = type.pattern().pattern();
    try {
      if (!type.pattern().matcher(text).find()) {
        verdict.violated(Reason.PATTERN, "does not match " + pattern + ": " + Verdict.quoted(text));
      }
    } catch (StackOverflowError e) {
      // java.util.regex recurses once for each repetition of a group such as (a|b)*.
      verdict.violated(
          Reason.PATTERN, "is too long to match " + pattern + ": " + Verdict.quoted(text));
    }
  }
}
