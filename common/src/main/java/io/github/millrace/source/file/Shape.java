package io.github.millrace.source.file;

import java.util.Locale;

/** How records stand in a file. */
public enum Shape {
  /** A record on each line. */
  LINES,
  /** The file is one record, on as many lines as it likes. */
  DOCUMENT,
  /** The file is a JSON array of records. */
  ARRAY,
  /** A CSV file, in which a field in quotes may hold line breaks. */
  CSV,
  /** A CSV file in which each line is a record: so parts of it can be read by themselves. */
  CSV_LINES;

  /** The shape that is written so, as {@link #toString}. */
  static Shape of(String written) {
    return valueOf(written.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Whether files are CSV. */
  public boolean isCsv() {
    return this == CSV || this == CSV_LINES;
  }

  /** Whether the records of a part of a file can be told without what stands before. */
  boolean isSplittable() {
    return this == LINES || this == CSV_LINES;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
