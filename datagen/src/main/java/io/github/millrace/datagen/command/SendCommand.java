package io.github.millrace.datagen.command;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.truth.TruthFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command whose records are sent one after the other, to a Kafka topic or into files. */
public abstract class SendCommand implements Callable<Integer> {
  private static final Instant START_IN_FILES = Instant.parse("2024-01-01T00:00:00Z");

  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "TARGET",
      required = true,
      converter = Target.Converter.class,
      description = "Where to: ${COMPLETION-CANDIDATES}.")
  private Target to;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many records. Required with --to files.")
  private Long count;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Records per second of the time in them.")
  private long rate;

  @Option(
      names = "--start",
      paramLabel = "INSTANT",
      converter = Converters.OfInstant.class,
      description =
          "When the first record is sent, such as 2026-01-31T10:00:00Z. By default now, or with"
              + " --to files 2024-01-01T00:00:00Z.")
  private Instant start;

  @Option(
      names = "--paced",
      description = "Send at the rate also with --start, not as fast as it goes.")
  private boolean paced;

  @Mixin private RecordOptions records;

  @Option(
      names = "--late-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the records that are late, 0 to 1.")
  private double lateShare;

  @Option(
      names = "--late-by",
      paramLabel = "TIME",
      defaultValue = SendOptions.LATE_BY,
      converter = Converters.OfTimeSpan.class,
      description =
          "How far the time in a late record is behind its sending, such as '30 seconds' or '2"
              + " hours'.")
  private TimeSpan lateBy;

  @Option(
      names = "--out-of-order",
      paramLabel = "TIME",
      defaultValue = SendOptions.OUT_OF_ORDER,
      converter = Converters.OfTimeSpan.class,
      description = "How far the time in a record is behind its sending, at most.")
  private TimeSpan outOfOrder;

  @Mixin private FilesOptions files;

  @Mixin private TopicOptions topic;

  /** What the records are called, such as {@code views}. */
  protected abstract String noun();

  /** How many bytes a record mostly has. */
  protected abstract long typicalBytes();

  /** The names of the files that {@link #write} makes, finished or not. */
  protected abstract Pattern fileNames();

  /** Writes records into files, with their truth. */
  protected abstract Summary write(
      SendOptions options, long number, OutputDirectory directory, LongConsumer progress)
      throws IOException;

  /** Sends records to a topic. */
  protected abstract Summary send(
      SendOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException;

  /** Writes what goes with the records, and tells where that is, a line each. */
  protected List<String> writeBeside() throws IOException {
    return List.of();
  }

  @Override
  public final Integer call() throws IOException {
    switch (to) {
      case KAFKA -> toKafka();
      case FILES -> toFiles();
    }
    return ExitCode.OK;
  }

  private void toFiles() throws IOException {
    to.require("--count", count);
    files.require();
    topic.refuse(to);
    to.refuse("--paced", paced);
    SendOptions options = options(count, start == null ? START_IN_FILES : start);
    long number = files.number(count, typicalBytes());
    OutputDirectory directory = files.directory(fileNames());
    List<String> beside = writeBeside();
    Summary summary = write(options, number, directory, progress("written"));
    print(summary, files.path(), Optional.of(files.path().resolve(TruthFile.NAME)), beside);
  }

  private void toKafka() throws IOException {
    topic.require();
    files.refuse(to);
    boolean now = start == null;
    SendOptions options =
        options(
            count == null ? SendOptions.UNLIMITED : count,
            now ? Instant.now().truncatedTo(ChronoUnit.MICROS) : start);
    KafkaTarget target = topic.target();
    List<String> beside = writeBeside();
    try (StopSignal stopped = StopSignal.install()) {
      Flow flow = new Flow(paced || now, stopped, progress("sent"));
      print(send(options, target, topic.truthFile(), flow), target, topic.truthFile(), beside);
    }
  }

  private SendOptions options(long number, Instant first) {
    return new SendOptions(
        number,
        records.seed(),
        first,
        rate,
        new Shares(lateShare, records.duplicateShare(), records.badShare()),
        lateBy.duration(),
        outOfOrder.duration());
  }

  private ProgressLines progress(String done) {
    return new ProgressLines(
        spec.commandLine().getErr(),
        count == null
            ? "records " + done
            : String.format(Locale.ROOT, "records %s, for %,d %s", done, count, noun()));
  }

  private void print(Summary summary, Object data, Optional<Path> truthFile, List<String> beside) {
    List<String> places = new ArrayList<>();
    places.add("Data: " + data);
    truthFile.ifPresent(file -> places.add("Truth: " + file));
    places.addAll(beside);
    String totals =
        String.format(
            Locale.ROOT,
            "%,d records: %,d good, %,d late, %,d repeated, %,d bad",
            summary.records(),
            summary.good(),
            summary.late(),
            summary.duplicates(),
            summary.bad());
    Report.print(spec.commandLine().getOut(), totals, summary.reasons(), 16, places);
  }
}
