package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.output.LayoutWriter;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.truth.Place;
import io.github.millrace.datagen.truth.TruthSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;

/**
 * The files that are unusual as a whole or hold a record too heavy for an ordinary file. Each is
 * made once, with a few invoices of its own.
 */
final class SpecialFiles {
  private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] UTF16LE_MARK = {(byte) 0xFF, (byte) 0xFE};

  private final Shape shape;
  private final RecordSource source;
  private final OutputDirectory directory;
  private final TruthSink<InvoiceRecord> truth;
  private long nextIndex;

  /**
   * Prepares the files.
   *
   * @param firstIndex the first index that no ordinary file uses
   */
  SpecialFiles(
      Shape shape,
      RecordSource source,
      OutputDirectory directory,
      TruthSink<InvoiceRecord> truth,
      long firstIndex) {
    this.shape = shape;
    this.source = source;
    this.directory = directory;
    this.truth = truth;
    this.nextIndex = firstIndex;
  }

  void writeAll() throws IOException {
    writeBad("special-empty.json", new byte[0], Reason.EMPTY_FILE);
    writeBad("special-utf16.json", utf16(content(goodRecords(), true)), Reason.ENCODING);
    writeBad(
        "special-truncated-gzip.json.gz",
        firstHalf(gzip(content(goodRecords(), true))),
        Reason.UNREADABLE);

    List<InvoiceRecord> marked = goodRecords();
    writeReadable("special-bom.json", concat(UTF8_MARK, content(marked, true)), marked);
    List<InvoiceRecord> zipped = goodRecords();
    writeReadable("special-gzip.json.gz", gzip(content(zipped, true)), zipped);

    List<InvoiceRecord> huge = recordsWith(Defect.HUGE_STRING);
    writeReadable("special-huge-string.json", content(huge, true), huge);
    List<InvoiceRecord> deep = recordsWith(Defect.DEEP_NESTING);
    writeReadable("special-deep.json", content(deep, true), deep);

    if (shape == Shape.ARRAY) {
      List<InvoiceRecord> misencoded = recordsWith(Defect.ENCODING);
      writeReadable("special-encoding.json", content(misencoded, true), misencoded);
      List<InvoiceRecord> truncated = recordsWith(Defect.TRUNCATED);
      writeReadable("special-truncated.json", content(truncated, false), truncated);
    }
  }

  private void writeBad(String name, byte[] content, Reason reason) throws IOException {
    directory.write(name, out -> out.write(content));
    truth.add(
        new Place.InFile(name, OptionalLong.empty()),
        InvoiceRecord.bad(content, Optional.empty(), reason));
  }

  private void writeReadable(String name, byte[] content, List<InvoiceRecord> records)
      throws IOException {
    directory.write(name, out -> out.write(content));
    for (int ordinal = 0; ordinal < records.size(); ordinal++) {
      truth.add(new Place.InFile(name, ordinal), records.get(ordinal));
    }
  }

  private List<InvoiceRecord> recordsWith(Defect defect) {
    List<InvoiceRecord> records = goodRecords();
    InvoiceRecord bad = source.bad(nextIndex++, defect);
    switch (shape) {
      case LINES -> records.set(1, bad);
      case DOCUMENT -> records.set(0, bad);
      // What ends the reading of an array must not take good records behind it along.
      case ARRAY -> records.set(records.size() - 1, bad);
    }
    return records;
  }

  private List<InvoiceRecord> goodRecords() {
    List<InvoiceRecord> records = new ArrayList<>();
    int count = shape == Shape.DOCUMENT ? 1 : 3;
    while (records.size() < count) {
      records.add(source.good(nextIndex++));
    }
    return records;
  }

  private byte[] content(List<InvoiceRecord> records, boolean ended) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    LayoutWriter writer = new LayoutWriter(shape.layout(), content);
    for (InvoiceRecord record : records) {
      writer.add(record);
    }
    if (ended) {
      writer.end();
    }
    return content.toByteArray();
  }

  private static byte[] utf16(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    return concat(UTF16LE_MARK, text.getBytes(StandardCharsets.UTF_16LE));
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(content);
    }
    return zipped.toByteArray();
  }

  private static byte[] firstHalf(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
