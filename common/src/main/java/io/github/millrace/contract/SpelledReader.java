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
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;

/** Cleans a value as its {@link Spelling} says before another reads it. */
final class SpelledReader implements ValueReader {
  private final ValueReader reader;
  private final Spelling spelling;
  private final byte[][] nullValues;
  private final List<BigDecimal> nullNumbers;
  private final boolean isOfNumbers;
  private final boolean required;
  private transient TextValue cleaned;

  /**
   * Makes one.
   *
   * @param required whether a word for nothing is a violation
   */
  SpelledReader(ValueReader reader, Spelling spelling, boolean required) {
    this.reader = reader;
    this.spelling = spelling;
    this.nullValues =
        spelling.nullValues().stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    this.nullNumbers =
        spelling.nullValues().stream().flatMap(text -> number(text).stream()).toList();
    this.isOfNumbers =
        reader instanceof WholeReader
            || reader instanceof DecimalReader
            || reader instanceof FloatingReader
            || reader instanceof AsWrittenReader;
    this.required = required;
  }

  @Override
  public Object read(JsonParser parser, Verdict verdict) throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isNumeric()) {
      if (nullValues.length == 0 || !isNull(parser.getText())) {
        return reader.read(parser, verdict);
      }
      return nothing(cleaned().set(parser.getText()), verdict);
    }
    if (token != JsonToken.VALUE_STRING) {
      return reader.read(parser, verdict);
    }
    if (!Utf8.paired(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())) {
      verdict.violated(Reason.ENCODING, Utf8.UNPAIRED);
      return null;
    }
    TextValue text = cleaned().set(parser.getText());
    if (!clean(text, verdict)) {
      return null;
    }
    if (isNothing(text)) {
      return nothing(text, verdict);
    }
    return spelling.lenient() || reader.takesStrings()
        ? reader.readText(text, verdict)
        : reader.read(parser, verdict);
  }

  @Override
  public Object readText(TextValue text, Verdict verdict) {
    if (!clean(text, verdict)) {
      return null;
    }
    return isNothing(text) ? nothing(text, verdict) : reader.readText(text, verdict);
  }

  @Override
  public ColumnReader column(DataType type) {
    if (type instanceof StringType) {
      return spelling.lenient() || reader.column(type) != null ? new StringColumn(this) : null;
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

  /** Whether a text stands for null: as a word, or of a field of numbers by its value. */
  private boolean isNothing(TextValue text) {
    return isNull(text) || (isOfNumbers && !nullNumbers.isEmpty() && isNullNumber(text.toString()));
  }

  /** Whether a number stands for null, by its text or its value. */
  private boolean isNull(String number) {
    return isNull(cleaned().set(number)) || isNullNumber(number);
  }

  private boolean isNullNumber(String text) {
    return !nullNumbers.isEmpty()
        && number(text)
            .filter(value -> nullNumbers.stream().anyMatch(word -> word.compareTo(value) == 0))
            .isPresent();
  }

  /** The number that a text is; none if it is none, or its exponent is beyond an int. */
  private static Optional<BigDecimal> number(String text) {
    try {
      return NumberText.isNumber(new TextValue().set(text))
          ? Optional.of(new BigDecimal(text))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
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
    if (spelling.clean(text)) {
      return true;
    }
    verdict.violated(
        Reason.PATTERN,
        "is too long to strip %s of it: %s"
            .formatted(spelling.strip(), Verdict.quoted(text.toString())));
    return false;
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
