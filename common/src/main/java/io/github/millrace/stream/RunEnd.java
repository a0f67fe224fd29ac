package io.github.millrace.stream;

/** How a run of streams has ended; what a job does next depends on it. */
public enum RunEnd {
  /** Everything was read that was there when the run began. */
  DRAINED,

  /** As {@link #DRAINED}, and there was nothing new. */
  NOTHING_NEW,

  /** It was asked to stop, between two batches. There may be more to read. */
  STOPPED,

  /** A stream has failed. Its last batch is published or not, as the ledger says. */
  FAILED;

  /** Whether all was read that was there. */
  public boolean isComplete() {
    return this == DRAINED || this == NOTHING_NEW;
  }
}
