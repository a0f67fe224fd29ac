package io.github.millrace.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;

/**
 * Reads days and instants. All methods throw {@link DateTimeException}.
 *
 * <p>ISO-8601 is read by hand: java.time's formatters take a microsecond for each value.
 */
final class Times {
  private static final int LONG_DIGITS = 19;

  /** Of a number of seconds; more would be digits made of an exponent. */
  private static final int MOST_DECIMALS = 30;

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
   * A day, a 'T' or a space, {@code HH:mm[:ss]} with 0 to 9 fraction digits behind a point or comma
   * (cut to microseconds), and nothing or a zone: {@code Z}, {@code ±HH:mm}, {@code ±HHmm} or
   * {@code ±HH}, also after one space, where it may be {@code UTC} too; {@code [Europe/Berlin]}; or
   * both, of which the offset decides. {@code 24:00} is the end of the day.
   *
   * @param zone of a time that names none; null if it must name one
   */
  static long micros(String text, ZoneId zone) {
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
      if (at(text, end) == '.' || at(text, end) == ',') {
        int fraction = end + 1;
        for (end = fraction; isDigit(at(text, end)); end++) {}
        if (end == fraction || end - fraction > 9) {
          throw misfit(text);
        }
        int used = Math.min(end - fraction, 6);
        micros = digits(text, fraction, used) * MICROS_OF_FRACTION[used];
      }
    }
    int hour = digits(text, 11, 2);
    if (hour == 24 && allZero(text, 14, end)) {
      date = date.plusDays(1);
      hour = 0;
    }
    LocalTime time = LocalTime.of(hour, digits(text, 14, 2), second);
    long local = date.toEpochDay() * 86_400L + time.toSecondOfDay();
    return (local - offset(text, end, local, zone)) * 1_000_000L + micros;
  }

  /**
   * Seconds of the offset from UTC that the rest of a text names.
   *
   * @param i where the rest begins
   * @param local the time before it, as seconds since 1970 on the clock of its place
   */
  private static int offset(String text, int i, long local, ZoneId zone) {
    if (i == text.length()) {
      return offset(zone, local);
    }
    if (i + 1 == text.length() && isUtc(text.charAt(i))) {
      return 0;
    }
    int bracket = text.indexOf('[', i);
    ZoneId named = bracket < 0 ? null : bracketed(text.substring(bracket));
    return bracket == i
        ? offset(named, local)
        : offset(text, text.charAt(i) == ' ' ? i + 1 : i, bracket < 0 ? text.length() : bracket);
  }

  /** Seconds of the offset that a text is from one index to another. */
  private static int offset(String text, int from, int to) {
    int length = to - from;
    char sign = at(text, from);
    if (length == 1 && isUtc(sign)) {
      return 0;
    }
    if (length == 3 && text.startsWith(" UTC", from - 1)) {
      return 0;
    }
    boolean colon = length == 6 && at(text, from + 3) == ':';
    if ((sign != '+' && sign != '-') || (length != 3 && length != 5 && !colon)) {
      throw misfit(text);
    }
    int hours = digits(text, from + 1, 2);
    int minutes = length == 3 ? 0 : digits(text, colon ? from + 4 : from + 3, 2);
    int seconds = ZoneOffset.ofHoursMinutes(hours, minutes).getTotalSeconds();
    return sign == '-' ? -seconds : seconds;
  }

  /**
   * Seconds of a zone's offset at a time on its clocks; the earlier offset of a time shown twice.
   */
  private static int offset(ZoneId zone, long local) {
    if (zone instanceof ZoneOffset fixed) {
      return fixed.getTotalSeconds();
    }
    if (zone == null) {
      throw new ZoneException("it has no zone");
    }
    LocalDateTime time = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
    if (offsets.isEmpty()) {
      throw new ZoneException("the clocks of " + zone + " skipped that time");
    }
    return offsets.get(0).getTotalSeconds();
  }

  private static ZoneId bracketed(String text) {
    try {
      return ZoneId.of(text.endsWith("]") ? text.substring(1, text.length() - 1) : text);
    } catch (DateTimeException e) {
      throw new ZoneException("zone " + Verdict.bare(text) + " is unknown", e);
    }
  }

  private static boolean isUtc(char c) {
    return c == 'Z' || c == 'z';
  }

  /** Whether no other digit than 0 stands there. */
  private static boolean allZero(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (isDigit(at(text, i)) && at(text, i) != '0') {
        return false;
      }
    }
    return true;
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

  static DateTimeException misfit(String text) {
    return new DateTimeException("in another format: " + text);
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
        // By no language, an era is another word in each version of Java, and MMMM is Sep.
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  static int day(String text, DateTimeFormatter formatter) {
    return epochDay(LocalDate.parse(text, formatter));
  }

  /** As {@link #micros(String, ZoneId)}, of a text in the formatter's pattern. */
  static long micros(String text, DateTimeFormatter formatter, ZoneId zone) {
    TemporalAccessor parsed = formatter.parse(text);
    Instant instant;
    if (parsed.isSupported(ChronoField.OFFSET_SECONDS)) {
      instant = Instant.from(parsed);
    } else {
      LocalDateTime local = LocalDateTime.from(parsed);
      ZoneId named = parsed.query(TemporalQueries.zoneId());
      int offset = offset(named == null ? zone : named, local.toEpochSecond(ZoneOffset.UTC));
      instant = local.toInstant(ZoneOffset.ofTotalSeconds(offset));
    }
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    } catch (ArithmeticException e) {
      throw new DateTimeException("beyond the range of a timestamp: " + text, e);
    }
  }

  /** Whose zone says why a text is no instant. */
  private static final class ZoneException extends DateTimeException {
    private static final long serialVersionUID = 1L;

    ZoneException(String message) {
      super(message);
    }

    ZoneException(String message, DateTimeException cause) {
      super(message, cause);
    }
  }

  /** What a message about an exception of these methods adds, if what is wrong is not plain. */
  static String why(Exception e) {
    return e instanceof ZoneException ? ": " + e.getMessage() : "";
  }

  private static int epochDay(LocalDate date) {
    long day = date.toEpochDay();
    if (day != (int) day) {
      throw new DateTimeException("beyond the range of a date: " + date);
    }
    return (int) day;
  }

  /**
   * An instant of a time on the clock of a zone.
   *
   * @param local microseconds since 1970 on that clock
   */
  static long micros(long local, ZoneId zone) {
    long seconds = Math.floorDiv(local, 1_000_000L);
    return local - offset(zone, seconds) * 1_000_000L;
  }

  /**
   * Units since 1970, as a whole number or with a fraction, which is cut to microseconds; also as
   * {@code 1.76E12}.
   *
   * @param unitsPerSecond 1 for seconds, 1,000 for milliseconds
   */
  static long epochMicros(String text, int unitsPerSecond) {
    if (!NumberText.isNumber(new TextValue().set(text))) {
      throw misfit(text);
    }
    try {
      BigDecimal units = new BigDecimal(text);
      // Before digits are made of a vast exponent.
      if (units.signum() != 0 && units.precision() - (long) units.scale() > LONG_DIGITS) {
        throw new DateTimeException("beyond the range of a timestamp: " + text);
      }
      if (units.scale() > MOST_DECIMALS) {
        throw misfit(text);
      }
      return units
          .multiply(BigDecimal.valueOf(1_000_000L / unitsPerSecond))
          .setScale(0, RoundingMode.FLOOR)
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new DateTimeException("beyond the range of a timestamp: " + text, e);
    } catch (NumberFormatException e) {
      throw misfit(text); // its exponent is beyond an int
    }
  }

  static String shown(int day) {
    return LocalDate.ofEpochDay(day).toString();
  }

  static String shown(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
