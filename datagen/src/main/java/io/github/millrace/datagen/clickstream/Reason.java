package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.Labelled;

/** Why a record is bad. */
public enum Reason implements Labelled {
  /** There is nothing. */
  BLANK,
  /** It is not JSON. */
  MALFORMED,
  /** The record ends before its JSON does. */
  TRUNCATED,
  /** Bytes that are not UTF-8. */
  ENCODING,
  /** A field, or the whole record, is a value of another type. */
  TYPE,
  /** A required field is missing. */
  REQUIRED,
  /** A number is outside its bounds. */
  RANGE,
  /** The same key twice, be it in two spellings. */
  DUPLICATE_KEY,
  /** The type of event is none that the contract knows. */
  VARIANT,
  /** The event is in the future. */
  FUTURE,
  /** The event is before 1970. */
  PAST
}
