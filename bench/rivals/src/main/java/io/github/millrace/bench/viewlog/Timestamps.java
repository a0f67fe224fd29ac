package io.github.millrace.bench.viewlog;

/** Reads ISO-8601 timestamps without an object for each. */
public final class Timestamps {
  /** What {@link #micros} returns for a text that is none. */
  public static final long NONE = Long.MIN_VALUE;

  private static final int SECONDS_END = "2026-01-01T00:00:00".length();

  private Timestamps() {}

  /**
   * Returns the microseconds since 1970.
   *
   * @param text such as 2026-01-01T00:00:00, with any fraction, in UTC or with Z or an offset
   */
  public static long micros(CharSequence text) {
    if (text.length() < SECONDS_END
        || text.charAt(4) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':') {
      return NONE;
    }
    long days = days(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    long seconds =
        ((days * 24 + number(text, 11, 13)) * 60 + number(text, 14, 16)) * 60
            + number(text, 17, 19);
    int at = SECONDS_END;
    int micros = 0;
    if (at < text.length() && text.charAt(at) == '.') {
      int unit = 100_000;
      for (at++; at < text.length() && isDigit(text.charAt(at)); at++) {
        micros += unit * (text.charAt(at) - '0');
        unit /= 10;
      }
    }
    return (seconds - offset(text, at)) * 1_000_000 + micros;
  }

  /** The seconds that the zone at the end is ahead of UTC. */
  private static long offset(CharSequence text, int at) {
    if (at + 6 > text.length() || text.charAt(at) == 'Z') {
      return 0;
    }
    int minutes = 60 * number(text, at + 1, at + 3) + number(text, at + 4, at + 6);
    return text.charAt(at) == '-' ? -60L * minutes : 60L * minutes;
  }

  /** Days since 1970, with years that begin in March, so that a leap day comes last. */
  private static long days(int year, int month, int day) {
    int fromMarch = (month + 9) % 12;
    int years = year - fromMarch / 10;
    return 365L * years
        + years / 4
        - years / 100
        + years / 400
        + (306 * fromMarch + 5) / 10
        + day
        - 719_469;
  }

  private static int number(CharSequence text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
