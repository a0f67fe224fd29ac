package io.github.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that every job command has. */
final class JobOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Configuration in YAML, on any file system; config/reference.yaml in the JAR has all keys.")
  String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key, such as trigger=availableNow; wins over the file. Repeatable.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--print-config",
      description = "Shows the effective configuration, secrets masked, and ends.")
  boolean printConfig;

  @Option(
      names = "--dry-run",
      description = "Checks configuration, contract, paths and checkpoint, and touches nothing.")
  boolean dryRun;

  @Option(
      names = "--adopt",
      description =
          "Lets a checkpoint take over an output that another one has written; what the ledger has"
              + " as done is not read again.")
  boolean adopt;

  @Option(
      names = {"-v", "--verbose"},
      description = "Shows Spark's own log.")
  boolean verbose;
}
