package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.truth.TruthFile;
import io.github.millrace.datagen.truth.TruthLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The truth about a generated data set: what a consumer that loses nothing must arrive at.
 *
 * @param summary the totals
 * @param records every record, in the order of files and of records in them
 */
public record InvoiceTruth(Summary summary, List<Entry> records) {
  /** Keeps its own copy of the records. */
  public InvoiceTruth {
    records = List.copyOf(records);
  }

  /**
   * The totals of a data set.
   *
   * @param count the invoices asked for
   * @param records {@code good + bad}: lines, documents or array elements, and one for each file
   *     that is bad as a whole
   * @param good good records, repeated ones included
   * @param lineItems line items of the good records, repeated ones included
   * @param duplicates those of the good records that are the second copy of an invoice
   * @param reasons the bad records by the label of the {@link Reason}, in its order
   */
  public record Summary(
      long seed,
      long count,
      Shape shape,
      long records,
      long good,
      long bad,
      long lineItems,
      long duplicates,
      Map<String, Long> reasons) {
    /** Keeps its own copy of the reasons, in their order. */
    public Summary {
      reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
    }

    static Summary of(TruthLine line) throws IOException {
      return new Summary(
          line.number("seed"),
          line.number("count"),
          line.label(Shape.class, "shape"),
          line.number("records"),
          line.number("good"),
          line.number("bad"),
          line.number("lineItems"),
          line.number("duplicates"),
          line.counts("reasons"));
    }

    void writeTo(JsonGenerator line) throws IOException {
      line.writeNumberField("seed", seed);
      line.writeNumberField("count", count);
      line.writeStringField("shape", shape.label());
      line.writeNumberField("records", records);
      line.writeNumberField("good", good);
      line.writeNumberField("bad", bad);
      line.writeNumberField("lineItems", lineItems);
      line.writeNumberField("duplicates", duplicates);
      TruthFile.writeCounts(line, "reasons", reasons);
    }
  }

  /**
   * The truth about one record.
   *
   * @param file name of the file that holds it
   * @param ordinal its place in the file, from 0; empty if it stands for the whole file
   * @param id the invoice's number, unless the damage took it
   * @param items its line items; 0 if it is bad
   * @param reason why it is bad; empty if it is good
   * @param duplicate whether it is the second copy of an invoice
   */
  public record Entry(
      String file,
      OptionalLong ordinal,
      Optional<String> id,
      int items,
      Optional<Reason> reason,
      boolean duplicate) {
    static Entry of(TruthLine line) throws IOException {
      line.flag("good"); // follows from the reason
      return new Entry(
          line.text("file"),
          line.optionalNumber("ordinal"),
          line.optionalText("id"),
          (int) line.optionalNumber("items").orElse(0),
          line.optionalLabel(Reason.class, "reason"),
          line.flag("duplicate"));
    }

    /** Returns whether a consumer must deliver it. */
    public boolean good() {
      return reason.isEmpty();
    }
  }

  /** Reads the truth file of a directory that the generator wrote, all of it into memory. */
  public static InvoiceTruth read(Path directory) throws IOException {
    return TruthFile.read(
        directory.resolve(TruthFile.NAME), Summary::of, Entry::of, InvoiceTruth::new);
  }
}
