package io.github.millrace.datagen.viewlog;

import java.util.Locale;

/** What a consumer must make of a record. */
public enum Outcome {
  /** It counts. */
  GOOD,
  /** It is well-formed but its time is long past. */
  LATE,
  /** It is a good record for the second time. */
  DUPLICATE,
  /** It is malformed, or says what cannot be. */
  BAD;

  /** Returns the outcome with this label. */
  static Outcome of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** Returns the word that stands in the truth file, such as {@code good}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
