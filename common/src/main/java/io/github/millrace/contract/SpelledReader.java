package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;

/** Cleans a value as its {@link Spelling} says before another reads it. */
final class SpelledReader implements ValueReader {
  private final ValueReader reader;
  private final byte[][] nullValues;
  private final List<BigDecimal> nullNumbers;
  private final boolean lenient;
  private final Pattern strip;
  private final boolean required;
  private transient TextValue cleaned;

  /**
   * Makes one.
   *
   * @param required whether a word for nothing is a violation
   */
  SpelledReader(ValueReader reader, Spelling spelling, boolean required) {
    this.reader = reader;
    this.nullValues =
        spelling.nullValues().stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    this.nullNumbers =
        spelling.nullValues().stream()
            .filter(text -> NumberText.isNumber(new TextValue().set(text)))
            .map(BigDecimal::new)
            .toList();
    this.lenient = spelling.lenient();
    this.strip = spelling.strip();
    this.required = required;
  }

  @Override
  public Object read(JsonParser parser, Verdict verdict) throws IOException {
    JsonToken token = parser.currentToken();
    if (!token.isScalarValue()) {
      return reader.read(parser, verdict);
    }
    boolean isString = token == JsonToken.VALUE_STRING;
    if (isString
        && !Utf8.paired(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())) {
      verdict.violated(Reason.ENCODING, Utf8.UNPAIRED);
      return null;
    }
    TextValue text = cleaned().set(parser.getText());
    if (isString && !clean(text, verdict)) {
      return null;
    }
    if (isNull(text) || (token.isNumeric() && isNull(parser.getText()))) {
      return nothing(text, verdict);
    }
    return isString && (lenient || reader.takesStrings())
        ? reader.readText(text, verdict)
        : reader.read(parser, verdict);
  }

  @Override
  public Object readText(TextValue text, Verdict verdict) {
    if (!clean(text, verdict)) {
      return null;
    }
    return isNull(text) ? nothing(text, verdict) : reader.readText(text, verdict);
  }

  @Override
  public boolean takesStrings() {
    return lenient || reader.takesStrings();
  }

  @Override
  public ColumnReader column(DataType type) {
    if (type instanceof StringType) {
      return takesStrings() ? new StringColumn(this) : null;
    }
    ColumnReader column = reader.column(type);
    if (column == null || nullValues.length == 0) {
      return column;
    }
    Numbers numbers = numbers(type);
    return numbers == null
        ? column
        : (row, i, verdict) -> {
          String number = numbers.text(row, i);
          return isNull(number)
              ? nothing(cleaned().set(number), verdict)
              : column.read(row, i, verdict);
        };
  }

  private interface Numbers extends Serializable {
    String text(SpecializedGetters row, int ordinal);
  }

  private static Numbers numbers(DataType type) {
    if (type instanceof DecimalType decimal) {
      return (row, i) -> row.getDecimal(i, decimal.precision(), decimal.scale()).toString();
    }
    if (DataTypes.DoubleType.equals(type)) {
      return (row, i) -> Double.toString(row.getDouble(i));
    }
    if (DataTypes.FloatType.equals(type)) {
      return (row, i) -> Float.toString(row.getFloat(i));
    }
    ColumnReader integers = Integrals.column(type, (value, verdict) -> value);
    return integers == null ? null : (row, i) -> integers.read(row, i, null).toString();
  }

  /** Whether a number is one of those that stand for null, by its value or its text. */
  private boolean isNull(String number) {
    if (isNull(cleaned().set(number))) {
      return true;
    }
    if (nullNumbers.isEmpty() || !NumberText.isNumber(cleaned())) {
      return false;
    }
    try {
      BigDecimal value = new BigDecimal(number);
      return nullNumbers.stream().anyMatch(word -> word.compareTo(value) == 0);
    } catch (NumberFormatException e) {
      return false; // its exponent is beyond an int
    }
  }

  private TextValue cleaned() {
    if (cleaned == null) {
      cleaned = new TextValue();
    }
    return cleaned;
  }

  /** Whether it could be cleaned. */
  private boolean clean(TextValue text, Verdict verdict) {
    if (lenient) {
      text.trim();
    }
    if (strip != null) {
      String whole = text.toString();
      try {
        String rest = strip.matcher(whole).replaceAll("");
        if (rest.length() < whole.length()) {
          text.set(rest);
        }
      } catch (StackOverflowError e) {
        // java.util.regex recurses once for each repetition of a group such as (a|b)*.
        verdict.violated(
            Reason.PATTERN,
            "is too long to strip %s of it: %s".formatted(strip, Verdict.quoted(whole)));
        return false;
      }
    }
    return true;
  }

  private boolean isNull(TextValue text) {
    for (byte[] word : nullValues) {
      if (text.is(word)) {
        return true;
      }
    }
    return false;
  }

  private Object nothing(TextValue text, Verdict verdict) {
    if (required) {
      verdict.violated(
          Reason.REQUIRED, "is " + Verdict.quoted(text.toString()) + ", which stands for null");
    }
    return null;
  }
}
