package io.github.millrace.datagen.output;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Holds the work back to the pace of a clock that starts with the first time it waits for. */
final class Pacer {
  private static final long LEAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MOST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  private final BooleanSupplier stopped;
  private boolean started;
  private long startNanos;
  private long firstMicros;

  /**
   * Makes a clock that stands.
   *
   * @param stopped whether waiting has no purpose any more
   */
  Pacer(BooleanSupplier stopped) {
    this.stopped = stopped;
  }

  /** Waits for a time in microseconds; returns whether it came, or the work was stopped before. */
  boolean await(long micros) {
    if (!started) {
      started = true;
      startNanos = System.nanoTime();
      firstMicros = micros;
    }
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
