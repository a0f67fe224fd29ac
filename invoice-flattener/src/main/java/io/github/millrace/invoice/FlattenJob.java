package io.github.millrace.invoice;

import io.github.millrace.cli.Job;
import io.github.millrace.config.Directories;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.contract.Validation;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.stream.Checkpoint;
import io.github.millrace.stream.Deduplication;
import io.github.millrace.stream.RunResult;
import io.github.millrace.stream.ShapeCheck;
import io.github.millrace.stream.StreamQuery;
import io.github.millrace.stream.StreamRunner;
import io.github.millrace.stream.Takeover;
import io.github.millrace.upkeep.Replay;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Invoices from a directory to flat CSV rows in two.
 *
 * @param replay whether quarantined invoices are read again
 */
record FlattenJob(FlattenConfig config, Contract contract, Checkpoint checkpoint, boolean replay)
    implements Job {

  private static final String NAME = "invoice-flattener flatten";

  /** Checks everything outside the configuration itself; null if there was a problem. */
  static FlattenJob check(
      FlattenConfig config,
      boolean adopt,
      boolean replay,
      Configuration hadoop,
      List<String> problems)
      throws IOException {
    directories(config).check(hadoop, problems);
    Optional<Contract> contract = contract(config, hadoop, problems);
    if (!problems.isEmpty()) {
      return null;
    }
    Checkpoint checkpoint =
        Checkpoint.check(
            config.stream().checkpoint().path(),
            NAME,
            settings(config, contract.orElseThrow()),
            contract
                .get()
                .keeping(LineItems.written(contract.get(), config.stream().deduplicate())),
            config.destinations(),
            Takeover.of(adopt),
            hadoop);
    return new FlattenJob(config, contract.orElseThrow(), checkpoint, replay);
  }

  private static Directories directories(FlattenConfig config) {
    return new Directories("output.hive")
        .reads("input.path", config.input().path())
        .writes("output.hive", config.output().hive())
        .writes("output.cassandra", config.output().cassandra())
        .writes("checkpoint", config.stream().checkpoint())
        .accounts("output.", config.output().accounts());
  }

  private static Optional<Contract> contract(
      FlattenConfig config, Configuration hadoop, List<String> problems) {
    Optional<Contract> contract = new ContractSource(config.contract()).check(hadoop, problems);
    contract.ifPresent(
        read ->
            LineItems.lacks(read, config.stream().deduplicate())
                .forEach(lack -> problems.add("contract " + config.contract() + ": " + lack)));
    return contract;
  }

  /** What must not change over the life of a checkpoint. */
  private static Map<String, String> settings(FlattenConfig config, Contract contract) {
    return Map.of(
        "contract id", contract.id(),
        "output.hive", config.output().hive().path(),
        "deduplicate", config.stream().deduplicate().toString());
  }

  @Override
  public SparkSettings sparkSettings() {
    SparkSettings contracts =
        SparkSettings.forcing(
            ContractCatalog.settings(
                new ContractSource(config.contract()), LineItems.needed(contract)));
    return config.stream().deduplicate() ? contracts.plus(SparkSettings.ofState()) : contracts;
  }

  @Override
  public String describe() {
    return "would %s %s (%s) by contract %s %s into %s and %s"
        .formatted(
            replay ? "read the quarantine again and flatten" : "flatten",
            config.input().path().path(),
            config.input().shape(),
            contract.id(),
            contract.version(),
            config.output().hive().path(),
            config.output().cassandra().path());
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    Dataset<Row> raw = config.source().stream(session);
    Dataset<Row> judged = Validation.validate(raw, contract);
    Dataset<Row> unique =
        config.stream().deduplicate()
            ? Deduplication.firstOfEachKey(judged, contract.key())
            : judged;
    Dataset<Row> rows = LineItems.flatten(unique, config.output().lineNumber());
    try (StreamRunner runner = new StreamRunner(session, out)) {
      RunResult result = runner.run(List.of(query(rows, session))).orThrow();
      account(result.counts(), out);
      if (result.end().isComplete()) {
        runner.checkBadShare();
      }
    }
  }

  private StreamQuery query(Dataset<Row> rows, SparkSession session) {
    return new StreamQuery(
        NAME,
        rows,
        config.destinations(),
        checkpoint,
        config.stream(),
        contractVersion(),
        replay ? replay(session) : StreamQuery.BeforeStart.NOTHING,
        null,
        new ShapeCheck(
            config.source().shape(),
            "replay --set input.shape",
            session.sparkContext().hadoopConfiguration()),
        CommitSteps.NONE);
  }

  private StreamQuery.BeforeStart replay(SparkSession session) {
    Output output = config.destinations();
    return (publisher, out) ->
        new Replay(config.source(), output, session)
            .returnToInput(
                publisher,
                UnitSpec.ofNoBatch(output, NAME, "replay", checkpoint.id(), contractVersion()),
                out);
  }

  private LedgerEntry.ContractVersion contractVersion() {
    return new LedgerEntry.ContractVersion(contract.id(), contract.version());
  }

  private void account(Counts counts, Consumer<String> out) {
    Output output = config.destinations();
    out.accept(
        "%,d read = %,d written + %,d quarantined + %,d deduplicated + %,d reread"
            .formatted(
                counts.read(),
                counts.written(),
                counts.quarantined(),
                counts.deduplicated(),
                counts.reread()));
    out.accept(
        "output:     " + config.output().hive().path() + ", " + config.output().cassandra().path());
    out.accept("quarantine: " + output.quarantine());
    out.accept("ledger:     " + output.ledger());
  }
}
