package io.github.millrace.stream;

import io.github.millrace.config.StreamConfig;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.PartialAggregation;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.UnitSpec;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A stream to be run.
 *
 * @param rows a streaming dataset of the sink's columns
 * @param config its {@code maxBadShare} is as {@link BadShare} has it; duplicates are dropped by
 *     Spark's state or by the job's own work
 * @param beforeStart what is done when the output is held and before the first batch
 * @param aggregation how the sink aggregates good rows; null if it writes them
 * @param work the job's own part in each batch
 * @param steps what its units' steps beside files need
 */
public record StreamQuery(
    String job,
    Dataset<Row> rows,
    Output output,
    Checkpoint checkpoint,
    StreamConfig config,
    LedgerEntry.ContractVersion contract,
    BeforeStart beforeStart,
    PartialAggregation aggregation,
    BatchWork work,
    CommitSteps steps) {

  UnitSpec unit(long batch) {
    return new UnitSpec(
        output,
        job,
        checkpoint.unit(batch),
        checkpoint.id(),
        batch,
        contract,
        config.deduplicate(),
        null,
        aggregation);
  }

  /** Something that a job does once, before its stream starts. */
  @FunctionalInterface
  public interface BeforeStart {
    /** Nothing is done. */
    BeforeStart NOTHING = (publisher, out) -> {};

    /**
     * Does it.
     *
     * @param publisher holds the output
     * @param out takes the lines that the user reads
     */
    void run(Publisher publisher, Consumer<String> out) throws IOException;
  }
}
