package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.record.DataRecord;
import io.github.millrace.datagen.record.Outcome;
import java.io.IOException;
import java.util.Optional;

/** The bytes of one record as a consumer meets it, and the truth about them. */
final class InvoiceRecord implements DataRecord {
  private final byte[] json;
  private final Outcome outcome;
  private final Optional<String> id;
  private final int items;
  private final Optional<Reason> reason;

  private InvoiceRecord(
      byte[] json, Outcome outcome, Optional<String> id, int items, Optional<Reason> reason) {
    this.json = json;
    this.outcome = outcome;
    this.id = id;
    this.items = items;
    this.reason = reason;
  }

  static InvoiceRecord good(byte[] json, Invoice invoice) {
    return new InvoiceRecord(
        json,
        Outcome.GOOD,
        Optional.of(invoice.number()),
        invoice.items().size(),
        Optional.empty());
  }

  /**
   * Makes a bad record.
   *
   * @param id the invoice's number, unless the damage took it
   */
  static InvoiceRecord bad(byte[] json, Optional<String> id, Reason reason) {
    return new InvoiceRecord(json, Outcome.BAD, id, 0, Optional.of(reason));
  }

  /** Returns this record as it is written a second time. */
  InvoiceRecord again() {
    return new InvoiceRecord(json, Outcome.DUPLICATE, id, items, reason);
  }

  @Override
  public byte[] value() {
    return json;
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  /** Line items that a consumer gets from it: none from a bad record. */
  int items() {
    return items;
  }

  @Override
  public Optional<Reason> reason() {
    return reason;
  }

  @Override
  public void writeTruth(JsonGenerator line) throws IOException {
    line.writeStringField("id", id.orElse(null));
    line.writeBooleanField("good", reason.isEmpty());
    if (reason.isPresent()) {
      line.writeStringField("reason", reason.get().label());
    } else {
      line.writeNumberField("items", items);
    }
    if (outcome == Outcome.DUPLICATE) {
      line.writeBooleanField("duplicate", true);
    }
  }
}
