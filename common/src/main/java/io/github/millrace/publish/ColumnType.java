package io.github.millrace.publish;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * The type of a column in PostgreSQL, and which values fit it: what does not is found before a unit
 * is prepared, for afterwards there is no way back.
 *
 * @param sql as PostgreSQL writes it
 * @param precision of a {@code numeric}, else 0
 * @param scale of a {@code numeric}, else 0
 */
record ColumnType(String sql, int precision, int scale) {
  private static final Pattern NUMERIC = Pattern.compile("numeric\\((\\d{1,4}),\\s*(\\d{1,4})\\)");
  private static final int LAST_YEAR = 9999;

  static ColumnType of(String type) {
    Matcher numeric = NUMERIC.matcher(type);
    if (numeric.matches()) {
      int precision = Integer.parseInt(numeric.group(1));
      int scale = Integer.parseInt(numeric.group(2));
      return new ColumnType("numeric(%d,%d)".formatted(precision, scale), precision, scale);
    }
    return switch (type) {
      case "text",
          "boolean",
          "integer",
          "bigint",
          "double precision",
          "date",
          "timestamp with time zone" ->
          new ColumnType(type, 0, 0);
      default ->
          throw new IllegalArgumentException(
              "a column cannot be of type "
                  + type
                  + "; choose text, boolean, integer, bigint, double precision, numeric(p,s), date"
                  + " or timestamp with time zone");
    };
  }

  /**
   * The value as PostgreSQL reads it; null for null.
   *
   * @throws IllegalArgumentException if the column cannot hold it exactly
   */
  String text(Object value) {
    String text = value == null ? null : fitting(value);
    if (value != null && text == null) {
      throw new IllegalArgumentException(
          "a value of %s does not fit %s".formatted(value.getClass().getSimpleName(), sql));
    }
    return text;
  }

  /** Null if it does not fit. */
  private String fitting(Object value) {
    return switch (sql) {
      case "text" -> value instanceof CharSequence text ? text(text.toString()) : null;
      case "boolean" -> value instanceof Boolean ? value.toString() : null;
      case "integer" -> integer(value, Integer.SIZE);
      case "bigint" -> integer(value, Long.SIZE);
      case "double precision" ->
          value instanceof Double || value instanceof Float ? value.toString() : null;
      case "date" -> date(value);
      case "timestamp with time zone" -> timestamp(value);
      default -> numeric(value);
    };
  }

  /** PostgreSQL has no text with a NUL in it. */
  private static String text(String text) {
    return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? text
        : null;
  }

  private static String integer(Object value, int bits) {
    BigDecimal number = decimal(value);
    return number != null && number.scale() == 0 && number.unscaledValue().bitLength() < bits
        ? number.toPlainString()
        : null;
  }

  private String numeric(Object value) {
    BigDecimal number = decimal(value);
    if (number == null) {
      return null;
    }
    BigDecimal plain = number.stripTrailingZeros();
    boolean fits = plain.scale() <= scale && plain.precision() - plain.scale() <= precision - scale;
    return fits || number.signum() == 0 ? number.toPlainString() : null;
  }

  private static BigDecimal decimal(Object value) {
    if (value instanceof BigDecimal number) {
      return number;
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    return value instanceof Long
            || value instanceof Integer
            || value instanceof Short
            || value instanceof Byte
        ? BigDecimal.valueOf(((Number) value).longValue())
        : null;
  }

  private static String date(Object value) {
    LocalDate date = null;
    if (value instanceof LocalDate local) {
      date = local;
    } else if (value instanceof Date sql) {
      date = sql.toLocalDate();
    }
    return date != null && isWritten(date.getYear()) ? date.toString() : null;
  }

  private static String timestamp(Object value) {
    Instant time = null;
    if (value instanceof Instant instant) {
      time = instant;
    } else if (value instanceof Timestamp sql) {
      time = DateTimeUtils.microsToInstant(DateTimeUtils.fromJavaTimestamp(sql));
    }
    return time != null && isWritten(time.atOffset(ZoneOffset.UTC).getYear())
        ? time.truncatedTo(ChronoUnit.MICROS).toString()
        : null;
  }

  /** Years that ISO-8601 and PostgreSQL write in the same way. */
  private static boolean isWritten(int year) {
    return year >= 1 && year <= LAST_YEAR;
  }
}
