package io.github.millrace.viewlog.job;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.Directories;
import io.github.millrace.config.Location;
import io.github.millrace.config.PathChecks;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.source.kafka.KafkaPreflight;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.stream.Checkpoint;
import io.github.millrace.stream.Takeover;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.report.Filing;
import io.github.millrace.viewlog.view.Campaigns;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.WindowStore;
import io.github.millrace.window.WindowedBatch;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * What all commands work from: a configuration that has been checked against the world.
 *
 * @param warnings what the user should look at, and what hinders nothing
 */
public record ReportPlan(
    ReportConfig config,
    Contract contract,
    Campaigns campaigns,
    Checkpoint checkpoint,
    List<String> warnings,
    Configuration hadoop) {

  static final String JOB = "viewlog-reporter report";

  /** Checks everything outside the configuration itself; null if there was a problem. */
  public static ReportPlan check(
      ReportConfig config, boolean adopt, Configuration hadoop, List<String> problems)
      throws IOException {
    directories(config).check(hadoop, problems);
    if (adopt) {
      problems.add(
          "--adopt: report cannot take an output over, for the minutes left open are lost with the"
              + " checkpoint; begin anew with an empty checkpoint and output, and set"
              + " kafka.startingOffsets");
    }
    if (config.window() != null && config.window().micros() == 0) {
      problems.add("window: is '" + config.window() + "', must be longer than nothing");
    }
    Optional<Contract> contract = contract(config, hadoop, problems);
    Campaigns campaigns = campaigns(config, hadoop, problems);
    List<String> warnings = new ArrayList<>();
    KafkaPreflight kafka = KafkaPreflight.ofConfig(config.kafka(), problems, warnings);
    if (config.kafka().topics().size() > 1) {
      problems.add("kafka.topic: is '%s', must be one topic".formatted(config.kafka().topic()));
    }
    if (!problems.isEmpty()) {
      return null;
    }
    KafkaSource.State state = kafka.state(config.stream().checkpoint().path(), hadoop, problems);
    if (!problems.isEmpty()) {
      return null;
    }
    long lastBatch = Checkpoint.lastBatch(config.stream().checkpoint().path(), hadoop);
    kafka.checkNext(state, config.stream().checkpoint().path(), lastBatch, hadoop);
    Checkpoint checkpoint =
        Checkpoint.check(
            config.stream().checkpoint().path(),
            JOB,
            settings(config, contract.orElseThrow(), state),
            contract.get().keeping(Views.needed(config)),
            config.destination(),
            Takeover.IMPOSSIBLE,
            hadoop);
    if (lastBatch >= 0 && !checkpoint.hasPublished(lastBatch)) {
      // It is read again from its beginning.
      kafka.checkAgain(state, config.stream().checkpoint().path(), lastBatch, hadoop);
    }
    return new ReportPlan(
        config, contract.orElseThrow(), campaigns, checkpoint, List.copyOf(warnings), hadoop);
  }

  private static Directories directories(ReportConfig config) {
    return new Directories("output")
        .writes("output", config.output())
        .writes("checkpoint", config.stream().checkpoint())
        .writes("archive", config.archive())
        .accounts("", config.accounts());
  }

  private static Optional<Contract> contract(
      ReportConfig config, Configuration hadoop, List<String> problems) {
    Optional<Contract> contract = new ContractSource(config.contract()).check(hadoop, problems);
    contract.ifPresent(
        read ->
            Views.lacks(read, config)
                .forEach(lack -> problems.add("contract " + config.contract() + ": " + lack)));
    return contract;
  }

  private static Campaigns campaigns(
      ReportConfig config, Configuration hadoop, List<String> problems) {
    String file = Location.textOf(config.campaigns());
    if (file == null
        || file.isBlank()
        || !new PathChecks(hadoop, problems).hasConnector("campaigns", file)) {
      return null;
    }
    try {
      return Campaigns.read(file, hadoop, problems);
    } catch (IOException | RuntimeException e) {
      problems.add(Campaigns.unreadable(file, e));
      return null;
    }
  }

  /** What must not change over the life of a checkpoint. */
  private static Map<String, String> settings(
      ReportConfig config, Contract contract, KafkaSource.State state) {
    return Map.of(
        "contract id",
        contract.id(),
        "output",
        config.output().path(),
        "kafka.topic",
        config.kafka().topic() + " (id " + state.ids().get(config.kafka().topic()) + ")",
        "window",
        config.window().micros() / 1_000 + " ms",
        "watermark",
        config.watermark().micros() / 1_000 + " ms",
        "windowOn",
        config.windowOn(),
        "deduplicate",
        config.stream().deduplicate().toString());
  }

  /** What a job says it would do, and the warnings. */
  String described(String would) {
    StringBuilder text = new StringBuilder(would);
    warn(warning -> text.append('\n').append(warning));
    return text.toString();
  }

  /** Tells the warnings, a line each. */
  public void warn(Consumer<String> out) {
    warnings.forEach(warning -> out.accept("warning: " + warning));
  }

  KafkaSource source() {
    return new KafkaSource(config.kafka());
  }

  String topic() {
    return config.kafka().topic();
  }

  SparkSettings sparkSettings() {
    Map<String, String> contracts =
        ContractCatalog.settings(new ContractSource(config.contract()), Views.needed(config));
    // Spark's own default has no statistics in its files, which spare readers of a few hours a day.
    Map<String, String> files = Map.of("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    return new SparkSettings(contracts, files);
  }

  LedgerEntry.ContractVersion contractVersion() {
    return new LedgerEntry.ContractVersion(contract.id(), contract.version());
  }

  /** The windows that a batch or a flush closes become reports. */
  WindowedBatch windowed() {
    return new WindowedBatch(windowStore(), config.windows(), Filing.BY_WINDOW::write);
  }

  WindowStore windowStore() {
    return new WindowStore(config.stream().checkpoint().path(), Views.COLUMNS, hadoop);
  }

  /**
   * What report has left open.
   *
   * @throws JobException if it has not run yet
   */
  OpenWindows openWindows() throws IOException {
    return windowStore()
        .latest()
        .orElseThrow(
            () ->
                new JobException(
                    ExitCode.USAGE,
                    "checkpoint %s: report has read nothing yet; run it first"
                        .formatted(config.stream().checkpoint().path())));
  }

  /** When the batch that has left them open was published, by the clock of that machine. */
  Instant published(OpenWindows open) throws IOException {
    return new Ledger(config.destination().ledger(), hadoop)
        .committed(checkpoint.unit(open.batch()))
        .map(LedgerEntry::preparedAt)
        .orElse(Instant.EPOCH);
  }

  /**
   * A unit besides those of the batches.
   *
   * @param owner by whose name it is completed, if it is cut off
   */
  UnitSpec spec(String unit, String owner, long batch, boolean aggregates) {
    return new UnitSpec(
        config.destination(),
        JOB,
        unit,
        owner,
        batch,
        contractVersion(),
        false,
        null,
        aggregates ? Views.AGGREGATION : null);
  }
}
