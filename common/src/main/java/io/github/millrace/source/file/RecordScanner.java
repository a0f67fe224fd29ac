package io.github.millrace.source.file;

import io.github.millrace.record.Reason;
import java.io.IOException;

/** Finds the records in a file of one shape. */
abstract class RecordScanner {
  final ByteScanner in;

  /** Position in the file of the record found; null if it stands for the whole file. */
  Long offset;

  /** Why the record found cannot be taken; null if it can, and stands marked in {@link #in}. */
  String problem;

  /** The line on which the record found begins, from 1; of those that this scanner has seen. */
  long line;

  /** Lines passed over, for they are equal to the file's header. */
  long repeatedHeaders;

  RecordScanner(ByteScanner in) {
    this.in = in;
  }

  /**
   * Goes on to the next record.
   *
   * @return whether there is one
   */
  abstract boolean next() throws IOException;

  /**
   * The records that begin before a byte.
   *
   * @param head of a CSV file; null where the scanner stands at its beginning
   */
  static RecordScanner of(
      FileRecords.Settings settings, ByteScanner in, long end, CsvScanner.Head head) {
    return switch (settings.shape()) {
      case LINES -> new Lines(in, end);
      case DOCUMENT -> new Document(in);
      case ARRAY -> new Elements(in);
      case CSV, CSV_LINES -> new CsvScanner(in, end, settings.shape(), settings.csv(), head);
    };
  }

  /** The one record that begins where the scanner stands. */
  static RecordScanner single(FileRecords.Settings settings, ByteScanner in, CsvScanner.Head head) {
    return switch (settings.shape()) {
      case LINES, DOCUMENT, CSV, CSV_LINES -> of(settings, in, in.position() + 1, head);
      case ARRAY -> {
        Elements elements = new Elements(in);
        yield new RecordScanner(in) {
          private boolean done;

          @Override
          boolean next() throws IOException {
            if (done) {
              return false;
            }
            done = true;
            elements.element();
            offset = elements.offset;
            problem = elements.problem;
            return true;
          }
        };
      }
    };
  }

  final void begin() {
    in.begin();
    offset = in.position();
    problem = null;
  }

  final void checkLength() {
    if (in.tooLong()) {
      problem =
          Reason.TOO_LARGE.of(
              "the record is longer than input.maxRecordBytes allows; it stays in its file");
    }
  }

  /** A record on each line; a line belongs to the split in which it begins. */
  private static final class Lines extends RecordScanner {
    private final long end;
    private boolean pastNewline;

    Lines(ByteScanner in, long end) {
      super(in);
      this.end = end;
    }

    @Override
    boolean next() throws IOException {
      if (pastNewline) {
        in.next();
        pastNewline = false;
      }
      if (in.position() >= end || in.peek() == ByteScanner.END) {
        return false;
      }
      begin();
      line++;
      pastNewline = in.skipTo((byte) '\n');
      checkLength();
      return true;
    }
  }

  /** The whole file. */
  private static final class Document extends RecordScanner {
    private boolean done;

    Document(ByteScanner in) {
      super(in);
    }

    @Override
    boolean next() throws IOException {
      if (done) {
        return false;
      }
      done = true;
      begin();
      while (in.skipTo((byte) '\n')) {
        in.next();
      }
      checkLength();
      return true;
    }
  }

  /**
   * The elements of one array. Only strings and brackets are looked at here; what an element is
   * worth, the parser says. Text that does not let elements be separated is one record with a
   * problem, and the last.
   */
  private static final class Elements extends RecordScanner {
    private boolean inArray;
    private boolean cut;
    private boolean done;

    Elements(ByteScanner in) {
      super(in);
    }

    @Override
    boolean next() throws IOException {
      if (done) {
        return false;
      }
      skipSpace();
      begin();
      return inArray ? nextElement() : firstElement();
    }

    private boolean firstElement() throws IOException {
      in.skipByteOrderMark();
      skipSpace();
      if (in.peek() == ByteScanner.END) {
        return broken(Reason.BLANK, "nothing but white space, must be an array");
      }
      if (in.next() != '[') {
        return broken(Reason.MALFORMED, "the file does not begin with '['");
      }
      inArray = true;
      skipSpace();
      if (in.peek() == ']') {
        in.next();
        return end();
      }
      return element();
    }

    private boolean nextElement() throws IOException {
      if (cut) {
        return false;
      }
      int separator = in.next();
      if (separator == ']') {
        return end();
      }
      if (separator == ByteScanner.END) {
        return broken(Reason.TRUNCATED, "the file ends before its array does");
      }
      if (separator != ',') {
        return broken(Reason.MALFORMED, "between two elements stands no comma");
      }
      skipSpace();
      return element();
    }

    private boolean end() throws IOException {
      skipSpace();
      begin();
      if (in.peek() != ByteScanner.END) {
        return broken(Reason.MALFORMED, "text after the array's end");
      }
      done = true;
      return false;
    }

    /** Goes to the end of the element that begins here. */
    private boolean element() throws IOException {
      begin();
      if (in.peek() == ByteScanner.END) {
        return broken(Reason.TRUNCATED, "the file ends before its array does");
      }
      int depth = 0;
      int b = in.peek();
      while (b != ByteScanner.END && (depth > 0 || (b != ',' && b != ']'))) {
        in.next();
        if (b == '"') {
          string();
        } else if (b == '{' || b == '[') {
          depth++;
        } else if ((b == '}' || b == ']') && --depth <= 0) {
          break;
        }
        b = in.peek();
      }
      cut = b == ByteScanner.END;
      checkLength();
      return true;
    }

    private void string() throws IOException {
      for (int b = in.next(); b != '"' && b != ByteScanner.END; b = in.next()) {
        if (b == '\\') {
          in.next();
        }
      }
    }

    private boolean broken(Reason reason, String detail) {
      problem = reason.of(detail);
      offset = inArray ? offset : null;
      done = true;
      return true;
    }

    private void skipSpace() throws IOException {
      for (int b = in.peek(); b == ' ' || b == '\n' || b == '\r' || b == '\t'; b = in.peek()) {
        in.next();
      }
    }
  }
}
