package io.github.millrace.record;

import java.util.Locale;

/**
 * The classes of violation. A reason reads {@code <class> <field>: <detail>}, so its first word is
 * the class under which ledger and reports count it.
 */
public enum Reason {
  /** The record ends before its JSON does. */
  TRUNCATED,
  /** Not JSON. */
  MALFORMED,
  /** Not UTF-8. */
  ENCODING,
  /** A record of nothing but white space. */
  BLANK,
  /** A file of no bytes. */
  EMPTY_FILE,
  /** A file that cannot be read to its end. */
  UNREADABLE,
  /** A file that is not any more as it was when it was found. */
  CHANGED,
  /** A record, or a value in it, beyond the size allowed. */
  TOO_LARGE,
  /** Nested deeper than allowed. */
  TOO_DEEP,
  /** A value of another type. */
  TYPE,
  /** A required field that is missing or null. */
  REQUIRED,
  /** Outside the minimum or maximum, or of the type's own range. */
  RANGE,
  /** Does not fit its decimal exactly. */
  PRECISION,
  /** Shorter or longer than allowed. */
  LENGTH,
  /** Does not match the pattern. */
  PATTERN,
  /** Does not match the format. */
  FORMAT,
  /** Fewer or more items than allowed. */
  ITEMS,
  /** The same key twice in one object. */
  DUPLICATE_KEY,
  /** The value that says which kind of record it is names none that the contract has. */
  VARIANT,
  /** A row rule of the contract is violated. */
  RULE,
  /** Names something that the reference data does not know. */
  UNKNOWN,
  /** Dated later than it was sent. */
  FUTURE,
  /** Dated long before it was sent. */
  PAST,
  /** Behind the watermark. */
  LATE;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The class as it stands in a reason, such as {@code duplicate-key}. */
  @Override
  public String toString() {
    return text;
  }

  /** A whole reason about a record: {@code <class>: <detail>}. */
  public String of(String detail) {
    return text + ": " + detail;
  }

  /** A whole reason about a field: {@code <class> <field>: <detail>}. */
  public String of(String field, String detail) {
    return text + " " + field + ": " + detail;
  }
}
