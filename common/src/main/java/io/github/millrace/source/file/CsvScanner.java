package io.github.millrace.source.file;

import io.github.millrace.csv.CsvFields;
import io.github.millrace.csv.CsvFormat;
import io.github.millrace.csv.CsvHeader;
import io.github.millrace.record.Reason;
import io.github.millrace.record.TextEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The records of a CSV file, without its header. A line break in quotes is part of its record, but
 * in {@link Shape#CSV_LINES} each line is one. Lines end with {@code \n}, {@code \r\n} or {@code
 * \r} alone; the first of the file tells. Further lines equal to the header, as files have that
 * were put together, are passed over and counted.
 */
final class CsvScanner extends RecordScanner {
  /**
   * What the first record of a file tells of the others.
   *
   * @param header the names of its columns; null where it is a record
   * @param lineBreak with which lines end
   * @param end the byte behind it, where records may begin; 0 where it is a record
   * @param fault why no record can be read, a whole reason; null if they can
   */
  record Head(UTF8String header, byte lineBreak, long end, String fault) {}

  /** It is kept with each bad record. */
  private static final int MOST_HEADER_BYTES = 1 << 20;

  /** After so many carriage returns nobody means one line break. */
  private static final int MOST_RETURNS = 8;

  private final CsvFormat format;
  private final boolean linewise;
  private final boolean quotes;
  private final byte delimiter;
  private final byte quote;
  private final long end;
  private Head head;
  private byte lineBreak;
  private boolean pastBreak;
  private boolean isDone;
  private long linesBefore;

  /**
   * Of a file, or of a part of it that begins where a record does.
   *
   * @param end no record begins at this byte or later
   * @param head of the file; null where the scanner stands at its beginning
   */
  CsvScanner(ByteScanner in, long end, Shape shape, CsvFormat format, Head head) {
    super(in);
    this.end = end;
    this.format = format;
    linewise = shape == Shape.CSV_LINES;
    quotes = !linewise && format.dialect().quotes();
    delimiter = (byte) format.dialect().delimiter();
    quote = (byte) format.dialect().quote();
    this.head = head;
    lineBreak = head == null ? 0 : head.lineBreak();
  }

  /** Reads what a part of a file needs to know that does not begin where the file does. */
  static Head headOf(InputStream text, FileRecords.Settings settings) throws IOException {
    CsvScanner file =
        new CsvScanner(
            new ByteScanner(text, 0, settings.maxRecordBytes()),
            Long.MAX_VALUE,
            settings.shape(),
            settings.csv(),
            null);
    if (settings.csv().header()) {
      return file.head();
    }
    String fault = file.find(Long.MAX_VALUE) ? file.unexpectedHeader() : null;
    return new Head(null, file.lineBreak, 0, fault);
  }

  /** Goes past the header, if the file has one and the scanner stands there; null if not. */
  Head head() throws IOException {
    if (head == null && format.header()) {
      boolean isThere = find(Long.MAX_VALUE);
      while (isThere && problem == null && length() == 0) {
        lineBreak = 0;
        isThere = find(Long.MAX_VALUE);
      }
      String fault = isThere ? problem : blank();
      head = fault == null ? ofHeader() : new Head(null, lineBreak, 0, fault);
    }
    return head;
  }

  private static String blank() {
    return Reason.BLANK.of("nothing but white space, must begin with a header");
  }

  private Head ofHeader() {
    byte[] header = record();
    if (header.length > MOST_HEADER_BYTES) {
      String fault = "the header is longer than %,d bytes".formatted(MOST_HEADER_BYTES);
      return new Head(null, lineBreak, 0, Reason.TOO_LARGE.of(fault));
    }
    return new Head(
        UTF8String.fromBytes(header),
        lineBreak,
        in.position() + (pastBreak ? 1 : 0),
        CsvHeader.of(header, format.dialect()).faultFor(format.known()));
  }

  /** What is wrong with a file that has a header and is to have none, or null. */
  private String unexpectedHeader() {
    if (problem != null) {
      return null;
    }
    return CsvHeader.of(record(), format.dialect()).isOf(format.known())
        ? Reason.MALFORMED.of("the file begins with a header; set csv.header to true")
        : null;
  }

  @Override
  boolean next() throws IOException {
    boolean isFirst = head == null && lineBreak == 0;
    boolean isThere = !isDone && find(end);
    while (isThere && isHeader()) {
      repeatedHeaders++;
      isThere = find(end);
    }
    String unexpected = isThere && isFirst ? unexpectedHeader() : null;
    if (unexpected != null) {
      problem = unexpected;
      offset = null;
      isDone = true;
    }
    return isThere;
  }

  private boolean isHeader() {
    if (head == null || head.header() == null || problem != null) {
      return false;
    }
    int start = in.recordStart();
    int end = start + length();
    int from = TextEncoding.isMarked(in.bytes(), start, end) ? start + TextEncoding.MARK : start;
    return head.header().numBytes() == end - from
        && head.header().equals(UTF8String.fromBytes(in.bytes(), from, end - from));
  }

  private byte[] record() {
    int start = in.recordStart();
    return Arrays.copyOfRange(in.bytes(), start, start + length());
  }

  /** Of the record without its line break. */
  private int length() {
    int start = in.recordStart();
    return CsvFields.end(in.bytes(), start, start + in.recordLength()) - start;
  }

  /** Goes on to what stands next, be it a record or a header. */
  private boolean find(long end) throws IOException {
    if (pastBreak) {
      in.next();
      linesBefore++;
      pastBreak = false;
    }
    if (in.position() >= end || in.peek() == ByteScanner.END) {
      return false;
    }
    if (in.position() == 0) {
      in.skipByteOrderMark();
    }
    begin();
    line = linesBefore + 1;
    pastBreak = lineBreak == 0 ? goToFirstBreak() : goToBreak();
    checkLength();
    return true;
  }

  /** Goes to the end of the record that begins here; false if the file ends first. */
  private boolean goToBreak() throws IOException {
    if (!quotes) {
      return in.skipTo(lineBreak);
    }
    while (in.skipTo(lineBreak, quote)) {
      if (in.peek() == lineBreak) {
        return true;
      }
      goPastQuote();
    }
    return false;
  }

  /** The same where it is not known yet with what lines end. */
  private boolean goToFirstBreak() throws IOException {
    lineBreak = '\n';
    for (int b = in.peek(); b != ByteScanner.END; b = in.peek()) {
      if (b == '\n') {
        return true;
      } else if (b == '\r') {
        lineBreak = (byte) (areReturnsOfNewline() ? '\n' : '\r');
        return in.skipTo(lineBreak);
      } else if (quotes && b == (quote & 0xFF)) {
        goPastQuote();
      } else {
        in.next();
      }
    }
    return false;
  }

  private boolean areReturnsOfNewline() throws IOException {
    int returns = 1;
    while (returns < MOST_RETURNS && in.peek(returns) == '\r') {
      returns++;
    }
    return in.peek(returns) == '\n';
  }

  /** A quote opens at a field's begin only, as in {@link CsvFields}. */
  private void goPastQuote() throws IOException {
    int before = in.previous();
    in.next();
    if (before != ByteScanner.END && before != (delimiter & 0xFF)) {
      return;
    }
    while (in.skipTo(quote, lineBreak)) {
      if (in.next() == lineBreak) {
        linesBefore++;
      } else if (in.peek() == (quote & 0xFF)) {
        in.next();
      } else {
        return;
      }
    }
  }
}
