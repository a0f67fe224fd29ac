package io.github.millrace.datagen.output;

import io.github.millrace.datagen.record.DataRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the records of one file in a layout. */
public final class LayoutWriter {
  private final OutputStream out;
  private final byte[] prefix;
  private final byte[] separator;
  private final byte[] suffix;
  private long records;

  /** Begins a file, which has at least one record. */
  public LayoutWriter(Layout layout, OutputStream out) {
    this.out = out;
    this.prefix = layout.prefix().getBytes(StandardCharsets.UTF_8);
    this.separator = layout.separator().getBytes(StandardCharsets.UTF_8);
    this.suffix = layout.suffix().getBytes(StandardCharsets.UTF_8);
  }

  /** Writes a record and returns its place in the file, from 0. */
  public long add(DataRecord record) throws IOException {
    out.write(records == 0 ? prefix : separator);
    out.write(record.value());
    return records++;
  }

  /** Writes what closes the file. */
  public void end() throws IOException {
    out.write(suffix);
  }
}
