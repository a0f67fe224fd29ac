package io.github.millrace.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ledger.Entry;
import java.io.Serializable;

/**
 * One unit to be published: what the sink is told.
 *
 * @param unit name, unique within the output; file names are made of it
 * @param checkpoint id of the checkpoint
 * @param batch number of the batch
 * @param deduplicates whether the job drops duplicates
 * @param holder id of the lease by which it is published; null until {@link Publisher} sets it
 * @param fold how good rows are folded; null if they are written
 */
public record Publication(
    Output output,
    String job,
    String unit,
    String checkpoint,
    long batch,
    Entry.ContractVersion contract,
    boolean deduplicates,
    String holder,
    Fold fold)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The same for rows that are written as they are, into files that lie so. */
  public Publication written(Layout layout) {
    return new Publication(
        output.laidOut(layout), job, unit, checkpoint, batch, contract, deduplicates, holder, null);
  }

  Publication heldBy(String id) {
    return new Publication(output, job, unit, checkpoint, batch, contract, deduplicates, id, fold);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record can always be written", e);
    }
  }

  static Publication fromJson(String json) {
    try {
      return JSON.readValue(json, Publication.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a publication: " + json, e);
    }
  }
}
