package io.github.millrace.viewlog;

import io.github.millrace.cli.Cli;
import io.github.millrace.cli.LedgerCommand;
import picocli.CommandLine.Command;

/** The program. */
@Command(
    name = "viewlog-reporter",
    description = "Reports banner views by campaign, network and minute.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ReportCommand.class,
      RecomputeCommand.class,
      ReplayCommand.class,
      CompactCommand.class,
      LedgerCommand.class
    })
public final class ViewlogReporterMain {
  private ViewlogReporterMain() {}

  public static void main(String[] args) {
    Cli.main(new ViewlogReporterMain(), args);
  }

  /** Runs a command line in a JVM that goes on, and returns the exit status. */
  public static int run(String... args) {
    return Cli.run(new ViewlogReporterMain(), args);
  }
}
