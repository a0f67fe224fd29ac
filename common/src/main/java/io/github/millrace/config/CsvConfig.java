package io.github.millrace.config;

import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFormat;
import jakarta.validation.constraints.Pattern;
import java.util.Objects;
import java.util.Set;

/**
 * How CSV files are written: the block {@code csv} of a configuration.
 *
 * @param delimiter between fields: one ASCII character, by default a comma; {@code \t} is a tab
 * @param quote around fields: {@code "}, which is the default, or {@code '}; {@code none} for none
 * @param header whether files begin with the names of their columns, by default true
 */
public record CsvConfig(
    @Pattern(
            regexp = "\\\\t|[\\x01-\\x7F&&[^\"'\\r\\n]]",
            message = "must be one ASCII character, such as ';' or '\\t', and no quote")
        String delimiter,
    @Pattern(regexp = "[\"']|none", message = "must be '\"', \"'\" or none") String quote,
    Boolean header) {

  public CsvConfig {
    delimiter = Objects.requireNonNullElse(delimiter, ",");
    quote = Objects.requireNonNullElse(quote, "\"");
    header = Objects.requireNonNullElse(header, true);
  }

  /**
   * The format of files.
   *
   * @param known names of columns, of which a header must have one; empty for any
   */
  public CsvFormat format(Set<String> known) {
    return new CsvFormat(
        new CsvDialect(
            delimiter.equals("\\t") ? '\t' : delimiter.charAt(0),
            quote.equals("none") ? CsvDialect.NO_QUOTE : quote.charAt(0)),
        header,
        known);
  }
}
