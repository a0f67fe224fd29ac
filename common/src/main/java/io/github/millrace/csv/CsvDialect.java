package io.github.millrace.csv;

import java.io.Serializable;

/**
 * How the fields of a CSV record are told apart.
 *
 * @param delimiter between two fields: one ASCII character
 * @param quote around a field that holds a delimiter, a quote (doubled) or a line break: one ASCII
 *     character; or {@link #NO_QUOTE}
 */
public record CsvDialect(char delimiter, char quote) implements Serializable {
  /** No character is a quote. */
  public static final char NO_QUOTE = 0;

  /** That of RFC 4180. */
  public static final CsvDialect STANDARD = new CsvDialect(',', '"');

  /**
   * Checks the characters.
   *
   * @throws IllegalArgumentException if they are no dialect
   */
  public CsvDialect {
    if (delimiter == quote || isNone(delimiter) || (quote != NO_QUOTE && isNone(quote))) {
      throw new IllegalArgumentException(
          "delimiter '%s' and quote '%s' must be two ASCII characters, and no line break"
              .formatted(delimiter, quote));
    }
  }

  private static boolean isNone(char c) {
    return c == NO_QUOTE || c == '\n' || c == '\r' || c > 0x7F;
  }

  /** Whether there are quotes. */
  public boolean quotes() {
    return quote != NO_QUOTE;
  }

  /** As text, for a setting. */
  public String text() {
    return quote == NO_QUOTE ? "" + delimiter : "" + delimiter + quote;
  }

  /**
   * Of its text.
   *
   * @param text the delimiter, for which {@code \\t} is a tab, and the quote if there is one
   * @throws IllegalArgumentException if it is no dialect
   */
  public static CsvDialect of(String text) {
    String plain = text.startsWith("\\t") ? "\t" + text.substring(2) : text;
    if (plain.isEmpty() || plain.length() > 2) {
      throw new IllegalArgumentException(
          "'%s' is no dialect of CSV, must be the delimiter and the quote, such as ,\""
              .formatted(text));
    }
    return new CsvDialect(plain.charAt(0), plain.length() > 1 ? plain.charAt(1) : NO_QUOTE);
  }
}
