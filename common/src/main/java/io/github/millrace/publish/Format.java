package io.github.millrace.publish;

import java.util.Locale;

/** The formats of data files. */
public enum Format {
  /** RFC 4180 with a header: see {@link CsvWriter}. */
  CSV,
  /** JSON Lines. */
  JSON,
  /** Parquet as Spark writes it. */
  PARQUET;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
