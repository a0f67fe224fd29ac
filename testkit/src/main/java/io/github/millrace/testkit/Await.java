package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/** Waits for a condition by polling; the one place in tests that sleeps. */
public final class Await {

  private static final Duration INTERVAL = Duration.ofMillis(50);

  private Await() {}

  /** What is waited for. An {@link IOException}, checked or not, means: not yet. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws IOException;
  }

  /**
   * A value that is waited for. Empty and an {@link IOException}, checked or not, mean: not yet.
   */
  @FunctionalInterface
  public interface Probe<T> {
    Optional<T> get() throws IOException;
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @param description what is waited for, as it shall stand in the error
   * @throws IllegalStateException if it does not hold in time, or the thread is interrupted
   */
  public static void until(String description, Duration timeout, Condition condition) {
    value(description, timeout, () -> condition.holds() ? Optional.of(true) : Optional.empty());
  }

  /**
   * Returns the value as soon as there is one.
   *
   * @param description what is waited for, as it shall stand in the error
   * @throws IllegalStateException if there is none in time, or the thread is interrupted
   */
  public static <T> T value(String description, Duration timeout, Probe<T> probe) {
    long deadline = System.nanoTime() + timeout.toNanos();
    IOException last;
    do {
      try {
        Optional<T> value = probe.get();
        if (value.isPresent()) {
          return value.get();
        }
        last = null;
      } catch (IOException e) {
        last = e;
      } catch (UncheckedIOException e) {
        last = e.getCause();
      }
      pause();
    } while (System.nanoTime() < deadline);
    throw new IllegalStateException(
        "Waited " + timeout.toMillis() + " ms in vain for " + description, last);
  }

  private static void pause() {
    try {
      Thread.sleep(INTERVAL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting", e);
    }
  }
}
