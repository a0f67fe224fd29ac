package io.github.millrace.contract;

import java.io.Serializable;
import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The formats of a day or an instant, in the order in which they are tried: the first that a text
 * is in counts. An exception in between would take ten times as long as a look.
 */
final class TimeFormats implements Serializable {
  /** The format of the standard, ISO-8601. */
  static final String ISO = "iso";

  static final String EPOCH_SECONDS = "epochSeconds";
  static final String EPOCH_MILLIS = "epochMillis";

  /** A time whose day, month, hour and minute are no other's. */
  static final ZonedDateTime SAMPLE = ZonedDateTime.of(2001, 2, 3, 16, 5, 6, 0, ZoneOffset.UTC);

  private final List<String> formats;
  private transient DateTimeFormatter[] formatters;

  /** No formats are ISO-8601. */
  TimeFormats(List<String> formats) {
    this.formats = formats;
  }

  /** Whether it is one of the named formats or a pattern. */
  static boolean isKnown(String format) {
    try {
      return List.of(ISO, EPOCH_SECONDS, EPOCH_MILLIS).contains(format)
          || Times.formatter(format) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Says which two of the formats read one text as two times, if any do.
   *
   * @param zone of timestamps that name none; empty for dates
   */
  static Optional<String> ambiguous(List<String> formats, Optional<ZoneId> zone) {
    for (String one : formats) {
      String text = written(one, zone);
      Optional<Long> meant = time(one, text, zone);
      for (String other : formats) {
        Optional<Long> read = time(other, text, zone);
        if (meant.isPresent() && read.isPresent() && !read.equals(meant)) {
          return Optional.of(
              "formats '%s' and '%s' read %s as two times; keep one".formatted(one, other, text));
        }
      }
    }
    return Optional.empty();
  }

  private static String written(String format, Optional<ZoneId> zone) {
    return switch (format) {
      case ISO -> zone.isEmpty() ? SAMPLE.toLocalDate().toString() : SAMPLE.toInstant().toString();
      case EPOCH_SECONDS -> Long.toString(SAMPLE.toEpochSecond());
      case EPOCH_MILLIS -> Long.toString(1_000 * SAMPLE.toEpochSecond());
      default -> Times.formatter(format).format(SAMPLE);
    };
  }

  private static Optional<Long> time(String format, String text, Optional<ZoneId> zone) {
    TimeFormats formats = new TimeFormats(List.of(format));
    try {
      return Optional.of(
          formats.<Long>read(
              text,
              iso -> zone.isEmpty() ? (long) Times.day(iso) : Times.micros(iso, zone.get()),
              (patterned, formatter) ->
                  zone.isEmpty()
                      ? (long) Times.day(patterned, formatter)
                      : Times.micros(patterned, formatter, zone.get()),
              Times::epochMicros));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a text in the first format that it is in.
   *
   * @param iso reads one in the standard's form
   * @param patterned reads one in a pattern
   * @param epoch reads a number of units since 1970, of which so many are a second
   * @throws DateTimeException if it is in none
   */
  <T> T read(
      String text,
      Function<String, T> iso,
      BiFunction<String, DateTimeFormatter, T> patterned,
      BiFunction<String, Integer, T> epoch) {
    if (formats.isEmpty()) {
      return iso.apply(text);
    }
    DateTimeException last = null;
    for (int i = 0; i < formats.size(); i++) {
      try {
        switch (formats.get(i)) {
          case ISO -> {
            return iso.apply(text);
          }
          case EPOCH_SECONDS -> {
            return epoch.apply(text, 1);
          }
          case EPOCH_MILLIS -> {
            return epoch.apply(text, 1_000);
          }
          default -> {
            DateTimeFormatter formatter = formatter(i);
            if (formats.size() == 1 || isIn(formatter, text)) {
              return patterned.apply(text, formatter);
            }
          }
        }
      } catch (DateTimeException e) {
        last = e;
      }
    }
    throw last == null ? new DateTimeException("in none of its formats: " + text) : last;
  }

  private static boolean isIn(DateTimeFormatter formatter, String text) {
    ParsePosition at = new ParsePosition(0);
    return formatter.parseUnresolved(text, at) != null && at.getIndex() == text.length();
  }

  private DateTimeFormatter formatter(int i) {
    if (formatters == null) {
      formatters = new DateTimeFormatter[formats.size()];
    }
    if (formatters[i] == null) {
      formatters[i] = Times.formatter(formats.get(i));
    }
    return formatters[i];
  }

  /** Whether a number may be one. */
  boolean takeNumbers() {
    return formats.contains(EPOCH_SECONDS) || formats.contains(EPOCH_MILLIS);
  }
}
