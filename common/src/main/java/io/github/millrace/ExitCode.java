package io.github.millrace;

/** How a run ends. A scheduler retries after {@link #FAILED} and after nothing else. */
public enum ExitCode {
  /** Done. */
  DONE(0),
  /** Failed; a retry may help. */
  FAILED(1),
  /** Wrong usage or configuration; a retry cannot help. */
  USAGE(2),
  /** The input breaks its contract beyond the share allowed. */
  BAD_INPUT(3),
  /** The preflight refused, or the ledger does not balance. */
  INTEGRITY(4);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }
}
