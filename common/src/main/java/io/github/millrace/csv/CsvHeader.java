package io.github.millrace.csv;

import io.github.millrace.record.Reason;
import io.github.millrace.record.TextEncoding;
import io.github.millrace.record.Utf8;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names of a CSV file's columns, without white space around them.
 *
 * @param fault what is wrong with its syntax, a whole reason, or null
 */
public record CsvHeader(List<String> names, String fault) {
  private static final int MOST_SHOWN = 60;

  public CsvHeader {
    names = List.copyOf(names);
  }

  /**
   * Reads the first record of a file.
   *
   * @param record its bytes, maybe behind the mark of UTF-8
   */
  public static CsvHeader of(byte[] record, CsvDialect dialect) {
    CsvFields fields = new CsvFields(dialect);
    int from = TextEncoding.isMarked(record, 0, record.length) ? TextEncoding.MARK : 0;
    String broken = fields.split(record, from, CsvFields.end(record, from, record.length));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < fields.count(); i++) {
      names.add(trimmed(fields.text(i)));
      broken = broken == null ? brokenName(fields.text(i), i + 1, dialect) : broken;
    }
    int invalid = Utf8.firstInvalid(record, from, record.length);
    if (invalid != Utf8.VALID) {
      return new CsvHeader(
          names, Reason.ENCODING.of("the header is not UTF-8 at byte " + (invalid - from)));
    }
    return new CsvHeader(
        names, broken == null ? null : Reason.MALFORMED.of("the header: " + broken));
  }

  /** Without white space of any kind, and what is no character at all. */
  private static String trimmed(String name) {
    int from = 0;
    int to = name.length();
    while (from < to && isSpace(name.charAt(from))) {
      from++;
    }
    while (from < to && isSpace(name.charAt(to - 1))) {
      to--;
    }
    return name.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0xFEFF || c == 0x200B;
  }

  private static String brokenName(String text, int field, CsvDialect dialect) {
    boolean overLines = text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    if (overLines && text.indexOf(dialect.delimiter()) >= 0) {
      // A stray quote has its pair in some later line, and what stands between is no name.
      return "the quote that opens field %d is closed on another line".formatted(field);
    }
    boolean isQuoted =
        dialect.quotes() && trimmed(text).startsWith(String.valueOf(dialect.quote()));
    return isQuoted && isSpace(text.charAt(0))
        ? "field %d has white space before its quote".formatted(field)
        : null;
  }

  /**
   * Why no record can be read by the header, a whole reason; null if they can.
   *
   * @param known the names that columns may have; empty for any
   */
  public String faultFor(Set<String> known) {
    if (fault != null) {
      return fault;
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      // Of columns that nobody reads there may be several, as spreadsheets have without a name.
      boolean isRead = known.isEmpty() ? !name.isEmpty() : known.contains(name);
      if (isRead && !seen.add(name)) {
        return Reason.DUPLICATE_KEY.of(name, "stands twice in the header");
      }
    }
    if (known.isEmpty()) {
      return null;
    }
    for (String name : names) {
      String meant = known.contains(name) ? null : meant(name, known);
      if (meant != null) {
        return Reason.MALFORMED.of(
            "the header has '%s' and not '%s'; if that is meant, let it be an alias"
                .formatted(name, meant));
      }
    }
    return seen.isEmpty() ? noneKnown() : null;
  }

  /** The name that is missing and differs by case or white space alone, or null. */
  private String meant(String name, Set<String> known) {
    return known.stream()
        .filter(other -> plain(other).equals(plain(name)) && !names.contains(other))
        .min(String::compareTo)
        .orElse(null);
  }

  private static String plain(String name) {
    return name.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
  }

  /** Why no record can be read by it if none of its columns is known: a whole reason. */
  public String noneKnown() {
    String all = String.join(",", names);
    return Reason.MALFORMED.of(
        "the header has none of the contract's fields: \"%s\""
            .formatted(
                all.codePointCount(0, all.length()) > MOST_SHOWN
                    ? all.substring(0, all.offsetByCodePoints(0, MOST_SHOWN - 1)) + "…"
                    : all));
  }

  /** Whether all columns have known names, as data would hardly have. */
  public boolean isOf(Set<String> known) {
    return fault == null && !known.isEmpty() && known.containsAll(names);
  }
}
