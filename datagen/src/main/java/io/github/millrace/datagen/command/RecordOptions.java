package io.github.millrace.datagen.command;

import picocli.CommandLine.Option;

/** The options of every generator. */
public final class RecordOptions {
  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides every random choice.")
  private long seed;

  @Option(
      names = "--duplicate-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the good records that come a second time, 0 to 1.")
  private double duplicateShare;

  @Option(
      names = "--bad-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the records that are bad, 0 to 1.")
  private double badShare;

  /** Made by the command line. */
  public RecordOptions() {}

  /** Returns what decides every random choice. */
  public long seed() {
    return seed;
  }

  /** Returns the share of the good records that come a second time, not checked. */
  public double duplicateShare() {
    return duplicateShare;
  }

  /** Returns the share of the records that are bad, not checked. */
  public double badShare() {
    return badShare;
  }
}
