package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * Reads an exact number. One that its decimal cannot hold to the last digit is a violation, unless
 * it is to be rounded.
 */
final class DecimalReader implements ValueReader {
  /** The digits that always fit a long. */
  private static final int LONG_DIGITS = 18;

  private static final String EXPECTED = "a number";

  private final int precision;
  private final int scale;
  private final int unitScale;
  private final RoundingMode rounding;
  private final FieldType.Bounds<BigDecimal> bounds;
  private final boolean bounded;

  /** Unscaled values that are surely within the bounds; without bounds all. */
  private final long least;

  private final long most;

  DecimalReader(FieldType.Exact type) {
    precision = type.sparkType().precision();
    scale = type.sparkType().scale();
    unitScale = type.unitScale();
    rounding = type.rounding();
    bounds = type.bounds();
    bounded = !bounds.none();
    least = least(bounds, scale);
    most = -least(negated(bounds), scale);
  }

  /** The least unscaled value within bounds; the greatest there is if that cannot be told. */
  private static long least(FieldType.Bounds<BigDecimal> bounds, int scale) {
    BigDecimal least = bounds.least();
    if (least == null) {
      return -Long.MAX_VALUE;
    }
    if (Math.abs((long) least.scale()) > LONG_DIGITS || wholeDigits(least) > LONG_DIGITS - scale) {
      return Long.MAX_VALUE;
    }
    BigDecimal unscaled = least.movePointRight(scale);
    long value = unscaled.setScale(0, RoundingMode.CEILING).longValueExact();
    boolean isItself = unscaled.compareTo(BigDecimal.valueOf(value)) == 0;
    return bounds.excludeLeast() && isItself ? value + 1 : value;
  }

  private static FieldType.Bounds<BigDecimal> negated(FieldType.Bounds<BigDecimal> bounds) {
    return new FieldType.Bounds<>(
        bounds.most() == null ? null : bounds.most().negate(), null, bounds.excludeMost(), false);
  }

  private boolean isWithin(Decimal value) {
    if (!bounded) {
      return true;
    }
    if (precision > LONG_DIGITS) {
      return false;
    }
    long unscaled = value.toUnscaledLong();
    return least <= unscaled && unscaled <= most;
  }

  @Override
  public Decimal read(JsonParser parser, Verdict verdict) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      WrongType.of(parser, verdict, expected());
      return null;
    }
    if (precision <= LONG_DIGITS && unitScale == 0 && parser.getTextLength() <= LONG_DIGITS) {
      char[] chars = parser.getTextCharacters();
      int from = parser.getTextOffset();
      Decimal value = readLong(i -> chars[from + i], parser.getTextLength());
      if (value != null) {
        return isWithin(value)
            ? value
            : judged(value, value.toJavaBigDecimal(), parser.getText(), verdict);
      }
    }
    return readAny(parser.getText(), Verdict.bare(parser.getText()), verdict);
  }

  @Override
  public Decimal readText(TextValue text, Verdict verdict) {
    int length = text.to() - text.from();
    if (precision <= LONG_DIGITS && unitScale == 0 && length <= LONG_DIGITS) {
      byte[] bytes = text.bytes();
      int from = text.from();
      Decimal value = readLong(i -> (char) bytes[from + i], length);
      if (value != null) {
        return isWithin(value)
            ? value
            : judged(value, value.toJavaBigDecimal(), text.toString(), verdict);
      }
    }
    if (!NumberText.isNumber(text)) {
      WrongType.of(text, verdict, expected());
      return null;
    }
    String number = text.toString();
    return readAny(number, "the string " + Verdict.quoted(number), verdict);
  }

  @Override
  public ColumnReader column(DataType type) {
    if (type instanceof DecimalType decimal) {
      if (unitScale > 0 && decimal.scale() > 0) {
        return null; // what has decimals is no whole number of cents
      }
      return (row, i, verdict) ->
          readNumber(row.getDecimal(i, decimal.precision(), decimal.scale()), verdict);
    }
    return Integrals.column(type, (value, verdict) -> readNumber(Decimal.apply(value), verdict));
  }

  private Decimal readNumber(Decimal number, Verdict verdict) {
    if (unitScale == 0
        && number.scale() == scale
        && number.precision() <= precision
        && isWithin(number)) {
      return number;
    }
    BigDecimal value = number.toJavaBigDecimal();
    return readAny(value, value.toPlainString(), value.toPlainString(), verdict);
  }

  private String expected() {
    return unitScale == 0 ? EXPECTED : "a whole number of 1e-" + unitScale;
  }

  private interface Chars {
    char at(int i);
  }

  /** The usual case, digits and a point, without an object in between; null where it is not. */
  private Decimal readLong(Chars text, int length) {
    int first = length > 0 && text.at(0) == '-' ? 1 : 0;
    long unscaled = 0;
    int digits = 0;
    int fraction = -1;
    for (int i = first; i < length; i++) {
      char c = text.at(i);
      if (c >= '0' && c <= '9') {
        unscaled = unscaled * 10 + (c - '0');
        digits++;
        fraction += fraction >= 0 ? 1 : 0;
      } else if (c == '.' && fraction < 0) {
        fraction = 0;
      } else {
        return null;
      }
    }
    int missing = scale - Math.max(fraction, 0);
    if (digits == 0 || missing < 0 || digits + missing > precision) {
      return null;
    }
    for (; missing > 0; missing--) {
      unscaled *= 10;
    }
    return Decimal.createUnsafe(first == 1 ? -unscaled : unscaled, precision, scale);
  }

  /** Any number. Exponents are looked at before digits are made of them. */
  private Decimal readAny(String text, String found, Verdict verdict) {
    try {
      return readAny(new BigDecimal(text), text, found, verdict);
    } catch (NumberFormatException e) {
      return misfit(text, verdict); // its exponent is beyond an int
    }
  }

  private Decimal readAny(BigDecimal any, String text, String found, Verdict verdict) {
    BigDecimal number = any;
    if (number.signum() == 0) {
      number = BigDecimal.ZERO;
    }
    if (wholeDigits(number) > precision - scale + (long) unitScale) {
      return misfit(text, verdict);
    }
    number = number.stripTrailingZeros();
    if (unitScale > 0 && number.scale() > 0) {
      WrongType.of(found, verdict, expected());
      return null;
    }
    number = number.movePointLeft(unitScale);
    BigDecimal exact = number;
    if (number.scale() > scale) {
      if (rounding == null) {
        return misfit(text, verdict);
      }
      number = rounded(number);
      if (wholeDigits(number) > precision - scale) {
        return misfit(text, verdict);
      }
      verdict.rounded();
    }
    return judged(Decimal.apply(number.setScale(scale), precision, scale), exact, text, verdict);
  }

  /** Digits before the point; fewer than none where zeros follow it. */
  private static long wholeDigits(BigDecimal number) {
    return (long) number.precision() - number.scale();
  }

  /** Without digits made of a vast negative exponent: far below the last digit all are the same. */
  private BigDecimal rounded(BigDecimal number) {
    boolean tiny = wholeDigits(number) < -scale - 1L;
    return (tiny ? BigDecimal.valueOf(number.signum(), scale + 2) : number)
        .setScale(scale, rounding);
  }

  private Decimal misfit(String text, Verdict verdict) {
    verdict.violated(
        Reason.PRECISION,
        "does not fit DECIMAL(%d,%d): %s".formatted(precision, scale, Verdict.quoted(text)));
    return null;
  }

  /** By the number as it came, before it was rounded. */
  private Decimal judged(Decimal value, BigDecimal exact, String text, Verdict verdict) {
    if (bounded) {
      bounds
          .violation(exact)
          .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.bare(text)));
    }
    return value;
  }
}
