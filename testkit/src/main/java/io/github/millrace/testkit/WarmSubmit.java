package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * A {@link SparkSubmit} whose JVM stays, and runs further command lines of the same JAR under the
 * same settings. Two seconds of a start are saved by each, and four of a JVM that compiles anew.
 */
final class WarmSubmit {
  /** As many as there are test classes at a time; more would only take memory. */
  private static final int MOST_IDLE = 2;

  /** As Spark's own, but that each run's lines come where its other output comes. */
  private static final String LOG =
      """
      rootLogger.level = warn
      rootLogger.appenderRef.console.ref = console
      appender.console.type = Console
      appender.console.name = console
      appender.console.target = SYSTEM_ERR
      appender.console.follow = true
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
      """;

  private static final Deque<WarmSubmit> IDLE = new ArrayDeque<>();

  private final SparkSubmit.Settings settings;
  private final SparkSubmit.Running jvm;

  private WarmSubmit(SparkSubmit.Settings settings, SparkSubmit.Running jvm) {
    this.settings = settings;
    this.jvm = jvm;
  }

  /**
   * Runs a command line in an idle JVM with these settings, or in a new one.
   *
   * @throws IllegalStateException with the output's end, if the run does not end in time
   */
  static SparkSubmit.Result run(
      SparkSubmit.Settings settings, List<String> args, Duration timeout) {
    WarmSubmit taken = take(settings).orElseGet(() -> start(settings));
    boolean ended = false;
    try {
      SparkSubmit.Result result = taken.run(args, timeout);
      ended = true;
      return result;
    } finally {
      if (ended) {
        giveBack(taken);
      } else {
        taken.jvm.close();
      }
    }
  }

  private static synchronized Optional<WarmSubmit> take(SparkSubmit.Settings settings) {
    for (Iterator<WarmSubmit> idle = IDLE.iterator(); idle.hasNext(); ) {
      WarmSubmit each = idle.next();
      if (each.settings.equals(settings) && each.jvm.alive()) {
        idle.remove();
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static synchronized void giveBack(WarmSubmit used) {
    IDLE.addFirst(used);
    if (IDLE.size() > MOST_IDLE) {
      IDLE.removeLast().jvm.close();
    }
  }

  private static WarmSubmit start(SparkSubmit.Settings settings) {
    try {
      Path dir = ScratchDir.create("warm").path();
      Path jar = SingleClassJar.of(WarmMain.class, dir);
      Path log = Files.writeString(dir.resolve("log4j2.properties"), LOG);
      return new WarmSubmit(
          settings,
          settings
              .submit()
              .jars(jar)
              .option("-Dlog4j2.configurationFile=" + log.toUri())
              .mainClass(WarmMain.class.getName())
              .args(mainClass(settings.jar()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the JAR that stands beside " + settings.jar(), e);
    }
  }

  private static String mainClass(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
    }
  }

  private SparkSubmit.Result run(List<String> args, Duration timeout) {
    try (ScratchDir dir = ScratchDir.create("run")) {
      Files.writeString(
          dir.path().resolve(WarmMain.ARGUMENTS), String.join(WarmMain.SEPARATOR, args));
      jvm.writeLine(dir.path().toString());
      Path status = jvm.awaitFile(dir.path().resolve(WarmMain.STATUS), timeout);
      return new SparkSubmit.Result(
          Integer.parseInt(ChildProcess.read(status)),
          ChildProcess.read(dir.path().resolve(WarmMain.STDOUT)),
          ChildProcess.read(dir.path().resolve(WarmMain.STDERR)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the arguments of a run", e);
    }
  }
}
