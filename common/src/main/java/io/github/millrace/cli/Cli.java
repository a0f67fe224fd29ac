package io.github.millrace.cli;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.Secrets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Locale;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Runs a command line, and makes of its end an exit status and a message. */
public final class Cli {
  private Cli() {}

  /**
   * Runs a program and ends the process.
   *
   * @param program a picocli command whose subcommands are the program's
   */
  public static void main(Object program, String... args) {
    StringWriter failures = new StringWriter();
    int status = run(program, new PrintWriter(failures), args);
    if (!onYarnCluster()) {
      System.exit(status);
    }
    // There the status of a process is lost; what shows is whether main returned, or what it threw.
    if (status != ExitCode.DONE.code()) {
      throw new IllegalStateException("exit status " + status + ": " + failures);
    }
  }

  /**
   * Runs a program.
   *
   * @return the exit status: see {@link ExitCode}
   */
  public static int run(Object program, String... args) {
    return run(program, new PrintWriter(Writer.nullWriter()), args);
  }

  /** Runs a program, and writes to {@code failures} why it failed. */
  private static int run(Object program, PrintWriter failures, String... args) {
    // What is printed reads the same on every machine.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    CommandLine commandLine = new CommandLine(program);
    CommandLine.IParameterExceptionHandler usage = commandLine.getParameterExceptionHandler();
    commandLine
        .setExitCodeExceptionMapper(Cli::exitCode)
        .setParameterExceptionHandler(
            (wrong, given) -> {
              failures.print(wrong.getMessage());
              return usage.handleParseException(wrong, given);
            })
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> {
              String message = Secrets.inText(message(thrown));
              failures.print(message);
              PrintWriter err = command.getErr();
              err.println(command.getCommandSpec().qualifiedName() + ": " + message);
              err.flush();
              LoggerFactory.getLogger(Cli.class).info("the run failed", thrown);
              return exitCode(thrown);
            });
    withStandardHelp(commandLine);
    return commandLine.execute(args);
  }

  private static boolean onYarnCluster() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  private static void withStandardHelp(CommandLine command) {
    command.getSubcommands().values().forEach(Cli::withStandardHelp);
    command.getCommandSpec().mixinStandardHelpOptions(true);
    command.getCommandSpec().versionProvider(() -> new String[] {version()});
    command.getCommandSpec().usageMessage().showDefaultValues(false);
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return "Millrace " + (version == null ? "(unpackaged)" : version);
  }

  static int exitCode(Throwable thrown) {
    JobException known = JobException.in(thrown);
    if (known != null) {
      return known.exitCode().code();
    }
    return thrown instanceof CommandLine.ParameterException
        ? ExitCode.USAGE.code()
        : ExitCode.FAILED.code();
  }

  /** What a user reads; the stack is in the log, for who asks with -v. */
  private static String message(Throwable thrown) {
    JobException known = JobException.in(thrown);
    Throwable shown = known == null ? thrown : known;
    return shown.getMessage() == null ? shown.toString() : shown.getMessage();
  }
}
