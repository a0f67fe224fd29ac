package io.github.millrace.ledger;

import java.time.LocalDate;
import java.util.Set;

/**
 * How far a reader of a ledger has come: all days up to one, and some units of the days behind it.
 * It stays small, for a day is rolled up when it is over.
 *
 * @param through the last day that takes no more entries, and is read; null for none
 * @param units those that are read of later days
 */
public record Cursor(LocalDate through, Set<String> units) {
  /** Of who has read nothing. */
  public static final Cursor BEGINNING = new Cursor(null, Set.of());

  public Cursor {
    units = Set.copyOf(units);
  }
}
