package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Decides the fate of each invoice (good, spoilt in some way, repeated) and renders it. */
final class RecordSource {
  private final InvoiceOptions options;
  private final InvoiceGenerator generator;
  private final InvoiceJson json;
  private final List<Defect> defects;

  RecordSource(InvoiceOptions options) {
    this.options = options;
    this.generator = new InvoiceGenerator(options.seed());
    this.json = new InvoiceJson(options.shape());
    this.defects = options.shape().recordDefects();
  }

  /** Returns the record of an index: bad for the asked share of indices. */
  InvoiceRecord record(long index) {
    return isBad(fate(index))
        ? bad(
            index, Vocabulary.pick(defects, SeededRandom.of(options.seed(), Stream.DEFECT, index)))
        : good(index);
  }

  /** Returns whether the record of an index is written a second time. Only good ones are. */
  boolean isRepeated(long index) {
    SplittableRandom fate = fate(index);
    return !isBad(fate) && fate.nextDouble() < options.duplicateShare();
  }

  InvoiceRecord good(long index) {
    Invoice invoice = generator.invoice(index);
    return InvoiceRecord.good(json.render(invoice), invoice);
  }

  InvoiceRecord bad(long index, Defect defect) {
    Invoice invoice = generator.invoice(index);
    byte[] bytes =
        defect.damage(
            json.render(invoice), json, SeededRandom.of(options.seed(), Stream.DAMAGE, index));
    boolean keepsNumber =
        new String(bytes, StandardCharsets.ISO_8859_1).contains('"' + invoice.number() + '"');
    return InvoiceRecord.bad(
        bytes, keepsNumber ? Optional.of(invoice.number()) : Optional.empty(), defect.reason());
  }

  private SplittableRandom fate(long index) {
    return SeededRandom.of(options.seed(), Stream.FATE, index);
  }

  private boolean isBad(SplittableRandom fate) {
    return fate.nextDouble() < options.badShare();
  }
}
