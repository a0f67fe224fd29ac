package io.github.millrace.config;

import java.util.Locale;

/** What becomes of a batch with offsets at which there is no message. */
public enum Gaps {
  /** It is not published, for the messages may be lost. */
  REFUSE,

  /** It is published, and they are counted in the ledger. */
  COUNT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
