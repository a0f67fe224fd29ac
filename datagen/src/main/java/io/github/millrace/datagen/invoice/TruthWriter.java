package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.output.TruthFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Writes the truth file as the data is written, and counts. */
final class TruthWriter implements Closeable {
  private final InvoiceOptions options;
  private final TruthFile file;
  private final JsonGenerator lines;
  private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
  private long good;
  private long bad;
  private long lineItems;
  private long duplicates;

  TruthWriter(OutputDirectory directory, InvoiceOptions options) throws IOException {
    this.options = options;
    this.file = TruthFile.create(directory.resolve(InvoiceTruth.FILE_NAME));
    this.lines = file.lines();
  }

  void record(String fileName, long ordinal, InvoiceRecord record, boolean duplicate)
      throws IOException {
    lines.writeStartObject();
    lines.writeStringField("file", fileName);
    lines.writeNumberField("ordinal", ordinal);
    lines.writeStringField("id", record.id().orElse(null));
    lines.writeBooleanField("good", record.reason().isEmpty());
    Optional<Reason> reason = record.reason();
    if (reason.isPresent()) {
      lines.writeStringField("reason", reason.get().label());
      countBad(reason.get());
    } else {
      lines.writeNumberField("items", record.items());
      good++;
      lineItems += record.items();
    }
    if (duplicate) {
      lines.writeBooleanField("duplicate", true);
      duplicates++;
    }
    lines.writeEndObject();
  }

  /** Writes the one record that stands for a file which is bad as a whole. */
  void badFile(String fileName, Reason reason) throws IOException {
    lines.writeStartObject();
    lines.writeStringField("file", fileName);
    lines.writeNullField("ordinal");
    lines.writeNullField("id");
    lines.writeBooleanField("good", false);
    lines.writeStringField("reason", reason.label());
    lines.writeEndObject();
    countBad(reason);
  }

  /** Writes the summary and makes the file visible. */
  InvoiceTruth.Summary finish() throws IOException {
    InvoiceTruth.Summary summary =
        new InvoiceTruth.Summary(
            options.seed(),
            options.count(),
            options.shape(),
            good + bad,
            good,
            bad,
            lineItems,
            duplicates,
            reasons);
    file.finish(json -> write(summary, json));
    return summary;
  }

  /** Leaves nothing behind unless the file was finished. */
  @Override
  public void close() throws IOException {
    file.close();
  }

  private void countBad(Reason reason) {
    bad++;
    reasons.merge(reason, 1L, Long::sum);
  }

  private static void write(InvoiceTruth.Summary summary, JsonGenerator json) throws IOException {
    json.writeNumberField("seed", summary.seed());
    json.writeNumberField("count", summary.count());
    json.writeStringField("shape", summary.shape().toString());
    json.writeNumberField("records", summary.records());
    json.writeNumberField("good", summary.good());
    json.writeNumberField("bad", summary.bad());
    json.writeNumberField("lineItems", summary.lineItems());
    json.writeNumberField("duplicates", summary.duplicates());
    json.writeObjectFieldStart("reasons");
    for (Map.Entry<Reason, Long> reason : summary.reasons().entrySet()) {
      json.writeNumberField(reason.getKey().label(), reason.getValue());
    }
    json.writeEndObject();
  }
}
