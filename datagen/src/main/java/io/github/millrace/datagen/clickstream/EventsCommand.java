package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.command.SendCommand;
import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.truth.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/** A command for each of the senders. */
public abstract class EventsCommand extends SendCommand {
  private static final long TYPICAL_BYTES = 250;

  private final EventLog log;

  private EventsCommand(EventLog log) {
    this.log = log;
  }

  /** {@code datagen sales-clicks}. */
  @Command(
      name = "sales-clicks",
      description = {
        "Generates what was sold and clicked, as JSON arrays in files, or messages of a Kafka topic,"
            + " with chosen shares of late, repeated and malformed records, and a truth file.",
        "The same options give the same records, if --start is among them or they go to files."
      },
      sortOptions = false,
      showDefaultValues = true)
  public static final class SalesClicks extends EventsCommand {
    /** Made by the command line. */
    public SalesClicks() {
      super(EventLog.SALES_CLICKS);
    }
  }

  /** {@code datagen cab-clicks}. */
  @Command(
      name = "cab-clicks",
      description = {
        "Generates clicks in an app that calls cabs, as JSON with the odd spellings of its sender,"
            + " into a Kafka topic or files, with chosen shares of late, repeated and malformed"
            + " records, and a truth file.",
        "The same options give the same records, if --start is among them or they go to files."
      },
      sortOptions = false,
      showDefaultValues = true)
  public static final class CabClicks extends EventsCommand {
    /** Made by the command line. */
    public CabClicks() {
      super(EventLog.CAB_CLICKS);
    }
  }

  /** {@code datagen app-logs}. */
  @Command(
      name = "app-logs",
      description = {
        "Generates what customers of a shop view, put into the cart, buy and follow, as JSON of four"
            + " types of event, into a Kafka topic or files, with chosen shares of late, repeated and"
            + " malformed records, and a truth file.",
        "The same options give the same records, if --start is among them or they go to files."
      },
      sortOptions = false,
      showDefaultValues = true)
  public static final class AppLogs extends EventsCommand {
    /** Made by the command line. */
    public AppLogs() {
      super(EventLog.APP_LOGS);
    }
  }

  @Override
  protected String noun() {
    return "events";
  }

  @Override
  protected long typicalBytes() {
    return TYPICAL_BYTES;
  }

  @Override
  protected Pattern fileNames() {
    return log.fileNames();
  }

  @Override
  protected Summary write(
      SendOptions options, long number, OutputDirectory directory, LongConsumer progress)
      throws IOException {
    return log.write(options, number, directory, progress);
  }

  @Override
  protected Summary send(
      SendOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    return log.send(options, target, truthFile, flow);
  }
}
