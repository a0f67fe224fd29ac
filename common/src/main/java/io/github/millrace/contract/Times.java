package io.github.millrace.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * Reads days and instants; what has no zone is UTC. All methods throw {@link DateTimeException}.
 *
 * <p>ISO-8601 is read by hand: java.time's formatters take a microsecond for each value.
 */
final class Times {
  private static final int[] MICROS_OF_FRACTION = {0, 100_000, 10_000, 1_000, 100, 10, 1};

  private Times() {}

  /** A day such as {@code 2026-01-31}. */
  static int day(String text) {
    if (text.length() != 10) {
      throw misfit(text);
    }
    return epochDay(date(text));
  }

  /**
   * A day, a 'T' or a space, {@code HH:mm[:ss]} with 0 to 9 fraction digits (cut to microseconds),
   * and {@code Z}, {@code ±HH:mm}, {@code ±HHmm}, {@code ±HH} or nothing.
   */
  static long micros(String text) {
    LocalDate date = date(text);
    char separator = at(text, 10);
    if ((separator != 'T' && separator != 't' && separator != ' ') || at(text, 13) != ':') {
      throw misfit(text);
    }
    int second = 0;
    int micros = 0;
    int end = 16;
    if (at(text, end) == ':') {
      second = digits(text, 17, 2);
      end = 19;
      if (at(text, end) == '.') {
        int fraction = end + 1;
        for (end = fraction; isDigit(at(text, end)); end++) {}
        if (end == fraction || end - fraction > 9) {
          throw misfit(text);
        }
        int used = Math.min(end - fraction, 6);
        micros = digits(text, fraction, used) * MICROS_OF_FRACTION[used];
      }
    }
    LocalTime time = LocalTime.of(digits(text, 11, 2), digits(text, 14, 2), second);
    long seconds = date.toEpochDay() * 86_400L + time.toSecondOfDay() - offset(text, end);
    return seconds * 1_000_000L + micros;
  }

  /** Seconds of the offset from UTC that stands from {@code i} to the text's end. */
  private static int offset(String text, int i) {
    int length = text.length() - i;
    char sign = at(text, i);
    if (length == 0 || (length == 1 && (sign == 'Z' || sign == 'z'))) {
      return 0;
    }
    boolean colon = length == 6 && at(text, i + 3) == ':';
    if ((sign != '+' && sign != '-') || (length != 3 && length != 5 && !colon)) {
      throw misfit(text);
    }
    int hours = digits(text, i + 1, 2);
    int minutes = length == 3 ? 0 : digits(text, colon ? i + 4 : i + 3, 2);
    int seconds = ZoneOffset.ofHoursMinutes(hours, minutes).getTotalSeconds();
    return sign == '-' ? -seconds : seconds;
  }

  private static LocalDate date(String text) {
    if (at(text, 4) != '-' || at(text, 7) != '-') {
      throw misfit(text);
    }
    return LocalDate.of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  }

  private static int digits(String text, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      if (!isDigit(at(text, i))) {
        throw misfit(text);
      }
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static char at(String text, int i) {
    return i < text.length() ? text.charAt(i) : 0;
  }

  private static DateTimeException misfit(String text) {
    return new DateTimeException("not ISO-8601: " + text);
  }

  /**
   * Compiles a java.time pattern.
   *
   * @throws IllegalArgumentException if it is none
   */
  static DateTimeFormatter formatter(String pattern) {
    return new DateTimeFormatterBuilder()
        .appendPattern(pattern)
        // Strict, or 30 February is the 28th; 'yyyy' then wants to know its era.
        .parseDefaulting(ChronoField.ERA, 1)
        .toFormatter(Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  static int day(String text, DateTimeFormatter formatter) {
    return epochDay(LocalDate.parse(text, formatter));
  }

  static long micros(String text, DateTimeFormatter formatter) {
    TemporalAccessor parsed = formatter.parse(text);
    Instant instant =
        parsed.isSupported(ChronoField.INSTANT_SECONDS)
            ? Instant.from(parsed)
            : LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC);
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    } catch (ArithmeticException e) {
      throw new DateTimeException("beyond the range of a timestamp: " + text, e);
    }
  }

  private static int epochDay(LocalDate date) {
    long day = date.toEpochDay();
    if (day != (int) day) {
      throw new DateTimeException("beyond the range of a date: " + date);
    }
    return (int) day;
  }

  static String shown(int day) {
    return LocalDate.ofEpochDay(day).toString();
  }

  static String shown(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
