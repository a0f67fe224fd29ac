package io.github.millrace.cli;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.ConfigLoader;
import io.github.millrace.config.OneLine;
import io.github.millrace.config.Secrets;
import io.github.millrace.config.SparkSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that runs a job: reads its configuration, checks all that can be checked, starts Spark,
 * runs. Whatever is wrong before Spark starts is reported at once and costs nothing.
 *
 * @param <C> the job's configuration
 */
public abstract class JobCommand<C extends Record> implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobOptions options;

  private final Class<C> configType;

  protected JobCommand(Class<C> configType) {
    this.configType = configType;
  }

  /**
   * Checks a configuration whose keys and values are right in themselves against the world: files,
   * contracts, checkpoints. Writes nothing.
   *
   * @param problems receives a message for each problem
   * @return the job; may be null if there was a problem
   * @throws JobException if the preflight refuses
   */
  protected abstract Job check(C config, Configuration hadoop, List<String> problems)
      throws IOException;

  /** What the command sets itself, whatever the user says; {@code key.path=value}. */
  protected List<String> ownOverrides() {
    return List.of();
  }

  /** Whether the user lets the output change hands. */
  protected final boolean adopt() {
    return options.adopt;
  }

  @Override
  public final Integer call() throws IOException {
    SparkConf conf = new SparkConf();
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
    if (!options.verbose) {
      SparkLog.quiet();
    }
    List<String> problems = new ArrayList<>();
    String yaml = yaml(hadoop, problems);
    Optional<C> config =
        new ConfigLoader(System.getenv(), hadoop, problems)
            .load(configType, documentName(), yaml, overrides());
    if (options.printConfig && problems.isEmpty()) {
      out().print(Secrets.yaml(config.orElseThrow()));
      out().flush();
      return ExitCode.DONE.code();
    }
    Job job = config.isPresent() ? check(config.get(), hadoop, problems) : null;
    SparkSettings settings =
        SparkSettings.ofRun(spec.parent().name() + " " + spec.name(), onTerminal())
            .plus(job == null ? SparkSettings.NONE : job.sparkSettings());
    settings.check(conf, problems);
    if (!problems.isEmpty()) {
      throw new JobException(
          ExitCode.USAGE,
          "%d problem%s in the configuration:\n  %s"
              .formatted(
                  problems.size(), problems.size() == 1 ? "" : "s", String.join("\n  ", problems)));
    }
    if (options.dryRun) {
      say("checked, and nothing written: " + job.describe());
      return ExitCode.DONE.code();
    }
    if (job.needsSession()) {
      settings.complete(conf);
      run(job, conf);
    } else {
      job.run(null, this::say);
    }
    return ExitCode.DONE.code();
  }

  private void run(Job job, SparkConf conf) throws IOException {
    SparkSession session = SparkSession.builder().config(conf).getOrCreate();
    if (!options.verbose) {
      SparkLog.showOutages();
    }
    int status = ExitCode.FAILED.code();
    try {
      job.run(session, this::say);
      status = ExitCode.DONE.code();
    } catch (IOException | RuntimeException e) {
      status = Cli.exitCode(e);
      throw e;
    } catch (Error e) {
      // Such as of a class that is missing, which is the run's end like any other.
      throw new JobException(ExitCode.FAILED, e.toString(), e);
    } finally {
      // A cluster learns from it whether the application has failed.
      session.sparkContext().stop(status);
    }
  }

  @SuppressWarnings("SystemConsoleNull") // Up to JDK 21 it is null where there is no terminal.
  private static boolean onTerminal() {
    return System.console() != null;
  }

  private List<String> overrides() {
    List<String> all = new ArrayList<>(options.overrides);
    all.addAll(ownOverrides());
    return all;
  }

  private String documentName() {
    return options.config == null ? "configuration" : options.config;
  }

  private String yaml(Configuration hadoop, List<String> problems) {
    if (options.config == null) {
      return "";
    }
    try {
      Path path = new Path(options.config);
      FileSystem fs = path.getFileSystem(hadoop);
      if (fs.getFileStatus(path).isDirectory()) {
        problems.add("--config " + options.config + ": is a directory; name the file in it");
        return "";
      }
      try (InputStream in = fs.open(path)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (FileNotFoundException e) {
      problems.add("--config " + options.config + ": there is no such file" + homeHint());
    } catch (IOException | RuntimeException e) {
      problems.add("--config " + options.config + ": cannot be read: " + OneLine.first(e));
    }
    return "";
  }

  /** A shell expands ~ at the beginning of a word only. */
  private String homeHint() {
    return options.config.startsWith("~/")
        ? "; your shell has not expanded ~, write --config and the file as two words"
        : "";
  }

  private void say(String line) {
    PrintWriter out = out();
    out.println(line);
    out.flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
