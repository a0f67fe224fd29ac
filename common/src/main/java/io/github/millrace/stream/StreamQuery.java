package io.github.millrace.stream;

import io.github.millrace.ledger.Entry;
import io.github.millrace.publish.Fold;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publication;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A stream to be run.
 *
 * @param rows a streaming dataset of the sink's columns
 * @param deduplicates whether the job drops duplicates, by Spark's state or by its own work
 * @param maxBadShare the share of records, 0 to 1, that may be bad, as {@link BadShare} has it
 * @param replay the input to which quarantined records are given back before the stream starts;
 *     null for none
 * @param fold how the sink folds good rows; null if it writes them
 * @param work the job\'s own part in each batch
 */
public record StreamQuery(
    String job,
    Dataset<Row> rows,
    Output output,
    Checkpoint checkpoint,
    StreamTrigger trigger,
    Entry.ContractVersion contract,
    boolean deduplicates,
    Double maxBadShare,
    FileInput replay,
    Fold fold,
    BatchWork work) {

  Publication publication(long batch) {
    return new Publication(
        output,
        job,
        checkpoint.unit(batch),
        checkpoint.id(),
        batch,
        contract,
        deduplicates,
        null,
        fold);
  }

  /** Of a unit that gives quarantined records back to the input, and belongs to no batch. */
  Publication replayPublication() {
    String unit = "replay-" + UUID.randomUUID().toString().substring(0, 8);
    return new Publication(output, job, unit, checkpoint.id(), -1, contract, false, null, null);
  }
}
