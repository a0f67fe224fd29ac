package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import io.github.millrace.record.Utf8;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/** The readers of single values. */
final class Scalars {
  private Scalars() {}

  /** Notes that the value is of another type, and passes over it. */
  static void wrongType(JsonParser parser, Verdict verdict, String expected) throws IOException {
    String found =
        switch (parser.currentToken()) {
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          case VALUE_STRING -> "the string " + shown(parser);
          case VALUE_NULL -> "null";
          default -> Verdict.bare(parser.getText());
        };
    verdict.violated(Reason.TYPE, "must be " + expected + ", is " + found);
    parser.skipChildren();
  }

  static String shown(JsonParser parser) throws IOException {
    return Verdict.quoted(parser.getText());
  }

  record TextReader(FieldType.Text type, boolean kept) implements ValueReader {
    @Override
    public UTF8String read(JsonParser parser, Verdict verdict) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        wrongType(parser, verdict, "a string");
        return null;
      }
      char[] chars = parser.getTextCharacters();
      int from = parser.getTextOffset();
      int length = parser.getTextLength();
      UTF8String text = kept ? Utf8.of(chars, from, length) : null;
      if (kept ? text == null : !Utf8.paired(chars, from, length)) {
        verdict.violated(Reason.ENCODING, Utf8.UNPAIRED);
      } else if (type.hasRules()) {
        judge(parser, verdict, Character.codePointCount(chars, from, length));
      }
      return text;
    }

    /**
     * Judges a text by its rules.
     *
     * @param length in characters of Unicode
     */
    private void judge(JsonParser parser, Verdict verdict, int length) throws IOException {
      if (length < type.minLength()) {
        verdict.violated(
            Reason.LENGTH, "has " + length + " characters, must have at least " + type.minLength());
      } else if (length > type.maxLength()) {
        verdict.violated(
            Reason.LENGTH, "has " + length + " characters, must have at most " + type.maxLength());
      }
      if (type.pattern() != null) {
        judgePattern(parser, verdict);
      }
      if (type.format() != null && !type.format().matches(parser.getText())) {
        verdict.violated(Reason.FORMAT, "is no " + type.format() + ": " + shown(parser));
      }
    }

    private void judgePattern(JsonParser parser, Verdict verdict) throws IOException {
      String pattern = type.pattern().pattern();
      try {
        if (!type.pattern().matcher(parser.getText()).find()) {
          verdict.violated(Reason.PATTERN, "does not match " + pattern + ": " + shown(parser));
        }
      } catch (StackOverflowError e) {
        // java.util.regex recurses once for each repetition of a group such as (a|b)*.
        verdict.violated(Reason.PATTERN, "is too long to match " + pattern + ": " + shown(parser));
      }
    }
  }

  /** The reader of a whole number in the box that Spark wants for its type. */
  static ValueReader whole(FieldType.Whole type) {
    if (DataTypes.IntegerType.equals(type.sparkType())) {
      return new WholeReader(type, Long::intValue);
    }
    if (DataTypes.ShortType.equals(type.sparkType())) {
      return new WholeReader(type, Long::shortValue);
    }
    if (DataTypes.ByteType.equals(type.sparkType())) {
      return new WholeReader(type, Long::byteValue);
    }
    return new WholeReader(type, value -> value);
  }

  interface Box extends java.io.Serializable {
    Object of(Long value);
  }

  record WholeReader(FieldType.Whole type, Box box) implements ValueReader {
    /** The digits of the longest long. */
    private static final int LONG_DIGITS = 19;

    @Override
    public Object read(JsonParser parser, Verdict verdict) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            ? beyond(parser, verdict)
            : within(parser.getLongValue(), parser, verdict);
      }
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
        return readFraction(parser, verdict);
      }
      wrongType(parser, verdict, "a whole number");
      return null;
    }

    /**
     * A number with a fraction or an exponent, such as 1.0 and 2e0, is whole where its value is.
     * The exponent is looked at before digits are made of it.
     */
    private Object readFraction(JsonParser parser, Verdict verdict) throws IOException {
      String text = parser.getText();
      int end = Math.max(text.indexOf('e'), text.indexOf('E'));
      BigDecimal number =
          new BigDecimal(end < 0 ? text : text.substring(0, end)).stripTrailingZeros();
      long zeros = number.signum() == 0 ? 0 : exponent(text, end) - number.scale();
      if (zeros < 0) {
        wrongType(parser, verdict, "a whole number");
        return null;
      }
      if (number.precision() + zeros > LONG_DIGITS) {
        return beyond(parser, verdict);
      }
      BigInteger value = number.unscaledValue().multiply(BigInteger.TEN.pow((int) zeros));
      return value.bitLength() < Long.SIZE
          ? within(value.longValue(), parser, verdict)
          : beyond(parser, verdict);
    }

    /** The exponent behind the 'e' at this index; one beyond 32 bits is as good as the largest. */
    private static long exponent(String text, int e) {
      if (e < 0) {
        return 0;
      }
      try {
        return Integer.parseInt(text.substring(e + 1));
      } catch (NumberFormatException beyond) {
        return text.charAt(e + 1) == '-' ? Integer.MIN_VALUE : Integer.MAX_VALUE;
      }
    }

    private Object within(long value, JsonParser parser, Verdict verdict) throws IOException {
      return value < type.minimum() || value > type.maximum()
          ? beyond(parser, verdict)
          : box.of(value);
    }

    private Object beyond(JsonParser parser, Verdict verdict) throws IOException {
      verdict.violated(
          Reason.RANGE,
          "must be from " + type.minimum() + " to " + type.maximum() + ": " + shown(parser));
      return null;
    }
  }

  record FloatingReader(FieldType.Floating type) implements ValueReader {
    @Override
    public Object read(JsonParser parser, Verdict verdict) throws IOException {
      if (!parser.currentToken().isNumeric()) {
        wrongType(parser, verdict, "a number");
        return null;
      }
      boolean isFloat = DataTypes.FloatType.equals(type.sparkType());
      double value = isFloat ? parser.getFloatValue() : parser.getDoubleValue();
      if (Double.isInfinite(value)) {
        verdict.violated(
            Reason.RANGE,
            "is beyond the range of " + type.sparkType().sql() + ": " + shown(parser));
        return null;
      }
      if (!type.bounds().none()) {
        String shown = shown(parser);
        // The shortest text of a FLOAT, or the 0.1 read would be above a maximum of 0.1.
        BigDecimal exact =
            isFloat ? new BigDecimal(Float.toString((float) value)) : BigDecimal.valueOf(value);
        type.bounds()
            .violation(exact)
            .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + shown));
      }
      return isFloat ? (Object) (float) value : (Object) value;
    }
  }

  record AsWrittenReader(FieldType.Bounds<BigDecimal> bounds, boolean kept) implements ValueReader {
    @Override
    public UTF8String read(JsonParser parser, Verdict verdict) throws IOException {
      if (!parser.currentToken().isNumeric()) {
        wrongType(parser, verdict, "a number");
        return null;
      }
      if (!bounds.none()) {
        judge(parser, verdict);
      }
      return kept
          ? Utf8.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength())
          : null;
    }

    private void judge(JsonParser parser, Verdict verdict) throws IOException {
      String shown = shown(parser);
      try {
        // Compared by its exponent first, so no digits are made of a vast one.
        bounds
            .violation(parser.getDecimalValue())
            .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + shown));
      } catch (NumberFormatException e) {
        verdict.violated(Reason.RANGE, "has an exponent beyond 32 bits: " + shown);
      }
    }
  }

  record BoolReader() implements ValueReader {
    @Override
    public Boolean read(JsonParser parser, Verdict verdict) throws IOException {
      if (!parser.currentToken().isBoolean()) {
        wrongType(parser, verdict, "true or false");
        return null;
      }
      return parser.getBooleanValue();
    }
  }

  static final class DayReader implements ValueReader {
    private final FieldType.Day type;
    private transient DateTimeFormatter formatter;

    DayReader(FieldType.Day type) {
      this.type = type;
    }

    @Override
    public Integer read(JsonParser parser, Verdict verdict) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        wrongType(parser, verdict, "a date in a string");
        return null;
      }
      String text = parser.getText();
      try {
        int day = type.pattern() == null ? Times.day(text) : Times.day(text, formatter());
        type.bounds()
            .violation(day, Times::shown)
            .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.bare(text)));
        return day;
      } catch (DateTimeException e) {
        verdict.violated(Reason.TYPE, "must be a date, is the string " + Verdict.quoted(text));
        return null;
      }
    }

    private DateTimeFormatter formatter() {
      if (formatter == null) {
        formatter = Times.formatter(type.pattern());
      }
      return formatter;
    }
  }

  static final class InstantReader implements ValueReader {
    private final FieldType.Instant type;
    private transient DateTimeFormatter formatter;

    InstantReader(FieldType.Instant type) {
      this.type = type;
    }

    @Override
    public Long read(JsonParser parser, Verdict verdict) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        wrongType(parser, verdict, "a timestamp in a string");
        return null;
      }
      String text = parser.getText();
      try {
        long micros =
            type.pattern() == null
                ? Times.micros(text, type.zone())
                : Times.micros(text, formatter(), type.zone());
        type.bounds()
            .violation(micros, Times::shown)
            .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.bare(text)));
        return micros;
      } catch (DateTimeException e) {
        verdict.violated(
            Reason.TYPE,
            "must be a timestamp, is the string " + Verdict.quoted(text) + Times.why(e));
        return null;
      }
    }

    private DateTimeFormatter formatter() {
      if (formatter == null) {
        formatter = Times.formatter(type.pattern());
      }
      return formatter;
    }
  }
}
