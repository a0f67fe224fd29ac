package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The servers that all JVMs of a run of {@code bin/test} share. The first that asks for one has it
 * started by a JVM of its own ({@link RunServerMain}), which ends with the run; the others find its
 * address in a file of the run's directory.
 */
final class RunServers {
  /** The run's directory; not set outside of {@code bin/test}. */
  static final String DIRECTORY = "millrace.run";

  /** The JDK that servers run on, where it is another than the tests'. */
  static final String SERVERS_JDK = "millrace.servers.jdk";

  private static final Duration START = Duration.ofMinutes(4);

  /** A server that a run has one of. */
  enum Kind {
    HDFS,
    KAFKA,
    YARN
  }

  private RunServers() {}

  /**
   * Returns the address of the run's server, which is started if this is the first call of the run;
   * nothing outside of a run.
   *
   * @throws IllegalStateException with the end of the log, if it does not come up
   */
  static Optional<String> address(Kind kind) {
    return Optional.ofNullable(System.getProperty(DIRECTORY))
        .map(run -> address(kind, Path.of(run)));
  }

  static synchronized String address(Kind kind, Path run) {
    Path file = run.resolve(kind.name());
    try (FileChannel channel =
        FileChannel.open(
            run.resolve(kind + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Another JVM waits here while this one starts it; closing the channel lets it go on.
      channel.lock();
      if (Files.notExists(file)) {
        start(kind, file);
      }
      List<String> keeper = Files.readAllLines(file);
      if (ProcessHandle.of(Long.parseLong(keeper.get(0))).isEmpty()) {
        throw new IllegalStateException(
            "The run's %s has ended; it said:\n%s"
                .formatted(kind, ChildProcess.read(Path.of(file + ".log"))));
      }
      return keeper.get(1);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find the run's " + kind + " in " + run, e);
    }
  }

  private static void start(Kind kind, Path file) throws IOException {
    Path log = Path.of(file + ".log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-D" + DIRECTORY + "=" + file.getParent(),
            "-D"
                + SERVERS_JDK
                + "="
                + System.getProperty(SERVERS_JDK, System.getProperty("java.home")),
            "-cp",
            System.getProperty("java.class.path"),
            RunServerMain.class.getName(),
            kind.name());
    // Not a ChildProcess, for those end with this JVM.
    Process keeper =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
            .start();
    Await.until("the run's " + kind, START, () -> Files.exists(file) || !keeper.isAlive());
    if (Files.notExists(file)) {
      throw new IllegalStateException(
          "The run's " + kind + " did not start:\n" + ChildProcess.read(log));
    }
  }
}
