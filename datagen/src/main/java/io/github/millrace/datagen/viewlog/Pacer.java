package io.github.millrace.datagen.viewlog;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Holds the work back to the pace of a clock that started with it. */
final class Pacer {
  private static final long LEAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MOST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  private final long firstMicros;
  private final BooleanSupplier stopped;
  private final long startNanos = System.nanoTime();

  /**
   * Starts the clock.
   *
   * @param firstMicros the time, in microseconds, that is now
   * @param stopped whether waiting has no purpose any more
   */
  Pacer(long firstMicros, BooleanSupplier stopped) {
    this.firstMicros = firstMicros;
    this.stopped = stopped;
  }

  /** Waits for a time in microseconds; returns whether it came, or the work was stopped before. */
  boolean await(long micros) {
    while (!stopped.getAsBoolean()) {
      long early =
          TimeUnit.MICROSECONDS.toNanos(micros - firstMicros) - (System.nanoTime() - startNanos);
      if (early <= 0) {
        return true;
      }
      // Not shorter, or a high rate would spend its time on waking up.
      LockSupport.parkNanos(Math.min(Math.max(early, LEAST_PAUSE), MOST_PAUSE));
    }
    return false;
  }
}
