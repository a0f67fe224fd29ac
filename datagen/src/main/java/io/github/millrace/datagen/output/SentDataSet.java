package io.github.millrace.datagen.output;

import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.SentRecord;
import io.github.millrace.datagen.record.SentRecords;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.truth.TruthFile;
import io.github.millrace.datagen.truth.TruthWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Writes records that are sent one after the other into files or a topic, with their truth. */
public final class SentDataSet {
  private SentDataSet() {}

  /** The names of the files that {@link #write} makes, finished or not. */
  public static Pattern fileNames(String prefix) {
    return Pattern.compile("\\.?(" + prefix + "-[0-9]+\\.json|_truth\\.jsonl)");
  }

  /**
   * Writes the records into files and, when they are complete, the truth file.
   *
   * @param options of which the records are made; the count must be limited
   * @param prefix of the files' names
   * @param files over how many files the records are spread
   * @param directory where to; it must not hold an earlier data set
   * @param progress gets after each file how many records are written
   * @return the totals, as in the truth file
   * @throws IllegalArgumentException if a file would be empty
   */
  public static <R extends SentRecord> Summary write(
      SendOptions options,
      SentRecords<R> records,
      String prefix,
      long files,
      Layout layout,
      OutputDirectory directory,
      LongConsumer progress)
      throws IOException {
    FileSpread spread = new FileSpread(options.count(), files);
    Optional<Path> truthFile = Optional.of(directory.resolve(TruthFile.NAME));
    try (TruthWriter truth = new TruthWriter(options.seed(), truthFile)) {
      for (long file = 0; file < files; file++) {
        long end = spread.first(file + 1);
        directory.write(spread.name(prefix, file), layout, records.until(end), truth::add);
        progress.accept(end);
      }
      return truth.finish();
    }
  }

  /**
   * Sends the records to a topic, and returns when they have arrived.
   *
   * @param seed of which the records are made
   * @param truthFile where the truth about each record is written, if at all
   * @return the totals, as in the truth file
   * @throws IllegalArgumentException if the topic has not the partitions that the target asks for
   * @throws IOException naming topic and servers, if Kafka does not take all records
   */
  public static <R extends SentRecord> Summary send(
      long seed, SentRecords<R> records, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    try (TruthWriter truth = new TruthWriter(seed, truthFile)) {
      try (Topic topic = Topic.open(target)) {
        topic.send(records, truth::add, flow);
      }
      return truth.finish();
    }
  }
}
