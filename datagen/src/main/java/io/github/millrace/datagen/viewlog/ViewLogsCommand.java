package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.command.SendCommand;
import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.truth.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code datagen view-logs}: generates views into a Kafka topic or files, and the truth. */
@Command(
    name = "view-logs",
    description = {
      "Generates views of advertisement banners as JSON, into a Kafka topic or files, with chosen"
          + " shares of late, repeated and malformed ones, and a truth file that names every record"
          + " and its outcome.",
      "The same options give the same records, if --start is among them or they go to files.",
      "To Kafka without --start, views end now and are sent at their rate; without --count, until"
          + " the command is stopped."
    },
    sortOptions = false,
    showDefaultValues = true)
public final class ViewLogsCommand extends SendCommand {
  private static final long TYPICAL_VIEW_BYTES = 200;

  @Option(
      names = "--campaigns",
      paramLabel = "FILE",
      description = "Write the campaigns as CSV to this file.")
  private Path campaigns;

  /** Made by the command line. */
  public ViewLogsCommand() {}

  @Override
  protected String noun() {
    return "views";
  }

  @Override
  protected long typicalBytes() {
    return TYPICAL_VIEW_BYTES;
  }

  @Override
  protected Pattern fileNames() {
    return ViewLogDataSet.FILE_NAMES;
  }

  @Override
  protected Summary write(
      SendOptions options, long number, OutputDirectory directory, LongConsumer progress)
      throws IOException {
    return ViewLogDataSet.write(options, number, directory, progress);
  }

  @Override
  protected Summary send(
      SendOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    return ViewLogDataSet.send(options, target, truthFile, flow);
  }

  @Override
  protected List<String> writeBeside() throws IOException {
    if (campaigns == null) {
      return List.of();
    }
    Campaigns.write(campaigns);
    return List.of("Campaigns: " + campaigns);
  }
}
