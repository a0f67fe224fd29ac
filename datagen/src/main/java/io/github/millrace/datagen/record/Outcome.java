package io.github.millrace.datagen.record;

/** What a consumer must make of a record. */
public enum Outcome implements Labelled {
  /** It counts. */
  GOOD,
  /** It is well-formed but its time is long past. */
  LATE,
  /** It is a good record for the second time. */
  DUPLICATE,
  /** It is malformed, or says what cannot be. */
  BAD
}
