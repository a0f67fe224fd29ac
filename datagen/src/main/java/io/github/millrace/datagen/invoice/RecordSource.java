package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import io.github.millrace.datagen.record.Shares;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Decides the fate of each invoice (good, spoilt in some way, repeated) and renders it. */
final class RecordSource {
  private final long seed;
  private final Shares shares;
  private final InvoiceGenerator generator;
  private final InvoiceJson json;
  private final List<Defect> defects;

  RecordSource(InvoiceOptions options) {
    this.seed = options.seed();
    this.shares = options.shares();
    this.generator = new InvoiceGenerator(seed);
    this.json = new InvoiceJson(options.shape());
    this.defects = options.shape().recordDefects();
  }

  /** Returns the record of an index: bad for the asked share of indices. */
  InvoiceRecord record(long index) {
    return shares.fate(seed, index).outcome() == Outcome.BAD
        ? bad(index, SeededRandom.pick(defects, SeededRandom.of(seed, Stream.DEFECT, index)))
        : good(index);
  }

  /** Returns whether the record of an index is written a second time. Only good ones are. */
  boolean isRepeated(long index) {
    return shares.fate(seed, index).repeated();
  }

  InvoiceRecord good(long index) {
    Invoice invoice = generator.invoice(index);
    return InvoiceRecord.good(json.render(invoice), invoice);
  }

  /** Returns the record of an index, which is good, as it is written a second time. */
  InvoiceRecord again(long index) {
    return good(index).again();
  }

  InvoiceRecord bad(long index, Defect defect) {
    Invoice invoice = generator.invoice(index);
    SplittableRandom damage = SeededRandom.of(seed, Stream.DAMAGE, index);
    byte[] bytes = defect.damage(json.render(invoice), json, damage);
    boolean keepsNumber =
        new String(bytes, StandardCharsets.ISO_8859_1).contains('"' + invoice.number() + '"');
    return InvoiceRecord.bad(
        bytes, keepsNumber ? Optional.of(invoice.number()) : Optional.empty(), defect.reason());
  }
}
