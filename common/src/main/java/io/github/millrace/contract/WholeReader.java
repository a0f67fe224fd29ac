package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Reads a whole number in the box that Spark wants for its type. */
record WholeReader(FieldType.Whole type, Box box) implements ValueReader {
  /** The digits of the longest long. */
  private static final int LONG_DIGITS = 19;

  private static final String EXPECTED = "a whole number";

  interface Box extends Serializable {
    Object of(Long value);
  }

  static WholeReader of(FieldType.Whole type) {
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

  @Override
  public Object read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      boolean isLong = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      return isLong && isWithin(parser.getLongValue())
          ? box.of(parser.getLongValue())
          : beyond(parser.getText(), verdict);
    }
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      return readAny(parser.getText(), Verdict.bare(parser.getText()), verdict);
    }
    WrongType.of(parser, verdict, EXPECTED);
    return null;
  }

  @Override
  public Object readText(TextValue text, Verdict verdict) {
    byte[] bytes = text.bytes();
    int from = text.from();
    boolean negative = from < text.to() && bytes[from] == '-';
    int first = negative ? from + 1 : from;
    int digits = text.to() - first;
    if (digits > 0 && digits < LONG_DIGITS) {
      long value = 0;
      int i = first;
      for (; i < text.to() && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
        value = value * 10 + (bytes[i] - '0');
      }
      if (i == text.to()) {
        value = negative ? -value : value;
        return isWithin(value) ? box.of(value) : beyond(text.toString(), verdict);
      }
    }
    if (!NumberText.isNumber(text)) {
      WrongType.of(text, verdict, EXPECTED);
      return null;
    }
    String number = text.toString();
    return readAny(number, "the string " + Verdict.quoted(number), verdict);
  }

  @Override
  public ColumnReader column(DataType type) {
    if (type instanceof DecimalType decimal) {
      return (row, i, verdict) -> {
        String text = row.getDecimal(i, decimal.precision(), decimal.scale()).toString();
        return readAny(text, text, verdict);
      };
    }
    if (type.equals(this.type.sparkType())) {
      return (row, i, verdict) -> {
        Number value = (Number) row.get(i, type);
        return isWithin(value.longValue()) ? value : beyond(value.toString(), verdict);
      };
    }
    return Integrals.column(
        type,
        (value, verdict) ->
            isWithin(value) ? box.of(value) : beyond(Long.toString(value), verdict));
  }

  /**
   * A number with a fraction or an exponent, such as 1.0 and 2e0, is whole where its value is. The
   * exponent is looked at before digits are made of it.
   */
  private Object readAny(String text, String found, Verdict verdict) {
    int end = Math.max(text.indexOf('e'), text.indexOf('E'));
    BigDecimal number =
        new BigDecimal(end < 0 ? text : text.substring(0, end)).stripTrailingZeros();
    long zeros = number.signum() == 0 ? 0 : exponent(text, end) - number.scale();
    if (zeros < 0) {
      WrongType.of(found, verdict, EXPECTED);
      return null;
    }
    if (number.precision() + zeros > LONG_DIGITS) {
      return beyond(text, verdict);
    }
    BigInteger value = number.unscaledValue().multiply(BigInteger.TEN.pow((int) zeros));
    return value.bitLength() < Long.SIZE && isWithin(value.longValue())
        ? box.of(value.longValue())
        : beyond(text, verdict);
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

  private boolean isWithin(long value) {
    return value >= type.minimum() && value <= type.maximum();
  }

  private Object beyond(String text, Verdict verdict) {
    verdict.violated(
        Reason.RANGE,
        "must be from %d to %d: %s"
            .formatted(type.minimum(), type.maximum(), Verdict.quoted(text)));
    return null;
  }
}
