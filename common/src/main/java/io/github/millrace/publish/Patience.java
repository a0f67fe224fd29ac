package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often a server is asked that does not answer, and how long after the first time; each further
 * wait is twice as long.
 */
record Patience(int tries, Duration first) {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  /** Half a minute: a server that is started again is there by then. */
  static final Patience USUAL = new Patience(6, Duration.ofSeconds(1));

  /** What is tried. Of its exceptions those of the job and of its storage are never retried. */
  @FunctionalInterface
  interface Attempt {
    void run() throws Exception;
  }

  /**
   * Tries until it succeeds.
   *
   * @param what begins a message
   * @param mayPass whether another attempt may help after an exception
   * @param failure what to throw after the last one
   */
  void attempt(
      String what,
      Attempt attempt,
      Predicate<Exception> mayPass,
      Function<Exception, JobException> failure)
      throws IOException {
    Duration wait = first;
    for (int left = tries - 1; ; left--) {
      try {
        attempt.run();
        return;
      } catch (JobException | IOException e) {
        throw e;
      } catch (Exception e) {
        if (left == 0 || !mayPass.test(e)) {
          throw failure.apply(e);
        }
        LOG.warn("{}: trying again in {} ms: {}", what, wait.toMillis(), message(e));
      }
      pause(what, wait);
      wait = wait.multipliedBy(2);
    }
  }

  /** What the exception says that began a chain of them, on one line. */
  static String message(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(message);
  }

  private static void pause(String what, Duration wait) {
    try {
      TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException(ExitCode.FAILED, what + ": interrupted between two attempts", e);
    }
  }
}
