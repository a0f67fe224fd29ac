package io.github.millrace.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Runs a JAR by the real {@code $SPARK_HOME/bin/spark-submit}, in a child process with a working
 * directory of its own. The default is {@code --master local[2]} with 1 GB for the driver, in a JVM
 * that starts fast and runs slowly.
 */
public final class SparkSubmit {

  /** A test's run is over before the second compiler has paid for itself. */
  private static final String QUICK_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Path jar;
  private final Map<String, String> conf = new LinkedHashMap<>();
  private final Map<String, String> env = new LinkedHashMap<>();
  private final List<String> args = new ArrayList<>();
  private String master = "local[2]";
  private String deployMode = "client";
  private String driverMemory = "1g";
  private Optional<String> mainClass = Optional.empty();
  private Optional<Path> beside = Optional.empty();
  private boolean warm;

  /** What a JVM is started with, whatever it then runs. */
  record Settings(
      Path jar,
      Map<String, String> conf,
      Map<String, String> env,
      String master,
      String driverMemory) {

    SparkSubmit submit() {
      SparkSubmit submit = new SparkSubmit(jar).master(master).driverMemory(driverMemory);
      submit.conf.putAll(conf);
      submit.env.putAll(env);
      return submit;
    }
  }

  private SparkSubmit(Path jar) {
    this.jar = jar;
  }

  /**
   * Prepares a run.
   *
   * @throws IllegalStateException if there is no such JAR
   */
  public static SparkSubmit of(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("There is no JAR " + jar + ": build it by mvn package first");
    }
    // A UI per child would only fight for ports.
    return new SparkSubmit(jar.toAbsolutePath())
        .conf("spark.ui.enabled", "false")
        // As hdfs-site.xml has it for this JVM.
        .conf("spark.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10")
        .conf("spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries", "10")
        .env("SPARK_SUBMIT_OPTS", QUICK_JVM);
  }

  /** Sets a Spark setting, as {@code --conf key=value} does. */
  public SparkSubmit conf(String key, String value) {
    conf.put(key, value);
    return this;
  }

  /** Sets an environment variable of the child. */
  public SparkSubmit env(String key, String value) {
    env.put(key, value);
    return this;
  }

  /** Appends arguments for the application. */
  public SparkSubmit args(String... more) {
    args.addAll(List.of(more));
    return this;
  }

  /** Sets the class to run; without it, the one in the JAR's manifest. */
  public SparkSubmit mainClass(String name) {
    mainClass = Optional.of(name);
    return this;
  }

  /** Gives the driver's JVM one more option. */
  SparkSubmit option(String option) {
    env.merge("SPARK_SUBMIT_OPTS", option, (former, more) -> former + " " + more);
    return this;
  }

  /** Puts one more JAR beside the application's. */
  SparkSubmit jars(Path more) {
    beside = Optional.of(more);
    return this;
  }

  /**
   * Lets {@link #run} take a JVM that an earlier run with the same JAR and settings has left, or
   * leave its own to later ones. Each run has its own outputs, exit status and SparkContext; the
   * working directory, and what is kept in memory for good, are shared. For a JAR whose main class
   * has a {@code static int run(String...)} that returns the exit status, on a local master.
   */
  public SparkSubmit warm() {
    warm = true;
    return this;
  }

  /** Sets the master, such as {@code local[4]} or {@code yarn}. */
  public SparkSubmit master(String value) {
    master = value;
    return this;
  }

  /** Sets {@code client} or {@code cluster}. */
  public SparkSubmit deployMode(String value) {
    deployMode = value;
    return this;
  }

  /**
   * Runs on that YARN in cluster mode. The driver and one executor of 512 MB each run beside the
   * NodeManager; Spark's JARs are read from this machine and not uploaded.
   *
   * @throws IllegalStateException if SPARK_HOME is unset
   */
  public SparkSubmit on(Yarn yarn) {
    return master("yarn")
        .deployMode("cluster")
        .driverMemory("512m")
        .env("HADOOP_CONF_DIR", yarn.confDir().toString())
        .conf("spark.yarn.jars", "local:" + SparkHome.path().resolve("jars/*"))
        .conf("spark.driver.extraJavaOptions", QUICK_JVM)
        .conf("spark.executor.extraJavaOptions", QUICK_JVM)
        .conf("spark.executor.memory", "512m")
        .conf("spark.executor.instances", "1");
  }

  /** Sets the driver's heap, such as {@code 512m}. */
  public SparkSubmit driverMemory(String value) {
    driverMemory = value;
    return this;
  }

  /**
   * Runs to the end.
   *
   * @throws IllegalStateException if SPARK_HOME is unset or the run does not end in time
   */
  public Result run(Duration timeout) {
    if (warm) {
      Settings settings =
          new Settings(jar, Map.copyOf(conf), Map.copyOf(env), master, driverMemory);
      return WarmSubmit.run(settings, args, timeout);
    }
    try (Running running = start()) {
      return running.await(timeout);
    }
  }

  /**
   * Starts and returns at once.
   *
   * @throws IllegalStateException if SPARK_HOME is unset
   */
  public Running start() {
    Path home = SparkHome.path();
    ScratchDir dir = ScratchDir.create("submit");
    ProcessBuilder builder = new ProcessBuilder(command(home)).directory(dir.sub("work").toFile());
    Map<String, String> environment = builder.environment();
    // The developer's own cluster and defaults must not leak into a test.
    environment
        .keySet()
        .removeAll(List.of("HADOOP_CONF_DIR", "YARN_CONF_DIR", "SPARK_CONF_DIR", "MASTER"));
    environment.put("SPARK_HOME", home.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("SPARK_LOCAL_DIRS", dir.sub("local").toString());
    environment.putAll(env);
    if (!master.equals("yarn")) {
      shareClassData(home, environment);
    }
    Path stdout = dir.path().resolve("stdout.log");
    Path stderr = dir.path().resolve("stderr.log");
    String name = "spark-submit " + jar.getFileName();
    return new Running(dir, ChildProcess.start(name, builder, stdout, stderr), stdout, stderr);
  }

  /**
   * Lets the child start from the class data that bin/setup-spark has archived beside Spark, which
   * saves it a third of the time. They hold for the configuration directory they were made with.
   */
  private static void shareClassData(Path home, Map<String, String> environment) {
    Path archive = home.resolveSibling("classes.jsa");
    if (Files.exists(archive)) {
      environment.put("SPARK_CONF_DIR", home.resolveSibling("conf").toString());
      environment.merge(
          "SPARK_SUBMIT_OPTS",
          "-XX:SharedArchiveFile=" + archive + " -Xlog:cds*=off",
          (old, more) -> old + " " + more);
    }
  }

  private List<String> command(Path home) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/spark-submit").toString());
    command.addAll(List.of("--master", master, "--deploy-mode", deployMode));
    command.addAll(List.of("--driver-memory", driverMemory));
    mainClass.ifPresent(name -> command.addAll(List.of("--class", name)));
    beside.ifPresent(more -> command.addAll(List.of("--jars", more.toString())));
    conf.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.add(jar.toString());
    command.addAll(args);
    return command;
  }

  /** How a run ended: 128 + N is an end by signal N. */
  public record Result(int exitCode, String stdout, String stderr) {

    /**
     * Returns this if the exit code is the expected one.
     *
     * @throws AssertionError with both outputs if it is not
     */
    public Result expect(int expected) {
      if (exitCode != expected) {
        throw new AssertionError(
            "spark-submit ended with exit code %d, not %d\n--- stdout ---\n%s\n--- stderr ---\n%s"
                .formatted(exitCode, expected, stdout, stderr));
      }
      return this;
    }
  }

  /** A started run; close it, or it lives as long as this JVM. */
  public static final class Running implements AutoCloseable {

    private final ScratchDir dir;
    private final ChildProcess child;
    private final Path stdout;
    private final Path stderr;

    private Running(ScratchDir dir, ChildProcess child, Path stdout, Path stderr) {
      this.dir = dir;
      this.child = child;
      this.stdout = stdout;
      this.stderr = stderr;
    }

    /**
     * Returns the first line, since the start, of standard output or else standard error that the
     * predicate accepts, waiting for it if need be.
     *
     * @throws IllegalStateException with the output's end, if the run ends before, or in vain
     */
    public String awaitLine(Predicate<String> predicate, Duration timeout) {
      return child.awaitValue(
          "the line asked for",
          timeout,
          () ->
              Stream.of(stdout, stderr)
                  .flatMap(file -> completeLines(ChildProcess.read(file)))
                  .filter(predicate)
                  .findFirst());
    }

    /** Writes a line to the run's standard input. */
    void writeLine(String line) {
      child.writeLine(line);
    }

    /**
     * Waits for a file that the run makes.
     *
     * @throws IllegalStateException with the output's end, if it does not come in time
     */
    Path awaitFile(Path file, Duration timeout) {
      return child.awaitValue(
          file.getFileName().toString(), timeout, () -> Optional.of(file).filter(Files::exists));
    }

    /** Returns whether the run has not ended yet. */
    public boolean alive() {
      return child.alive();
    }

    /**
     * Sends SIGTERM to the JVM. Wait for a line of the application before, for spark-submit is a
     * shell script in its first second.
     */
    public void terminate() {
      child.terminate();
    }

    /** Stops the JVM where it is, as a machine that hangs does. */
    public void pause() {
      child.signal("STOP");
    }

    /** Lets a paused JVM go on. */
    public void resume() {
      child.signal("CONT");
    }

    /** Sends SIGKILL to the JVM and its children, and returns when it is gone. */
    public void kill() {
      child.kill();
    }

    /**
     * Waits for the end.
     *
     * @throws IllegalStateException with the output's end, if it does not end in time
     */
    public Result await(Duration timeout) {
      int exitCode = child.awaitExit(timeout);
      return new Result(exitCode, ChildProcess.read(stdout), ChildProcess.read(stderr));
    }

    /** Kills the run if it has not ended, and deletes its working directory. */
    @Override
    public void close() {
      child.kill();
      dir.close();
    }

    private static Stream<String> completeLines(String text) {
      return text.substring(0, text.lastIndexOf('\n') + 1).lines();
    }
  }
}
