package io.github.millrace.publish;

import java.util.Locale;

/** By what right a process publishes to an output. Each role is held by one process at a time. */
public enum Role {
  /** Publishes what is new, batch by batch, and what is open between batches. */
  STREAM,

  /** Replaces or joins what was published, if need be beside a stream. */
  CORRECTION;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
