package io.github.millrace.ledger;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The entries of a small ledger. */
public final class Entries {
  private Entries() {}

  /** All that are published. */
  public static List<LedgerEntry> committed(Ledger ledger) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    ledger.read(day -> true, entries::add);
    return entries;
  }

  /** The directory of what is written today. */
  public static String day() {
    return LocalDate.now(ZoneOffset.UTC).toString();
  }

  /** The name of a unit's file in the ledger's directory, if it was published today. */
  public static String today(String unit) {
    return day() + "/" + unit + ".json";
  }
}
