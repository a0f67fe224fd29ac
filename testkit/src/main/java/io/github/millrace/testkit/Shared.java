package io.github.millrace.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One server for all test classes of a JVM: {@code @RegisterExtension static final Shared<Hdfs>
 * HDFS = Shared.of(Hdfs.class, Hdfs::start)}. It starts when a test first asks for it and stops
 * after the last test of the run.
 */
public final class Shared<T extends AutoCloseable> implements BeforeAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(Shared.class);

  private final Class<T> type;
  private final String variant;
  private final Supplier<T> starter;
  private volatile Servers servers;

  private Shared(Class<T> type, String variant, Supplier<T> starter) {
    this.type = type;
    this.variant = variant;
    this.starter = starter;
  }

  /** Shares one server of that type; the first starter that is used counts. */
  public static <T extends AutoCloseable> Shared<T> of(Class<T> type, Supplier<T> starter) {
    return of(type, "", starter);
  }

  /** Shares one server of that type and variant, such as an HDFS with small blocks. */
  public static <T extends AutoCloseable> Shared<T> of(
      Class<T> type, String variant, Supplier<T> starter) {
    return new Shared<>(type, variant, starter);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    servers =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Servers.class, key -> new Servers(), Servers.class);
  }

  /**
   * Returns the server, and starts it if this is the first call of the run.
   *
   * @throws IllegalStateException if this is no registered extension, or the server does not start
   */
  public T get() {
    if (servers == null) {
      throw new IllegalStateException(
          "Shared " + type.getSimpleName() + " needs @RegisterExtension on a static field");
    }
    return type.cast(servers.get(type.getName() + "/" + variant, starter));
  }

  /** The started servers; a server that asks for another while it starts is closed before it. */
  private static final class Servers implements AutoCloseable {

    private final Map<String, AutoCloseable> byKey = new HashMap<>();
    private final Map<String, RuntimeException> failures = new HashMap<>();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    synchronized AutoCloseable get(String key, Supplier<? extends AutoCloseable> starter) {
      if (failures.containsKey(key)) {
        // Not tried again: each test would wait for the timeout anew.
        throw new IllegalStateException("It failed to start before", failures.get(key));
      }
      AutoCloseable server = byKey.get(key);
      if (server == null) {
        try {
          server = starter.get();
        } catch (RuntimeException e) {
          failures.put(key, e);
          throw e;
        }
        byKey.put(key, server);
        started.push(server);
      }
      return server;
    }

    @Override
    public synchronized void close() {
      RuntimeException failure = null;
      for (AutoCloseable server : started) {
        try {
          server.close();
        } catch (Exception e) {
          if (failure == null) {
            failure = new IllegalStateException("Cannot stop " + server, e);
          } else {
            failure.addSuppressed(e);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
