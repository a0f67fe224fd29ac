package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import org.apache.spark.sql.types.Decimal;

/** Reads an exact number: one that its decimal cannot hold to the last digit is a violation. */
final class DecimalReader implements ValueReader {
  /** The digits that always fit a long. */
  private static final int LONG_DIGITS = 18;

  private final int precision;
  private final int scale;
  private final FieldType.Bounds<BigDecimal> bounds;
  private final boolean bounded;

  DecimalReader(FieldType.Exact type) {
    precision = type.sparkType().precision();
    scale = type.sparkType().scale();
    bounds = type.bounds();
    bounded = !bounds.none();
  }

  @Override
  public Decimal read(JsonParser parser, Verdict verdict) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      Scalars.wrongType(parser, verdict, "a number");
      return null;
    }
    Decimal value = precision <= LONG_DIGITS ? readLong(parser) : null;
    if (value == null) {
      value = readAny(parser);
    }
    if (value == null) {
      verdict.violated(
          Reason.PRECISION,
          "does not fit DECIMAL(" + precision + "," + scale + "): " + Scalars.shown(parser));
    } else if (bounded) {
      String shown = Verdict.bare(parser.getText());
      bounds
          .violation(value.toJavaBigDecimal())
          .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + shown));
    }
    return value;
  }

  /** The usual case, digits and a point, without an object in between; null where it is not. */
  private Decimal readLong(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int to = from + parser.getTextLength();
    if (to - from > LONG_DIGITS) {
      return null;
    }
    boolean negative = text[from] == '-';
    long unscaled = 0;
    int digits = 0;
    int fraction = -1;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      char c = text[i];
      if (c >= '0' && c <= '9') {
        unscaled = unscaled * 10 + (c - '0');
        digits++;
        fraction += fraction >= 0 ? 1 : 0;
      } else if (c == '.') {
        fraction = 0;
      } else {
        return null;
      }
    }
    int missing = scale - Math.max(fraction, 0);
    if (missing < 0 || digits + missing > precision) {
      return null;
    }
    for (; missing > 0; missing--) {
      unscaled *= 10;
    }
    return Decimal.createUnsafe(negative ? -unscaled : unscaled, precision, scale);
  }

  /**
   * Any number; null if it does not fit. Exponents are looked at before digits are made of them.
   */
  private Decimal readAny(JsonParser parser) throws IOException {
    BigDecimal number;
    try {
      number = parser.getDecimalValue();
    } catch (NumberFormatException e) {
      return null; // its exponent is beyond an int
    }
    if (number.signum() == 0) {
      return Decimal.apply(BigDecimal.ZERO.setScale(scale), precision, scale);
    }
    if ((long) number.precision() - number.scale() > precision - scale) {
      return null;
    }
    BigDecimal plain = number.stripTrailingZeros();
    return plain.scale() <= scale ? Decimal.apply(plain.setScale(scale), precision, scale) : null;
  }
}
