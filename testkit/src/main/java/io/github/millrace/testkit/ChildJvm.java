package io.github.millrace.testkit;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Builds the command of a child JVM: a server's own main class on a class path of its own. */
final class ChildJvm {
  /** Hadoop's servers need an older one than the jobs may run on. */
  private static final String JDK =
      System.getProperty(RunServers.SERVERS_JDK, System.getProperty("java.home"));

  /** Servers in tests are small and short-lived: start fast, use little, one collector thread. */
  private static final List<String> DEFAULT_OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Duser.timezone=UTC");

  private final String name;
  private final String mainClass;
  private final List<Path> classpath = new ArrayList<>();
  private final List<String> options = new ArrayList<>(DEFAULT_OPTIONS);
  private final List<String> args = new ArrayList<>();
  private final Map<String, String> env = new LinkedHashMap<>();

  private ChildJvm(String name, String mainClass) {
    this.name = name;
    this.mainClass = mainClass;
  }

  /** Prepares a JVM; the name is that of its log file and stands in errors. */
  static ChildJvm of(String name, String mainClass) {
    return new ChildJvm(name, mainClass).env("JAVA_HOME", JDK);
  }

  /** Appends to the class path. */
  ChildJvm classpath(List<Path> entries) {
    classpath.addAll(entries);
    return this;
  }

  ChildJvm classpath(Path... entries) {
    return classpath(List.of(entries));
  }

  ChildJvm options(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Opens packages of java.base, such as {@code java.lang}, to unnamed modules. */
  ChildJvm opens(String... packages) {
    for (String name : packages) {
      options.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
    }
    return this;
  }

  ChildJvm args(String... more) {
    args.addAll(List.of(more));
    return this;
  }

  ChildJvm env(String key, String value) {
    env.put(key, value);
    return this;
  }

  /** Returns where the output of a JVM started in that directory goes. */
  Path log(Path dir) {
    return dir.resolve(name + ".log");
  }

  /** Starts the JVM in that directory, with its output appended to {@link #log}. */
  ChildProcess start(Path dir) {
    return ChildProcess.start(name, builder(dir), log(dir));
  }

  /** Starts the JVM in that directory, with standard output apart and the rest in {@link #log}. */
  ChildProcess start(Path dir, Path stdout) {
    return ChildProcess.start(name, builder(dir), stdout, log(dir));
  }

  private ProcessBuilder builder(Path dir) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(JDK, "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(
        classpath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(mainClass);
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
    builder.environment().putAll(env);
    return builder;
  }
}
