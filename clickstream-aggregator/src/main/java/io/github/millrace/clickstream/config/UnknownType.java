package io.github.millrace.clickstream.config;

import java.util.Locale;

/** What becomes of a record of a kind that its contract has not. */
public enum UnknownType {
  /** It is bad, as any that breaks the contract. */
  QUARANTINE,
  /** It is landed as it came, in a directory of its own. */
  LAND;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
