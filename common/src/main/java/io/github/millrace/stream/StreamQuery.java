package io.github.millrace.stream;

import io.github.millrace.ledger.Entry;
import io.github.millrace.publish.Fold;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publication;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A stream to be run.
 *
 * @param rows a streaming dataset of the sink's columns
 * @param deduplicates whether rows may be missing because they are duplicates
 * @param maxBadShare the share of a batch's records, 0 to 1, that may be quarantined
 * @param replay whether quarantined records are given back to the input before the stream starts
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
    double maxBadShare,
    boolean replay,
    Fold fold,
    BatchWork work) {

  /** A stream whose rows are the sink's, and are written as they are. */
  public StreamQuery(
      String job,
      Dataset<Row> rows,
      Output output,
      Checkpoint checkpoint,
      StreamTrigger trigger,
      Entry.ContractVersion contract,
      boolean deduplicates,
      double maxBadShare,
      boolean replay) {
    this(
        job,
        rows,
        output,
        checkpoint,
        trigger,
        contract,
        deduplicates,
        maxBadShare,
        replay,
        null,
        BatchWork.NONE);
  }

  Publication publication(long batch, Lease lease) {
    return new Publication(
        output,
        job,
        checkpoint.unit(batch),
        checkpoint.id(),
        batch,
        contract,
        deduplicates,
        lease.fence(),
        fold);
  }
}
