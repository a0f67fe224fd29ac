package io.github.millrace.datagen;

import io.github.millrace.datagen.clickstream.EventsCommand;
import io.github.millrace.datagen.invoice.InvoicesCommand;
import io.github.millrace.datagen.viewlog.ViewLogsCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point of {@code datagen.jar}: each subcommand generates one kind of input. */
@Command(
    name = "datagen",
    description = "Generates inputs for the Millrace pipelines, seeded and repeatable.",
    mixinStandardHelpOptions = true,
    versionProvider = DatagenMain.Version.class,
    scope = ScopeType.INHERIT,
    resourceBundle = "io.github.millrace.datagen.Options",
    subcommands = {
      InvoicesCommand.class,
      ViewLogsCommand.class,
      EventsCommand.SalesClicks.class,
      EventsCommand.CabClicks.class,
      EventsCommand.AppLogs.class
    })
public final class DatagenMain implements Runnable {
  @Spec private CommandSpec spec;

  private DatagenMain() {}

  /** Runs the command line and exits with 0 (done), 1 (failed) or 2 (usage). */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "No subcommand given: name what to generate, such as 'invoices'.");
  }

  static CommandLine commandLine() {
    return new CommandLine(new DatagenMain())
        .setParameterExceptionHandler(
            (exception, args) -> usageError(exception.getCommandLine(), exception))
        .setExecutionExceptionHandler(
            (exception, command, parsed) -> {
              if (exception instanceof IllegalArgumentException) {
                return usageError(command, exception);
              }
              if (!(exception instanceof IOException)) {
                throw exception;
              }
              command.getErr().println("Writing failed: " + exception);
              return ExitCode.SOFTWARE;
            });
  }

  private static int usageError(CommandLine command, Exception exception) {
    command.getErr().println(exception.getMessage());
    command
        .getErr()
        .println("'" + command.getCommandSpec().qualifiedName() + " --help' shows the options.");
    return ExitCode.USAGE;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = DatagenMain.class.getPackage().getImplementationVersion();
      return new String[] {"Millrace datagen " + (version == null ? "(not packaged)" : version)};
    }
  }
}
