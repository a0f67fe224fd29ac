package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import io.github.millrace.record.Reason;
import java.io.IOException;

/** Notes that a value is of another type than its field. */
final class WrongType {
  private WrongType() {}

  /** Notes it of the value at which the parser stands, and passes over that. */
  static void of(JsonParser parser, Verdict verdict, String expected) throws IOException {
    String found =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "the string " + Verdict.quoted(parser.getText());
          case VALUE_NULL -> "null";
          default -> Verdict.bare(parser.getText());
        };
    of(found, verdict, expected);
    parser.skipChildren();
  }

  static void of(TextValue text, Verdict verdict, String expected) {
    of("the string " + Verdict.quoted(text.toString()), verdict, expected);
  }

  static void of(String found, Verdict verdict, String expected) {
    verdict.violated(Reason.TYPE, "must be " + expected + ", is " + found);
  }
}
