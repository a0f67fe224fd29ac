package io.github.millrace.datagen.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Tells that the process was asked to end, and holds its end up until the work is closed: so what
 * was sent arrives, and the truth is written.
 */
public final class StopSignal implements BooleanSupplier, AutoCloseable {
  private static final long GRACE_SECONDS = 30;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-signal");
  private volatile boolean stopped;

  private StopSignal() {}

  /** Begins to listen. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Returns whether the work is to end. */
  @Override
  public boolean getAsBoolean() {
    return stopped;
  }

  /** Lets the process end. */
  @Override
  public void close() {
    closed.countDown();
    if (!stopped) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It is ending already, and the hook has nothing to wait for.
        stopped = true;
      }
    }
  }

  private void stop() {
    stopped = true;
    try {
      boolean inTime = closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
      if (!inTime) {
        throw new IllegalStateException("The work did not end within " + GRACE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
