package io.github.millrace.datagen.invoice;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** The bytes of one record as a consumer meets it, and the truth about them. */
final class InvoiceRecord {
  private final byte[] json;
  private final Optional<String> id;
  private final int items;
  private final Optional<Reason> reason;

  private InvoiceRecord(byte[] json, Optional<String> id, int items, Optional<Reason> reason) {
    this.json = json;
    this.id = id;
    this.items = items;
    this.reason = reason;
  }

  static InvoiceRecord good(byte[] json, Invoice invoice) {
    return new InvoiceRecord(
        json, Optional.of(invoice.number()), invoice.items().size(), Optional.empty());
  }

  static InvoiceRecord bad(byte[] json, Optional<String> id, Reason reason) {
    return new InvoiceRecord(json, id, 0, Optional.of(reason));
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(json);
  }

  /** The invoice's number, unless the damage took it. */
  Optional<String> id() {
    return id;
  }

  /** Line items that a consumer gets from it: none from a bad record. */
  int items() {
    return items;
  }

  /** Why it is bad; empty if it is good. */
  Optional<Reason> reason() {
    return reason;
  }
}
