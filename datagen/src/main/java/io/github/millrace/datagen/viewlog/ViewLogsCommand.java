package io.github.millrace.datagen.viewlog;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.datagen.output.FileSpread;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.output.ProgressLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
  private static final Instant START_IN_FILES = Instant.parse("2024-01-01T00:00:00Z");

  /** Where the views go. */
  enum Target {
    KAFKA,
    FILES;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "TARGET",
      required = true,
      converter = TargetConverter.class,
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
      converter = InstantConverter.class,
      description =
          "When the first view is sent, such as 2026-01-31T10:00:00Z. By default now, or with --to"
              + " files 2024-01-01T00:00:00Z.")
  private Instant start;

  @Option(
      names = "--paced",
      description = "Send at the rate also with --start, not as fast as it goes.")
  private boolean paced;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides every random choice.")
  private long seed;

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
      converter = TimeSpanConverter.class,
      description =
          "How far the end of a late view is behind its sending, such as '30 seconds' or '2 hours'.")
  private TimeSpan lateBy;

  @Option(
      names = "--out-of-order",
      paramLabel = "TIME",
      defaultValue = ViewLogOptions.OUT_OF_ORDER,
      converter = TimeSpanConverter.class,
      description = "How far the end of a view is behind its sending, at most.")
  private TimeSpan outOfOrder;

  @Option(
      names = "--duplicate-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the good views that are sent a second time within a second, 0 to 1.")
  private double duplicateShare;

  @Option(
      names = "--bad-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the views that are malformed or impossible, 0 to 1.")
  private double badShare;

  @Option(
      names = "--campaigns",
      paramLabel = "FILE",
      description = "Write the campaigns as CSV to this file.")
  private Path campaigns;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "With --to files: directory to write to, a new or an empty one.")
  private Path dir;

  @Option(
      names = "--files",
      paramLabel = "K",
      description =
          "With --to files: how many files to spread the views over. By default 4, or one per 64 MB"
              + " if more.")
  private Long files;

  @Option(
      names = "--overwrite",
      description =
          "With --to files: replace the data set that DIR holds; refused if it holds anything else.")
  private boolean overwrite;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "With --to kafka: the servers, separated by commas.")
  private String bootstrapServers;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "With --to kafka: the topic.")
  private String topic;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "With --to kafka: make the topic with this many partitions if it is missing.")
  private Integer partitions;

  @Option(
      names = "--kafka-option",
      paramLabel = "KEY=VALUE",
      description =
          "With --to kafka: a setting of Kafka's clients, such as security.protocol=SASL_SSL. Can be"
              + " repeated. Values are never printed.")
  private List<String> kafkaOptions = new ArrayList<>();

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "With --to kafka: write the truth to this file. Files have it beside them.")
  private Path truth;

  /** Made by the command line. */
  public ViewLogsCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      return to == Target.KAFKA ? toKafka() : toFiles();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int toFiles() throws IOException {
    require("--count", count);
    require("--dir", dir);
    refuse("--bootstrap-servers", bootstrapServers != null);
    refuse("--topic", topic != null);
    refuse("--partitions", partitions != null);
    refuse("--kafka-option", !kafkaOptions.isEmpty());
    refuse("--truth", truth != null);
    refuse("--paced", paced);
    ViewLogOptions options = options(count, start == null ? START_IN_FILES : start);
    long fileCount = files == null ? ViewLogDataSet.defaultFiles(count) : files;
    FileSpread.check(count, fileCount);
    OutputDirectory directory = directory();
    writeCampaigns();
    ViewLogTruth.Summary summary =
        ViewLogDataSet.write(options, fileCount, directory, progress("written"));
    print(summary, dir, Optional.of(dir.resolve(ViewLogTruth.FILE_NAME)));
    return ExitCode.OK;
  }

  private int toKafka() throws IOException {
    require("--bootstrap-servers", bootstrapServers);
    require("--topic", topic);
    refuse("--dir", dir != null);
    refuse("--files", files != null);
    refuse("--overwrite", overwrite);
    boolean now = start == null;
    ViewLogOptions options =
        options(
            count == null ? ViewLogOptions.UNLIMITED : count,
            now ? Instant.now().truncatedTo(ChronoUnit.MICROS) : start);
    KafkaTarget target =
        new KafkaTarget(
            bootstrapServers,
            topic,
            partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions),
            keysAndValues(kafkaOptions));
    writeCampaigns();
    try (StopSignal stopped = StopSignal.install()) {
      ViewLogTruth.Summary summary =
          ViewLogDataSet.send(
              options,
              target,
              Optional.ofNullable(truth),
              new ViewLogDataSet.Flow(paced || now, stopped, progress("sent")));
      print(summary, target, Optional.ofNullable(truth));
    }
    return ExitCode.OK;
  }

  private ViewLogOptions options(long views, Instant first) {
    return new ViewLogOptions(
        views,
        seed,
        first,
        rate,
        new ViewLogOptions.Shares(lateShare, duplicateShare, badShare),
        lateBy.duration(),
        outOfOrder.duration());
  }

  private OutputDirectory directory() throws IOException {
    try {
      return overwrite
          ? OutputDirectory.replace(dir, ViewLogDataSet.FILE_NAMES)
          : OutputDirectory.create(dir);
    } catch (FileSystemException e) {
      String remedy =
          overwrite
              ? "Name another directory, or empty this one yourself."
              : "Name another directory, or add --overwrite to replace its data set.";
      throw new ParameterException(
          spec.commandLine(), "--dir cannot be used: " + e.getMessage() + ". " + remedy, e);
    }
  }

  private void writeCampaigns() throws IOException {
    if (campaigns != null) {
      Campaigns.write(campaigns);
    }
  }

  private void require(String option, Object value) {
    if (value == null) {
      throw new ParameterException(
          spec.commandLine(), option + " is missing: --to " + to + " needs it.");
    }
  }

  private void refuse(String option, boolean given) {
    if (given) {
      throw new ParameterException(
          spec.commandLine(), option + " means nothing with --to " + to + ": leave it out.");
    }
  }

  /** Takes the settings apart; an error does not show them, for they may hold a password. */
  private static Map<String, String> keysAndValues(List<String> settings) {
    Map<String, String> map = new HashMap<>();
    for (String setting : settings) {
      int end = setting.indexOf('=');
      if (end < 1) {
        throw new IllegalArgumentException(
            "--kafka-option has no '=': give it as key=value, such as security.protocol=SASL_SSL.");
      }
      map.put(setting.substring(0, end), setting.substring(end + 1));
    }
    return map;
  }

  private ProgressLines progress(String done) {
    return new ProgressLines(
        spec.commandLine().getErr(),
        count == null
            ? "records " + done
            : String.format(Locale.ROOT, "records %s, for %,d views", done, count));
  }

  private void print(ViewLogTruth.Summary summary, Object data, Optional<Path> truthFile) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%,d records: %,d good, %,d late, %,d repeated, %,d bad%n",
        summary.records(),
        summary.good(),
        summary.late(),
        summary.duplicates(),
        summary.bad());
    for (Map.Entry<Reason, Long> reason : summary.reasons().entrySet()) {
      out.printf(Locale.ROOT, "  %-16s %,d%n", reason.getKey().label(), reason.getValue());
    }
    out.println("Data: " + data);
    truthFile.ifPresent(file -> out.println("Truth: " + file));
    if (campaigns != null) {
      out.println("Campaigns: " + campaigns);
    }
    out.flush();
  }

  /** Accepts the names as the help shows them. */
  static final class TargetConverter implements ITypeConverter<Target> {
    @Override
    public Target convert(String name) {
      for (Target target : Target.values()) {
        if (target.toString().equals(name)) {
          return target;
        }
      }
      throw new TypeConversionException("'" + name + "' is no target: give kafka or files.");
    }
  }

  /** Accepts what the jobs accept as a length of time. */
  static final class TimeSpanConverter implements ITypeConverter<TimeSpan> {
    @Override
    public TimeSpan convert(String text) {
      try {
        return TimeSpan.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("is '" + text + "', " + e.getMessage());
      }
    }
  }

  /** Accepts an instant with its zone. */
  static final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "'" + text + "' is no instant: give one such as 2026-01-31T10:00:00Z.");
      }
    }
  }
}
