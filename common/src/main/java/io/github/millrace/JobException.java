package io.github.millrace;

/** Ends a run with a code of its own and a message for its user. */
public final class JobException extends RuntimeException {
  private final ExitCode exitCode;

  public JobException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public JobException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** The job exception in a chain of causes, or null: Spark wraps what its callbacks throw. */
  public static JobException in(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof JobException found) {
        return found;
      }
    }
    return null;
  }
}
