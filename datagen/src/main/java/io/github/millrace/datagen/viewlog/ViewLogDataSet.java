package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.Layout;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.output.Topic;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.truth.TruthFile;
import io.github.millrace.datagen.truth.TruthWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Writes a view log into files or sends it to a topic, with the truth about each record. */
public final class ViewLogDataSet {
  /** The names of the files that {@link #write} makes, finished or not. */
  public static final Pattern FILE_NAMES =
      Pattern.compile("\\.?(views-[0-9]+\\.json|_truth\\.jsonl)");

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
      ViewLogOptions options, long files, OutputDirectory directory, LongConsumer progress)
      throws IOException {
    FileSpread spread = new FileSpread(options.count(), files);
    ViewLogGenerator records = ViewLogGenerator.forFiles(options);
    Optional<Path> truthFile = Optional.of(directory.resolve(TruthFile.NAME));
    try (TruthWriter truth = new TruthWriter(options.seed(), truthFile)) {
      for (long file = 0; file < files; file++) {
        long end = spread.first(file + 1);
        directory.write(spread.name("views", file), Layout.LINES, records.until(end), truth::add);
        progress.accept(end);
      }
      return truth.finish();
    }
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
  public static Summary send(ViewLogOptions options, KafkaTarget target, Optional<Path> truthFile)
      throws IOException {
    return send(options, target, truthFile, Flow.FREE);
  }

  static Summary send(
      ViewLogOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    try (TruthWriter truth = new TruthWriter(options.seed(), truthFile)) {
      try (Topic topic = Topic.open(target)) {
        topic.send(ViewLogGenerator.forKafka(options), truth::add, flow);
      }
      return truth.finish();
    }
  }
}
