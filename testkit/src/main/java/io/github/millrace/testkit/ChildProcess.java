package io.github.millrace.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A child process whose output goes to files. None outlives this JVM: a shutdown hook kills what
 * was not closed, with all its children.
 */
final class ChildProcess implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int TAIL_LINES = 40;
  private static final Set<ChildProcess> ALIVE = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean HOOKED = new AtomicBoolean();

  private final String name;
  private final Process process;
  private final List<Path> logs;
  private volatile String endSignal;

  private ChildProcess(String name, Process process, List<Path> logs) {
    this.name = name;
    this.process = process;
    this.logs = logs;
  }

  /**
   * Starts the command; both its outputs go into one file.
   *
   * @throws UncheckedIOException if it cannot be started
   */
  static ChildProcess start(String name, ProcessBuilder builder, Path log) {
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return launch(name, builder, List.of(log));
  }

  /**
   * Starts the command; its outputs go into two files.
   *
   * @throws UncheckedIOException if it cannot be started
   */
  static ChildProcess start(String name, ProcessBuilder builder, Path stdout, Path stderr) {
    builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
    return launch(name, builder, List.of(stdout, stderr));
  }

  private static ChildProcess launch(String name, ProcessBuilder builder, List<Path> logs) {
    registerHook();
    try {
      ChildProcess child = new ChildProcess(name, builder.start(), logs);
      ALIVE.add(child);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + name + ": " + builder.command(), e);
    }
  }

  static void registerHook() {
    if (HOOKED.compareAndSet(false, true)) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(ChildProcess::endAll, "millrace-testkit-end"));
    }
  }

  private static void endAll() {
    ALIVE.forEach(ChildProcess::end);
    ScratchDir.closeAll();
  }

  /** Sets by which signal the process ends at once with its children, if SIGKILL is not right. */
  ChildProcess endsBy(String signal) {
    endSignal = signal;
    return this;
  }

  String name() {
    return name;
  }

  boolean alive() {
    return process.isAlive();
  }

  /**
   * Returns as soon as the condition holds.
   *
   * @throws IllegalStateException naming the log, if the process ends before or the time runs out
   */
  void awaitReady(String description, Duration timeout, Await.Condition condition) {
    awaitValue(
        description, timeout, () -> condition.holds() ? Optional.of(true) : Optional.empty());
  }

  /**
   * Returns the value as soon as there is one.
   *
   * @throws IllegalStateException naming the log, if the process ends before or the time runs out
   */
  <T> T awaitValue(String description, Duration timeout, Await.Probe<T> probe) {
    try {
      return Await.value(
          description,
          timeout,
          () -> {
            // Order matters: what a process did just before it ended still counts.
            boolean wasAlive = alive();
            Optional<T> value = probe.get();
            if (value.isEmpty() && !wasAlive) {
              throw new IllegalStateException(
                  "It ended with exit code " + process.exitValue() + " before " + description);
            }
            return value;
          });
    } catch (IllegalStateException e) {
      throw new IllegalStateException(name + ": " + e.getMessage() + "\n" + describeLogs(), e);
    }
  }

  /**
   * Writes a line to the process's standard input.
   *
   * @throws UncheckedIOException naming the log, if it does not read it any more
   */
  void writeLine(String line) {
    try {
      // Not closed: that would be the end of its input.
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " takes no input\n" + describeLogs(), e);
    }
  }

  /**
   * Returns the exit code; a process killed by signal N has 128 + N.
   *
   * @throws IllegalStateException naming the log, if it does not end in time
   */
  int awaitExit(Duration timeout) {
    if (!waitFor(timeout)) {
      throw new IllegalStateException(
          name + " did not end within " + timeout.toMillis() + " ms\n" + describeLogs());
    }
    ALIVE.remove(this);
    return process.exitValue();
  }

  /** Sends SIGTERM to the process alone. */
  void terminate() {
    process.destroy();
  }

  /** Sends a signal, such as {@code STOP}, to the process alone. */
  void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run kill", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending a signal to " + name, e);
    }
  }

  /** Sends SIGKILL to the process and its descendants, and returns when it is gone. */
  void kill() {
    // Collected first: a dead parent's children cannot be found any more.
    List<ProcessHandle> descendants;
    try (Stream<ProcessHandle> stream = process.descendants()) {
      descendants = stream.toList();
    }
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    waitFor(GRACE);
    ALIVE.remove(this);
  }

  /** Ends the process at once, by the signal that it wants for that. */
  void end() {
    if (endSignal != null && alive()) {
      signal(endSignal);
      waitFor(GRACE);
    }
    kill();
  }

  /** Ends the process gently, and with force if it does not obey. Does nothing if it has ended. */
  @Override
  public void close() {
    if (alive()) {
      terminate();
      waitFor(GRACE);
    }
    kill();
  }

  /** Returns where the logs are and how they end. */
  String describeLogs() {
    StringBuilder text = new StringBuilder();
    for (Path log : logs) {
      List<String> lines = read(log).lines().toList();
      int from = Math.max(0, lines.size() - TAIL_LINES);
      text.append("--- the end of ").append(log).append(" ---\n");
      lines.subList(from, lines.size()).forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  /** Returns the whole file; bytes that are no UTF-8 become replacement characters. */
  static String read(Path log) {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + log, e);
    }
  }

  private boolean waitFor(Duration timeout) {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + name + " to end", e);
    }
  }
}
