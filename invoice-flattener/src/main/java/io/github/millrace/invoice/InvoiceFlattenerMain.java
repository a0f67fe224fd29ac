package io.github.millrace.invoice;

import io.github.millrace.cli.Cli;
import io.github.millrace.cli.LedgerCommand;
import picocli.CommandLine.Command;

/** The program. */
@Command(
    name = "invoice-flattener",
    description = "Flattens nested JSON invoices into one row per line item.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {FlattenCommand.class, ReplayCommand.class, LedgerCommand.class})
public final class InvoiceFlattenerMain {
  private InvoiceFlattenerMain() {}

  public static void main(String[] args) {
    Cli.main(new InvoiceFlattenerMain(), args);
  }

  /** Runs a command line in a JVM that goes on, and returns the exit status. */
  public static int run(String... args) {
    return Cli.run(new InvoiceFlattenerMain(), args);
  }
}
