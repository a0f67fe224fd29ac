package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.output.OutputDirectory;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the truth file as the data is written. The summary is the first line but known last, so
 * its place is reserved and filled at the end. The file appears only once the data set is complete.
 */
final class TruthWriter implements Closeable {
  // Seven numbers and thirteen counted reasons at their longest are below 700 bytes.
  private static final int SUMMARY_BYTES = 1024;
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().rootValueSeparator("\n").build();

  private final OutputDirectory directory;
  private final InvoiceOptions options;
  private final FileChannel file;
  private final JsonGenerator lines;
  private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
  private long good;
  private long bad;
  private long lineItems;
  private long duplicates;

  TruthWriter(OutputDirectory directory, InvoiceOptions options) throws IOException {
    this.directory = directory;
    this.options = options;
    this.file =
        FileChannel.open(
            directory.hidden(InvoiceTruth.FILE_NAME),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
    out.write((" ".repeat(SUMMARY_BYTES - 1) + "\n").getBytes(StandardCharsets.UTF_8));
    this.lines = FACTORY.createGenerator(out);
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
    lines.writeRaw('\n');
    lines.flush();
    file.write(ByteBuffer.wrap(render(summary)), 0);
    file.close();
    directory.publish(InvoiceTruth.FILE_NAME);
    return summary;
  }

  /** Leaves nothing behind unless the file was finished. */
  @Override
  public void close() throws IOException {
    file.close();
    directory.discard(InvoiceTruth.FILE_NAME);
  }

  private void countBad(Reason reason) {
    bad++;
    reasons.merge(reason, 1L, Long::sum);
  }

  private static byte[] render(InvoiceTruth.Summary summary) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(SUMMARY_BYTES);
    try (JsonGenerator json = FACTORY.createGenerator(line)) {
      json.writeStartObject();
      json.writeObjectFieldStart("summary");
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
      json.writeEndObject();
      json.writeEndObject();
    }
    return line.toByteArray();
  }
}
