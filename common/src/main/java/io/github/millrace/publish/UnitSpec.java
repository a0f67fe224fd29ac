package io.github.millrace.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ledger.LedgerEntry;
import java.io.Serializable;
import java.util.UUID;

/**
 * One unit to be published: what the sink needs to know.
 *
 * @param unit name, unique within the output; file names are made of it
 * @param checkpoint id of the checkpoint
 * @param batch number of the batch
 * @param deduplicates whether the job drops duplicates
 * @param holder id of the lease by which it is published; null until {@link Publisher} sets it
 * @param aggregation how good rows are aggregated; null if they are written
 */
public record UnitSpec(
    Output output,
    String job,
    String unit,
    String checkpoint,
    long batch,
    LedgerEntry.ContractVersion contract,
    boolean deduplicates,
    String holder,
    PartialAggregation aggregation)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A unit's name that no other has, and that begins so. */
  public static String newName(String what) {
    return what + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * A unit that belongs to no batch of a stream.
   *
   * @param what its name begins with
   */
  public static UnitSpec ofNoBatch(
      Output output,
      String job,
      String what,
      String checkpoint,
      LedgerEntry.ContractVersion contract) {
    return new UnitSpec(output, job, newName(what), checkpoint, -1, contract, false, null, null);
  }

  /** The same for rows that are written as they are, into files that lie so. */
  public UnitSpec written(Layout layout) {
    return new UnitSpec(
        output.laidOut(layout), job, unit, checkpoint, batch, contract, deduplicates, holder, null);
  }

  UnitSpec heldBy(String id) {
    return new UnitSpec(
        output, job, unit, checkpoint, batch, contract, deduplicates, id, aggregation);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record can always be written", e);
    }
  }

  static UnitSpec fromJson(String json) {
    try {
      return JSON.readValue(json, UnitSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a unit's spec: " + json, e);
    }
  }
}
