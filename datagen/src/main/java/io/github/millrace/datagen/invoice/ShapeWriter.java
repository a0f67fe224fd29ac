package io.github.millrace.datagen.invoice;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the records of one file in a shape. */
final class ShapeWriter {
  private final OutputStream out;
  private final byte[] prefix;
  private final byte[] separator;
  private final byte[] suffix;
  private long records;

  ShapeWriter(Shape shape, OutputStream out) {
    this.out = out;
    this.prefix = shape.prefix().getBytes(StandardCharsets.UTF_8);
    this.separator = shape.separator().getBytes(StandardCharsets.UTF_8);
    this.suffix = shape.suffix().getBytes(StandardCharsets.UTF_8);
  }

  /** Writes a record and returns its place in the file, from 0. */
  long add(InvoiceRecord record) throws IOException {
    out.write(records == 0 ? prefix : separator);
    record.writeTo(out);
    return records++;
  }

  /** Writes what closes the file. */
  void end() throws IOException {
    out.write(suffix);
  }
}
