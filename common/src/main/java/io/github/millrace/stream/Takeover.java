package io.github.millrace.stream;

/** Whether an output may go on from a checkpoint that is not the one it was made from. */
public enum Takeover {
  /** The user has not asked for it. */
  NOT_ASKED,
  /** The user lets the output change hands. */
  ALLOWED,
  /** The job cannot: what it needs to go on is lost with the checkpoint. */
  IMPOSSIBLE;

  /** What the user of a job that can take over has said. */
  public static Takeover of(boolean adopt) {
    return adopt ? ALLOWED : NOT_ASKED;
  }

  /** The way out that a message names. */
  String wayOut() {
    return this == IMPOSSIBLE
        ? "set 'checkpoint' and the output to empty directories, and begin anew"
        : "set 'checkpoint' to an empty directory and start with --adopt to go on from what the"
            + " ledger says is done";
  }
}
