package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.record.Labelled;

/** Why a record, or a whole file that counts as one record, is bad. */
public enum Reason implements Labelled {
  /** The record ends before its JSON does. */
  TRUNCATED,
  /** A field holds a value of another type. */
  TYPE,
  /** A required field is missing or null. */
  REQUIRED,
  /** A number is outside its bounds. */
  RANGE,
  /** The list of line items is empty. */
  ITEMS,
  /** One object holds the same key twice. */
  DUPLICATE_KEY,
  /** There is nothing but white space. */
  BLANK,
  /** The bytes are not UTF-8. */
  ENCODING,
  /** The file has no bytes. */
  EMPTY_FILE,
  /** The record is larger than a consumer accepts. */
  TOO_LARGE,
  /** The record is nested more deeply than a consumer accepts. */
  TOO_DEEP,
  /** The file cannot be decompressed. */
  UNREADABLE
}
