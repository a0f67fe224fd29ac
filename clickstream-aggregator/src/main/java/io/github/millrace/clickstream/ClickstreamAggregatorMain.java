package io.github.millrace.clickstream;

import io.github.millrace.cli.Cli;
import io.github.millrace.cli.LedgerCommand;
import picocli.CommandLine.Command;

/** The program. */
@Command(
    name = "clickstream-aggregator",
    description = "Lands feeds of clicks and events by the date and hour of each event.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LandCommand.class,
      HoursCommand.class,
      CompactCommand.class,
      ReplayCommand.class,
      LedgerCommand.class
    })
public final class ClickstreamAggregatorMain {
  private ClickstreamAggregatorMain() {}

  public static void main(String[] args) {
    Cli.main(new ClickstreamAggregatorMain(), args);
  }

  /** Runs a command line in a JVM that goes on, and returns the exit status. */
  public static int run(String... args) {
    return Cli.run(new ClickstreamAggregatorMain(), args);
  }
}
