package io.github.millrace.cli;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.SparkSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;

/** A program of one job, which counts to a number and writes it to a file. */
@Command(
    name = "program",
    description = "A program of the tests.",
    subcommands = {Program.Count.class, LedgerCommand.class})
final class Program {
  private Program() {}

  public static void main(String[] args) {
    Cli.main(new Program(), args);
  }

  /** What a run in this JVM has come to. */
  record Run(int status, String out, String err) {}

  static Run run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream newOut = new ByteArrayOutputStream();
    ByteArrayOutputStream newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int status = Cli.run(new Program(), args);
      return new Run(
          status, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /**
   * The configuration.
   *
   * @param fails a code, with which the check or the run ends
   */
  record Config(
      @NotBlank(message = "is missing; set it to a file") String result,
      @Max(value = 10, message = "must be 10 or less") Integer number,
      String password,
      String fails) {
    Config {
      number = Objects.requireNonNullElse(number, 3);
    }
  }

  @Command(name = "count", description = "Counts to a number.")
  static final class Count extends JobCommand<Config> {
    Count() {
      super(Config.class);
    }

    @Override
    protected Job check(Config config, Configuration hadoop, List<String> problems)
        throws IOException {
      if (config.number() < 0) {
        problems.add("number: is '" + config.number() + "', must be 0 or more");
      }
      fail("check ", config);
      return new CountJob(config, adopt());
    }
  }

  private record CountJob(Config config, boolean adopt) implements Job {
    @Override
    public SparkSettings sparkSettings() {
      return new SparkSettings(
          Map.of("spark.millrace.forced", "by the job"),
          Map.of("spark.sql.shuffle.partitions", "7", "spark.millrace.test", "from the job"));
    }

    @Override
    public String describe() {
      return "would count to " + config.number() + (adopt ? ", having adopted" : "");
    }

    @Override
    public void run(SparkSession session, Consumer<String> out) throws IOException {
      fail("run ", config);
      if ("task".equals(config.fails())) {
        session.sql("SELECT raise_error('torn page') FROM range(2)").collect();
      }
      out.accept("counted to " + session.range(config.number()).count());
      Files.writeString(
          Path.of(config.result()),
          String.join(
              " ",
              session.sparkContext().appName(),
              session.conf().get("spark.sql.session.timeZone"),
              session.conf().get("spark.sql.shuffle.partitions"),
              session.conf().get("spark.millrace.test"),
              session.conf().get("spark.millrace.forced")));
    }
  }

  /** Keeps what a cluster learns at the end of an application. */
  public static final class End extends SparkListener {
    static final String FILE = "millrace.test.end";

    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd end) {
      try {
        Files.writeString(Path.of(System.getProperty(FILE)), end.exitCode().get().toString());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static void fail(String when, Config config) throws IOException {
    if (config.fails() == null || !config.fails().startsWith(when)) {
      return;
    }
    String how = config.fails().substring(when.length());
    if (how.equals("io")) {
      throw new IOException("cannot reach jdbc:postgresql://user:pass@host/db");
    }
    if (how.equals("bug")) {
      throw new IllegalStateException();
    }
    if (how.equals("error")) {
      throw new NoClassDefFoundError("io/github/millrace/Missing");
    }
    throw new JobException(ExitCode.valueOf(how), "it was " + how);
  }
}
