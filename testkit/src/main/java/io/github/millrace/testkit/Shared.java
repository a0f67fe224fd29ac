package io.github.millrace.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One server for all test classes of a JVM: {@code static final Shared<Kafka> KAFKA =
 * Shared.of(Kafka.class, Kafka::ofRun)}. It starts when a test first asks for it and ends with the
 * JVM.
 */
public final class Shared<T> {
  private static final Map<String, Shared<?>> ALL = new ConcurrentHashMap<>();

  private final Class<T> type;
  private final Supplier<T> starter;
  private T server;
  private RuntimeException failure;

  private Shared(Class<T> type, Supplier<T> starter) {
    this.type = type;
    this.starter = starter;
  }

  /** Shares one server of that type; the first starter that is named counts. */
  public static <T> Shared<T> of(Class<T> type, Supplier<T> starter) {
    return of(type, "", starter);
  }

  /** Shares one server of that type and variant, such as an HDFS that a class may break. */
  @SuppressWarnings("unchecked")
  public static <T> Shared<T> of(Class<T> type, String variant, Supplier<T> starter) {
    return (Shared<T>)
        ALL.computeIfAbsent(type.getName() + "/" + variant, key -> new Shared<>(type, starter));
  }

  /**
   * Returns the server, and starts it if this is the first call of the JVM.
   *
   * @throws IllegalStateException if it does not start
   */
  public synchronized T get() {
    if (failure != null) {
      // Not tried again: each test would wait for the timeout anew.
      throw new IllegalStateException(type.getSimpleName() + " failed to start before", failure);
    }
    if (server == null) {
      try {
        server = starter.get();
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }
    return server;
  }
}
