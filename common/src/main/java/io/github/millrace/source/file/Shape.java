package io.github.millrace.source.file;

import java.util.Locale;

/** How records stand in a file. */
public enum Shape {
  /** A record on each line. */
  LINES,
  /** The file is one record, on as many lines as it likes. */
  DOCUMENT,
  /** The file is a JSON array of records. */
  ARRAY;

  /** The shape that is written so. */
  static Shape of(String written) {
    return valueOf(written.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
