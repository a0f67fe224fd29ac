package io.github.millrace.cli;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.Secrets;
import java.io.PrintWriter;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Runs a command line, and makes of its end an exit status and a message. */
public final class Cli {
  private Cli() {}

  /**
   * Runs a program.
   *
   * @param program a picocli command whose subcommands are the program's
   * @return the exit status: see {@link ExitCode}
   */
  public static int run(Object program, String... args) {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    CommandLine commandLine =
        new CommandLine(program)
            .setExitCodeExceptionMapper(Cli::exitCode)
            .setExecutionExceptionHandler(
                (thrown, command, parsed) -> {
                  report(thrown, command);
                  return exitCode(thrown);
                });
    commandLine.getSubcommands().values().forEach(Cli::withStandardHelp);
    withStandardHelp(commandLine);
    return commandLine.execute(args);
  }

  private static void withStandardHelp(CommandLine command) {
    command.getCommandSpec().mixinStandardHelpOptions(true);
    command.getCommandSpec().versionProvider(() -> new String[] {version()});
    command.getCommandSpec().usageMessage().showDefaultValues(false);
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return "Millrace " + (version == null ? "(unpackaged)" : version);
  }

  private static int exitCode(Throwable thrown) {
    JobException told = JobException.in(thrown);
    if (told != null) {
      return told.exitCode().code();
    }
    return thrown instanceof CommandLine.ParameterException
        ? ExitCode.USAGE.code()
        : ExitCode.FAILED.code();
  }

  /** The message; the stack only to the log, for who asks with -v. */
  private static void report(Throwable thrown, CommandLine command) {
    JobException told = JobException.in(thrown);
    Throwable shown = told == null ? thrown : told;
    String message = shown.getMessage() == null ? shown.toString() : shown.getMessage();
    PrintWriter err = command.getErr();
    err.println(Secrets.inText(command.getCommandSpec().qualifiedName() + ": " + message));
    err.flush();
    LoggerFactory.getLogger(Cli.class).info("the run failed", thrown);
  }
}
