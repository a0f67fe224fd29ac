package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.Layout;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.output.SentDataSet;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.truth.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Writes a view log into files or sends it to a topic, with the truth about each record. */
public final class ViewLogDataSet {
  private static final String PREFIX = "views";

  /** The names of the files that {@link #write} makes, finished or not. */
  public static final Pattern FILE_NAMES = SentDataSet.fileNames(PREFIX);

  private ViewLogDataSet() {}

  /**
   * Writes the records as lines of files and, when they are complete, the truth file.
   *
   * @param options what to generate; the count must be limited
   * @param files over how many files the views are spread
   * @param directory where to; it must not hold an earlier data set
   * @param progress gets after each file how many views are written
   * @return the totals, as in the truth file
   * @throws IllegalArgumentException if a file would be empty
   */
  public static Summary write(
      SendOptions options, long files, OutputDirectory directory, LongConsumer progress)
      throws IOException {
    return SentDataSet.write(
        options,
        ViewLogGenerator.forFiles(options),
        PREFIX,
        files,
        Layout.LINES,
        directory,
        progress);
  }

  /**
   * Sends the records to a topic, as fast as it goes, and returns when they have arrived.
   *
   * @param options what to generate; the count must be limited
   * @param truthFile where the truth about each record is written, if at all
   * @return the totals, as in the truth file
   * @throws IllegalArgumentException if the topic has not the partitions that the target asks for
   * @throws IOException naming topic and servers, if Kafka does not take all records
   */
  public static Summary send(SendOptions options, KafkaTarget target, Optional<Path> truthFile)
      throws IOException {
    return send(options, target, truthFile, Flow.FREE);
  }

  static Summary send(SendOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    return SentDataSet.send(
        options.seed(), ViewLogGenerator.forKafka(options), target, truthFile, flow);
  }
}
