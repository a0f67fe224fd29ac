package io.github.millrace.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * Reads days and instants; what has no zone is UTC. All methods throw {@link DateTimeException}.
 */
final class Times {
  /** ISO-8601 with a 'T' or a space, 0 to 9 fraction digits, and a zone or none. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .optionalEnd()
          .optionalStart()
          .appendLiteral(' ')
          .optionalEnd()
          .appendPattern("HH:mm[:ss]")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHmm", "Z")
          .optionalEnd()
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Times() {}

  static int day(String text) {
    return Math.toIntExact(LocalDate.parse(text).toEpochDay());
  }

  static long micros(String text) {
    return micros(text, ISO);
  }

  static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  static int day(String text, DateTimeFormatter formatter) {
    return Math.toIntExact(LocalDate.parse(text, formatter).toEpochDay());
  }

  static long micros(String text, DateTimeFormatter formatter) {
    TemporalAccessor parsed = formatter.parse(text);
    Instant instant =
        parsed.isSupported(ChronoField.OFFSET_SECONDS)
            ? Instant.from(parsed)
            : LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC);
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    } catch (ArithmeticException e) {
      throw new DateTimeException("beyond the range of a timestamp: " + text, e);
    }
  }
}
