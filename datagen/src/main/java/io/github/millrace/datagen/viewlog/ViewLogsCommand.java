package io.github.millrace.datagen.viewlog;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.datagen.command.Converters;
import io.github.millrace.datagen.command.FilesOptions;
import io.github.millrace.datagen.command.ProgressLines;
import io.github.millrace.datagen.command.RecordOptions;
import io.github.millrace.datagen.command.Report;
import io.github.millrace.datagen.command.StopSignal;
import io.github.millrace.datagen.command.Target;
import io.github.millrace.datagen.command.TopicOptions;
import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.OutputDirectory;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
public final class ViewLogsCommand implements Callable<Integer> {
  private static final long TYPICAL_VIEW_BYTES = 200;
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
      description = "How many views; about 200 bytes each. Required with --to files.")
  private Long count;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Views per second of the time in the records.")
  private long rate;

  @Option(
      names = "--start",
      paramLabel = "INSTANT",
      converter = Converters.OfInstant.class,
      description =
          "When the first view is sent, such as 2026-01-31T10:00:00Z. By default now, or with --to"
              + " files 2024-01-01T00:00:00Z.")
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
      description = "Share of the views that are late, 0 to 1.")
  private double lateShare;

  @Option(
      names = "--late-by",
      paramLabel = "TIME",
      defaultValue = ViewLogOptions.LATE_BY,
      converter = Converters.OfTimeSpan.class,
      description =
          "How far the end of a late view is behind its sending, such as '30 seconds' or '2 hours'.")
  private TimeSpan lateBy;

  @Option(
      names = "--out-of-order",
      paramLabel = "TIME",
      defaultValue = ViewLogOptions.OUT_OF_ORDER,
      converter = Converters.OfTimeSpan.class,
      description = "How far the end of a view is behind its sending, at most.")
  private TimeSpan outOfOrder;

  @Option(
      names = "--campaigns",
      paramLabel = "FILE",
      description = "Write the campaigns as CSV to this file.")
  private Path campaigns;

  @Mixin private FilesOptions files;

  @Mixin private TopicOptions topic;

  /** Made by the command line. */
  public ViewLogsCommand() {}

  @Override
  public Integer call() throws IOException {
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
    ViewLogOptions options = options(count, start == null ? START_IN_FILES : start);
    long number = files.number(count, TYPICAL_VIEW_BYTES);
    OutputDirectory directory = files.directory(ViewLogDataSet.FILE_NAMES);
    writeCampaigns();
    Summary summary = ViewLogDataSet.write(options, number, directory, progress("written"));
    print(summary, files.path(), Optional.of(files.path().resolve(TruthFile.NAME)));
  }

  private void toKafka() throws IOException {
    topic.require();
    files.refuse(to);
    boolean now = start == null;
    ViewLogOptions options =
        options(
            count == null ? ViewLogOptions.UNLIMITED : count,
            now ? Instant.now().truncatedTo(ChronoUnit.MICROS) : start);
    KafkaTarget target = topic.target();
    writeCampaigns();
    try (StopSignal stopped = StopSignal.install()) {
      Flow flow = new Flow(paced || now, stopped, progress("sent"));
      print(
          ViewLogDataSet.send(options, target, topic.truthFile(), flow), target, topic.truthFile());
    }
  }

  private ViewLogOptions options(long views, Instant first) {
    return new ViewLogOptions(
        views,
        records.seed(),
        first,
        rate,
        new Shares(lateShare, records.duplicateShare(), records.badShare()),
        lateBy.duration(),
        outOfOrder.duration());
  }

  private void writeCampaigns() throws IOException {
    if (campaigns != null) {
      Campaigns.write(campaigns);
    }
  }

  private ProgressLines progress(String done) {
    return new ProgressLines(
        spec.commandLine().getErr(),
        count == null
            ? "records " + done
            : String.format(Locale.ROOT, "records %s, for %,d views", done, count));
  }

  private void print(Summary summary, Object data, Optional<Path> truthFile) {
    List<String> places = new ArrayList<>();
    places.add("Data: " + data);
    truthFile.ifPresent(file -> places.add("Truth: " + file));
    if (campaigns != null) {
      places.add("Campaigns: " + campaigns);
    }
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
