package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time as a user writes it, such as {@code 10 seconds} or {@code 1 day 12 hours}: the
 * grammar of Spark's intervals, read without Spark, which not every program has.
 */
public final class TimeSpan {
  private static final long MICROS_PER_SECOND = 1_000_000L;
  private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

  /** Far beyond any use, and small enough to be taken from any time since 1970. */
  private static final long MOST_MICROS = Long.MAX_VALUE / 4;

  private static final int MOST_DECIMALS = 9;
  private static final String SPACE = "[\\t-\\r\\x1c-\\x20]";
  private static final Pattern AROUND =
      Pattern.compile("^[\\x00-\\x20\\x7f]+|[\\x00-\\x20\\x7f]+\\z");
  private static final Pattern PREFIX = Pattern.compile("^interval" + SPACE + "+");
  private static final Pattern PART =
      Pattern.compile(
          "(?:(?<sign>[-+])%1$s*)?(?<whole>[0-9]*)(?:\\.(?<decimals>[0-9]{0,%2$d}))?%1$s+(?<unit>[a-z]+?)s?(?:%1$s+|\\z)"
              .formatted(SPACE, MOST_DECIMALS));

  private final String text;
  private final long micros;

  private TimeSpan(String text, long micros) {
    this.text = text;
    this.micros = micros;
  }

  /**
   * Reads a length of time, in units from microseconds to weeks.
   *
   * @throws IllegalArgumentException if it is none
   */
  @JsonCreator
  public static TimeSpan parse(String text) {
    String parts = AROUND.matcher(text).replaceAll("").toLowerCase(Locale.ROOT);
    try {
      return new TimeSpan(text.trim(), micros(PREFIX.matcher(parts).replaceFirst("")));
    } catch (NumberFormatException | ArithmeticException e) {
      throw misfit(e);
    }
  }

  private static long micros(String parts) {
    int months = 0;
    int days = 0;
    long micros = 0;
    Matcher part = PART.matcher(parts);
    int at = 0;
    do {
      if (!part.region(at, parts.length()).lookingAt()) {
        throw misfit(null);
      }
      long number = number(part);
      String unit = part.group("unit");
      if (part.group("decimals") != null && !unit.equals("second")) {
        throw misfit(null);
      }
      switch (unit) {
        case "year" ->
            months = Math.toIntExact(Math.addExact(months, Math.multiplyExact(number, 12)));
        case "month" -> months = Math.addExact(months, Math.toIntExact(number));
        case "week" -> days = Math.toIntExact(Math.addExact(days, Math.multiplyExact(number, 7)));
        case "day" -> days = Math.addExact(days, Math.toIntExact(number));
        case "second" ->
            micros =
                Math.addExact(
                    Math.addExact(micros, Math.multiplyExact(number, MICROS_PER_SECOND)),
                    decimals(part));
        default -> micros = Math.addExact(micros, Math.multiplyExact(number, length(unit)));
      }
      at = part.end();
    } while (at < parts.length());
    long all = Math.addExact(Math.multiplyExact(days, MICROS_PER_DAY), micros);
    // A month has no length of its own.
    if (months != 0 || all < 0 || all > MOST_MICROS) {
      throw misfit(null);
    }
    return all;
  }

  private static long number(Matcher part) {
    String whole = part.group("whole");
    String decimals = part.group("decimals");
    if (whole.isEmpty()
        && (decimals == null || (decimals.isEmpty() && part.group("sign") == null))) {
      throw misfit(null);
    }
    long number = whole.isEmpty() ? 0 : Long.parseLong(whole);
    return isNegative(part) ? -number : number;
  }

  private static long decimals(Matcher part) {
    String decimals = part.group("decimals");
    if (decimals == null) {
      return 0;
    }
    long micros = Long.parseLong((decimals + "0".repeat(6)).substring(0, 6));
    return isNegative(part) ? -micros : micros;
  }

  private static boolean isNegative(Matcher part) {
    return "-".equals(part.group("sign"));
  }

  private static long length(String unit) {
    return switch (unit) {
      case "microsecond" -> 1;
      case "millisecond" -> 1_000;
      case "minute" -> 60 * MICROS_PER_SECOND;
      case "hour" -> 3_600 * MICROS_PER_SECOND;
      default -> throw misfit(null);
    };
  }

  private static IllegalArgumentException misfit(Throwable cause) {
    return new IllegalArgumentException("must be a time such as '10 seconds' or '1 minute'", cause);
  }

  /** Its length in microseconds, 0 or more. */
  public long micros() {
    return micros;
  }

  /** The same for {@code java.time}. */
  public Duration duration() {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
