package io.github.millrace.stream;

import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import java.util.Optional;

/**
 * What came of a run of streams.
 *
 * @param counts what became of the records that it has read
 * @param failure why it has failed; empty if it has not
 */
public record RunResult(RunEnd end, Counts counts, Optional<JobException> failure) {

  /** The same, if it has not failed. */
  public RunResult orThrow() {
    failure.ifPresent(
        thrown -> {
          throw thrown;
        });
    return this;
  }
}
