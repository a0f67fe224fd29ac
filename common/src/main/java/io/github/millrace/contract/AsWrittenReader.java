package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import java.io.IOException;
import java.math.BigDecimal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads a number that is kept with the characters it came with. */
record AsWrittenReader(FieldType.Bounds<BigDecimal> bounds, boolean kept) implements ValueReader {
  private static final String EXPECTED = "a number";

  @Override
  public UTF8String read(JsonParser parser, Verdict verdict) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      WrongType.of(parser, verdict, EXPECTED);
      return null;
    }
    if (!bounds.none()) {
      judge(parser.getText(), verdict);
    }
    return kept
        ? Utf8.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
        : null;
  }

  @Override
  public UTF8String readText(TextValue text, Verdict verdict) {
    if (!NumberText.isNumber(text)) {
      WrongType.of(text, verdict, EXPECTED);
      return null;
    }
    if (!bounds.none()) {
      judge(text.toString(), verdict);
    }
    return kept ? text.utf8() : null;
  }

  @Override
  public ColumnReader column(DataType type) {
    if (type instanceof DecimalType decimal) {
      return (row, i, verdict) ->
          readNumber(
              row.getDecimal(i, decimal.precision(), decimal.scale())
                  .toJavaBigDecimal()
                  .toPlainString(),
              verdict);
    }
    return Integrals.column(type, (value, verdict) -> readNumber(Long.toString(value), verdict));
  }

  private UTF8String readNumber(String text, Verdict verdict) {
    if (!bounds.none()) {
      judge(text, verdict);
    }
    return kept ? UTF8String.fromString(text) : null;
  }

  private void judge(String text, Verdict verdict) {
    try {
      // Compared by its exponent first, so no digits are made of a vast one.
      bounds
          .violation(new BigDecimal(text))
          .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.quoted(text)));
    } catch (NumberFormatException e) {
      verdict.violated(Reason.RANGE, "has an exponent beyond 32 bits: " + Verdict.quoted(text));
    }
  }
}
