package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.output.OutputDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** Writes a view log into files or sends it to a topic, with the truth about each record. */
public final class ViewLogDataSet {
  /** The names of the files that {@link #write} makes, finished or not. */
  public static final Pattern FILE_NAMES =
      Pattern.compile("\\.?(views-[0-9]+\\.json|_truth\\.jsonl)");

  private static final long TYPICAL_VIEW_BYTES = 200;

  /**
   * How a view log is sent.
   *
   * @param paced whether each record waits for its time, counted from that of the first
   * @param stopped whether to end before the count is reached
   * @param progress gets how many records are sent
   */
  record Flow(boolean paced, BooleanSupplier stopped, LongConsumer progress) {
    /** As fast as it goes, to the end, in silence. */
    static final Flow FREE = new Flow(false, () -> false, sent -> {});
  }

  private ViewLogDataSet() {}

  /** Returns the number of files used unless the user names one. */
  public static long defaultFiles(long count) {
    return FileSpread.defaultFiles(count, TYPICAL_VIEW_BYTES);
  }

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
  public static ViewLogTruth.Summary write(
      ViewLogOptions options, long files, OutputDirectory directory, LongConsumer progress)
      throws IOException {
    FileSpread spread = new FileSpread(options.count(), files);
    ViewLogGenerator records = ViewLogGenerator.forFiles(options);
    Optional<Path> truthFile = Optional.of(directory.resolve(ViewLogTruth.FILE_NAME));
    try (ViewLogTruthWriter truth = new ViewLogTruthWriter(options.seed(), truthFile)) {
      for (long file = 0; file < files; file++) {
        String name = spread.name("views", file);
        long end = spread.first(file + 1);
        boolean last = file + 1 == files;
        directory.write(
            name,
            out -> {
              // Those that are repeated behind the last view are in the last file.
              for (long ordinal = 0;
                  records.hasNext() && (last || records.made() < end);
                  ordinal++) {
                ViewLogRecord record = records.next();
                out.write(record.value());
                out.write('\n');
                truth.inFile(name, ordinal, record);
              }
            });
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
  public static ViewLogTruth.Summary send(
      ViewLogOptions options, KafkaTarget target, Optional<Path> truthFile) throws IOException {
    return send(options, target, truthFile, Flow.FREE);
  }

  static ViewLogTruth.Summary send(
      ViewLogOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    try (ViewLogTruthWriter truth = new ViewLogTruthWriter(options.seed(), truthFile)) {
      try (TopicWriter topic = TopicWriter.open(target)) {
        send(ViewLogGenerator.forKafka(options), options.sentMicros(0), topic, truth, flow);
      }
      return truth.finish();
    }
  }

  private static void send(
      ViewLogGenerator records,
      long firstMicros,
      TopicWriter topic,
      ViewLogTruthWriter truth,
      Flow flow)
      throws IOException {
    Pacer pacer = new Pacer(firstMicros, flow.stopped());
    long[] sentTo = new long[topic.partitions()];
    long sent = 0;
    while (records.hasNext() && !flow.stopped().getAsBoolean()) {
      ViewLogRecord record = records.next();
      if (flow.paced() && !pacer.await(record.sentMicros())) {
        return;
      }
      int partition = topic.send(record);
      truth.inPartition(partition, sentTo[partition]++, record);
      flow.progress().accept(++sent);
    }
  }
}
