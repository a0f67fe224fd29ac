package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.record.Labelled;

/** Why a record is bad. */
public enum Reason implements Labelled {
  /** There is nothing. */
  BLANK,
  /** It is not JSON. */
  MALFORMED,
  /** The record ends before its JSON does. */
  TRUNCATED,
  /** A field, or the whole record, is a value of another type. */
  TYPE,
  /** A required field is missing or null. */
  REQUIRED,
  /** A number is outside its bounds. */
  RANGE,
  /** The same key twice. */
  DUPLICATE_KEY,
  /** There is no such campaign. */
  UNKNOWN_CAMPAIGN,
  /** The view ended before it started. */
  END_BEFORE_START,
  /** The view ends in the future. */
  FUTURE
}
