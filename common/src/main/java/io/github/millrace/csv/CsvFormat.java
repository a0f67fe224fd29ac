package io.github.millrace.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Serializable;
import java.util.Set;

/**
 * How CSV files are written.
 *
 * @param header whether each file begins with the names of its columns; if not, the columns are the
 *     contract's fields
 * @param known names of columns, of which a header must have one; empty for any
 */
public record CsvFormat(CsvDialect dialect, boolean header, Set<String> known)
    implements Serializable {
  /** That of RFC 4180 with a header, of any columns. */
  public static final CsvFormat STANDARD = new CsvFormat(CsvDialect.STANDARD, true, Set.of());

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public CsvFormat {
    known = Set.copyOf(known);
  }

  /** As text, for an option. */
  public String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Of its text.
   *
   * @throws IllegalArgumentException if it is no format
   */
  public static CsvFormat of(String text) {
    try {
      return JSON.readValue(text, CsvFormat.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no format of CSV: " + text, e);
    }
  }
}
