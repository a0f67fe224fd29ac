package io.github.millrace.clickstream.land;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.col;

import io.github.millrace.batch.BatchRun;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.Unit;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.record.RawRecords;
import io.github.millrace.source.file.Quarantine;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.stream.StreamQuery;
import io.github.millrace.stream.StreamRunner;
import io.github.millrace.upkeep.QuarantineFiles;
import io.github.millrace.upkeep.QuarantineFiles.Waiting;
import io.github.millrace.upkeep.Replay;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Judges quarantined records again, each once. Those of files go back to the feed's input, and so
 * through its stream; those of a topic are landed by a unit of their own, also while {@code land}
 * runs.
 */
public record ReplayJob(List<FeedPlan> feeds) implements Job {

  @Override
  public SparkSettings sparkSettings() {
    return LandJob.settings(feeds);
  }

  @Override
  public String describe() {
    return feeds.stream()
        .map(plan -> plan.output().quarantine())
        .collect(joining("\n", "would judge again what is in ", ""));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    LandJob.warn(feeds, out);
    for (FeedPlan plan : feeds) {
      if (plan.feed().readsTopic()) {
        ofTopic(plan, session, out);
      } else {
        ofFiles(plan, session, out);
      }
    }
  }

  private static void ofFiles(FeedPlan plan, SparkSession session, Consumer<String> out)
      throws IOException {
    StreamQuery.BeforeStart replay =
        (publisher, say) ->
            new Replay(plan.files(), plan.output(), session)
                .returnToInput(publisher, unit(plan, plan.checkpoint().id()), say);
    try (Sources sources = new Sources(session, out);
        StreamRunner runner = new StreamRunner(session, out)) {
      StreamQuery query = sources.query(plan, StreamTrigger.ALL_AVAILABLE, replay);
      LandJob.account(runner.run(List.of(query)).orThrow().counts(), List.of(plan), out);
    }
  }

  private static void ofTopic(FeedPlan plan, SparkSession session, Consumer<String> out)
      throws IOException {
    Output output = plan.output();
    LandedTables tables = LandedTables.of(plan, session, out);
    try (BatchRun run =
        BatchRun.begin(output, Role.CORRECTION, tables.steps(), plan.hadoop(), out)) {
      List<Waiting> waiting = QuarantineFiles.waiting(output, run.ledger(), plan.hadoop());
      if (waiting.isEmpty()) {
        out.accept("nothing is quarantined in " + output.quarantine());
        return;
      }
      // In the ledger's entries, apart from the stream's own.
      LedgerEntry entry =
          run.publish(
              unit(plan, plan.checkpoint().id() + "-replayed"),
              plan.landing().rows(messages(session, waiting), Instant.now()),
              unit -> {
                waiting.forEach(file -> close(file, output, unit));
                new CompleteHours(plan, tables).addBeside(unit);
              });
      out.accept("ledger: unit " + entry.unit());
      LandJob.account(entry.counts(), List.of(plan), out);
    }
  }

  private static UnitSpec unit(FeedPlan plan, String owner) {
    return UnitSpec.ofNoBatch(plan.output(), plan.job(), "replay", owner, plan.contractVersion());
  }

  private static void close(Waiting file, Output output, Unit unit) {
    unit.read(new LedgerEntry.Source(file.path().toString(), file.records()));
    unit.move(file.path(), QuarantineFiles.replayed(file.path(), output));
  }

  private static Dataset<Row> messages(SparkSession session, List<Waiting> waiting) {
    List<Path> files = waiting.stream().map(Waiting::path).toList();
    Dataset<Row> stored =
        Quarantine.read(session, files)
            .select(
                Quarantine.raw().as(RawRecords.VALUE),
                col("source.topic").as("topic"),
                col("source.partition").as(KafkaSource.PARTITION),
                col("source.offset").as(KafkaSource.OFFSET),
                col("source.timestamp").as(KafkaSource.TIMESTAMP));
    return KafkaSource.messages(stored, col("topic"));
  }
}
