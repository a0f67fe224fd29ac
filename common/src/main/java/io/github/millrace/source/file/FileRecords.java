package io.github.millrace.source.file;

import io.github.millrace.config.OneLine;
import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFormat;
import io.github.millrace.record.Reason;
import io.github.millrace.record.TextEncoding;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The records of a split of a file. A file that is at fault itself (empty, UTF-16, damaged, not to
 * be read) gives one record with that problem; when it is the file system that fails, the exception
 * goes on, for a retry may help.
 */
final class FileRecords extends RawReader {
  /** How a file is to be read. */
  record Settings(Shape shape, CsvFormat csv, int maxRecordBytes) implements java.io.Serializable {
    /** CSV is standard if it is any. */
    Settings(Shape shape, int maxRecordBytes) {
      this(shape, CsvFormat.STANDARD, maxRecordBytes);
    }

    /**
     * By what files are read, as it stands in the quarantine: what decides where a record ends.
     * Such as {@code lines}; of CSV its dialect if it is not the standard, and whether there is no
     * header: {@code csv[;"] without header}.
     */
    String readAs() {
      if (!shape.isCsv()) {
        return shape.toString();
      }
      boolean isStandard = csv.dialect().equals(CsvDialect.STANDARD);
      return shape
          + (shape == Shape.CSV_LINES || isStandard ? "" : "[" + csv.dialect().text() + "]")
          + (csv.header() ? "" : NO_HEADER);
    }

    /** These, but for what has been read by others. */
    Settings readAs(String written) {
      boolean hasHeader = !written.endsWith(NO_HEADER);
      String text =
          hasHeader ? written : written.substring(0, written.length() - NO_HEADER.length());
      int named = text.indexOf('[');
      Shape other = Shape.of(named < 0 ? text : text.substring(0, named));
      if (!other.isCsv()) {
        return new Settings(other, csv, maxRecordBytes);
      }
      CsvDialect dialect =
          named < 0
              ? CsvDialect.STANDARD
              : CsvDialect.of(text.substring(named + 1, text.length() - 1));
      return new Settings(
          other,
          // A line ends where it does by any dialect.
          new CsvFormat(other == Shape.CSV_LINES ? csv.dialect() : dialect, hasHeader, csv.known()),
          maxRecordBytes);
    }
  }

  private static final String NO_HEADER = " without header";

  private static final Set<Shape> NUMBERED = EnumSet.of(Shape.LINES, Shape.CSV, Shape.CSV_LINES);

  /** As much of a file as shows what it is: tar says so behind its first entry's name. */
  private static final int HEAD = 512;

  private final Settings settings;
  private final Configuration hadoop;
  private final Path path;
  private final String known;
  private final long start;
  private final long end;
  private final boolean single;
  private final boolean inner;

  /** Whether lines are counted from the file's beginning. */
  private final boolean isNumbered;

  private final FileSplit.Stamp found;
  private boolean started;
  private boolean over;
  private boolean isGiven;
  private RecordScanner scanner;

  /** All records of a split. */
  FileRecords(FileSplit split, Settings settings, Configuration hadoop) {
    this(split, false, settings, hadoop);
  }

  /** The one record that begins at this byte. */
  FileRecords(String file, long offset, Settings settings, Configuration hadoop) {
    this(new FileSplit(file, offset, Long.MAX_VALUE - offset, false), true, settings, hadoop);
  }

  private FileRecords(FileSplit split, boolean single, Settings settings, Configuration hadoop) {
    this.path = new Path(split.path());
    this.known = split.problem();
    this.start = split.start();
    this.end = split.end();
    this.single = single;
    this.inner = start > 0 && !single;
    this.isNumbered = start == 0 && NUMBERED.contains(settings.shape());
    this.found = split.found();
    this.settings = settings;
    this.hadoop = hadoop;
    this.file = known == null ? path.toString() : split.path();
    this.shape = known == null ? UTF8String.fromString(settings.readAs()) : null;
  }

  @Override
  boolean next() throws IOException {
    if (!started) {
      started = true;
      problem = fault();
      if (problem != null) {
        value = null;
        offset = start > 0 || single ? Long.valueOf(start) : null;
        over = true;
        return true;
      }
    }
    if (over || scanner == null) {
      return false;
    }
    if (!scanner.next()) {
      over = true;
      return isMissing() || changedMeanwhile();
    }
    isGiven = true;
    offset = scanner.offset;
    problem = scanner.problem;
    line = isNumbered ? Long.valueOf(scanner.line) : null;
    value =
        problem == null
            ? UTF8String.fromBytes(
                scanner.in.bytes(), scanner.in.recordStart(), scanner.in.recordLength())
            : null;
    return true;
  }

  /** The one record that was to be read is not there any more, which that record says. */
  private boolean isMissing() {
    if (!single || isGiven) {
      return false;
    }
    problem = Reason.UNREADABLE.of("no record begins at byte " + start + " any more");
    value = null;
    offset = start;
    return true;
  }

  /** One more record says, by name, that what came out may be of two files. */
  private boolean changedMeanwhile() throws IOException {
    Optional<String> change = change();
    change.ifPresent(
        how -> {
          problem =
              Reason.CHANGED.of(how + " while it was read; send it in a file under a new name");
          value = null;
          offset = null;
          line = null;
          header = null;
          shape = null;
          file = FileSplit.unopened(file, problem).path();
        });
    return change.isPresent();
  }

  /** How the file is another than it was found; empty if it is not, or is gone. */
  private Optional<String> change() throws IOException {
    if (found == null) {
      return Optional.empty();
    }
    try {
      FileStatus now = LocalInput.of(path, hadoop).getFileStatus(path);
      FileSplit.Stamp stamp = new FileSplit.Stamp(now.getLen(), now.getModificationTime());
      return stamp.equals(found)
          ? Optional.empty()
          : Optional.of("the file had %s when it was found and has %s now".formatted(found, stamp));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Opens the file; gives what is wrong with it, or null. */
  private String fault() throws IOException {
    if (known != null) {
      return known;
    }
    if (end == 0) {
      return Reason.EMPTY_FILE.of("the file had no bytes when it was found");
    }
    try {
      return open();
    } catch (FileNotFoundException e) {
      if (inner) {
        throw e;
      }
      return Reason.UNREADABLE.of("the file is gone");
    } catch (AccessControlException e) {
      return ofWholeFile(Reason.UNREADABLE.of("no permission to read the file"));
    } catch (ChecksumException e) {
      return ofWholeFile(Reason.UNREADABLE.of("the file's checksum is wrong"));
    } catch (UnreadableException e) {
      return ofWholeFile(Reason.UNREADABLE.of(e.getMessage()));
    }
  }

  /** Of what is wrong with all of a file, only its first split speaks. */
  private String ofWholeFile(String fault) {
    return inner ? null : fault;
  }

  private String open() throws IOException {
    FileSystem fs = LocalInput.of(path, hadoop);
    Optional<String> change = change();
    if (change.isPresent()) {
      return ofWholeFile(
          Reason.CHANGED.of(
              change.get() + "; nothing of it is read, send it in a file under a new name"));
    }
    byte[] head = head(fs, path);
    Compression compression = Compression.of(head, path.getName());
    boolean compressed = compression != Compression.NONE;
    if (compressed && inner) {
      return null; // Its first split reads all of it.
    }
    String fault = fault(compressed ? unpackedHead(fs, compression) : head, compressed);
    if (fault != null) {
      return ofWholeFile(fault);
    }
    InputStream in = compression.open(fs.open(path));
    CsvScanner.Head csvHead = settings.shape().isCsv() && start > 0 ? head() : null;
    long from = inner ? Math.max(start, csvHead == null ? 0 : csvHead.end()) - 1 : start;
    boolean reached = skip(in, from);
    if (found != null && !compressed) {
      // What comes to it while it is read is none of it.
      in = BoundedInputStream.builder().setInputStream(in).setMaxCount(found.length() - from).get();
    }
    ByteScanner bytes = new ByteScanner(in, from, settings.maxRecordBytes());
    scanner =
        single
            ? RecordScanner.single(settings, bytes, csvHead)
            : RecordScanner.of(settings, bytes, compressed ? Long.MAX_VALUE : end, csvHead);
    if (from > 0 && (!reached || bytes.peek() == ByteScanner.END)) {
      return Reason.UNREADABLE.of("the file ends before byte " + from);
    }
    if (inner && bytes.skipTo(csvHead == null ? (byte) '\n' : csvHead.lineBreak())) {
      bytes.next();
    }
    return scanner instanceof CsvScanner csv ? faultOf(csv.head()) : null;
  }

  /** The head of a CSV file of which this is another part. */
  private CsvScanner.Head head() throws IOException {
    try (InputStream text = text(path, hadoop)) {
      return CsvScanner.headOf(text, settings);
    }
  }

  /** What is wrong with a CSV file by its head, or null; then the head is that of its records. */
  private String faultOf(CsvScanner.Head head) {
    if (head == null) {
      return null;
    }
    if (head.fault() != null) {
      over = true;
      return single ? OneLine.of(head.fault()) : ofWholeFile(OneLine.of(head.fault()));
    }
    header = head.header();
    return null;
  }

  @Override
  long repeatedHeaders() {
    return scanner == null ? 0 : scanner.repeatedHeaders;
  }

  /** Whether there are so many bytes. */
  private static boolean skip(InputStream in, long bytes) throws IOException {
    try {
      if (in instanceof FSDataInputStream seekable) {
        seekable.seek(bytes);
      } else {
        in.skipNBytes(bytes);
      }
      return true;
    } catch (EOFException e) {
      return false;
    }
  }

  /** A file's text, unpacked, from its beginning. */
  static InputStream text(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = LocalInput.of(path, hadoop);
    Compression compression = Compression.of(head(fs, path), path.getName());
    try {
      return compression.open(fs.open(path));
    } catch (LinkageError e) {
      throw noLibrary(compression, e);
    }
  }

  private static byte[] head(FileSystem fs, Path path) throws IOException {
    try (InputStream in = fs.open(path)) {
      return in.readNBytes(HEAD);
    }
  }

  /**
   * Reads a compressed file to its end once before any record of it counts, so that one which ends
   * early gives nothing rather than some.
   */
  private byte[] unpackedHead(FileSystem fs, Compression compression) throws IOException {
    byte[] sink = new byte[1 << 16];
    InputStream raw = fs.open(path);
    try (raw;
        InputStream in = compression.open(new Transport(raw))) {
      byte[] head = in.readNBytes(HEAD);
      while (in.read(sink) >= 0) {
        // Only whether it can be read is of interest.
      }
      return head;
    } catch (TransportException e) {
      throw e.failure;
    } catch (EOFException e) {
      throw new UnreadableException(
          "the compressed file ends early; send it again under a new name");
    } catch (IOException | RuntimeException e) {
      throw Compression.unreadable(e);
    } catch (LinkageError e) {
      throw noLibrary(compression, e);
    }
  }

  private static UnreadableException noLibrary(Compression compression, LinkageError e) {
    return new UnreadableException(
        "no library for %s here (%s); compress the file with gzip"
            .formatted(compression.name().toLowerCase(Locale.ROOT), e.getMessage()));
  }

  /** What is wrong with a file whose text begins so, or null. */
  private String fault(byte[] head, boolean unpacked) throws UnreadableException {
    if (head.length == 0) {
      return Reason.EMPTY_FILE.of("the file has no bytes");
    }
    String foreign = ForeignFormat.message(head);
    if (foreign != null) {
      throw new UnreadableException(foreign);
    }
    if (unpacked && Compression.of(head, "") != Compression.NONE) {
      throw new UnreadableException("the file is compressed twice; unpack it once");
    }
    if (!unpacked && Compression.isNamedBy(path.getName()) && isBinary(head)) {
      throw new UnreadableException(
          "the compressed file is damaged: it does not begin as its name says;"
              + " send it again under a new name");
    }
    return encoding(head);
  }

  private static boolean isBinary(byte[] head) {
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return true;
      }
    }
    return false;
  }

  private static String encoding(byte[] head) {
    String wide = TextEncoding.wide(head, 0, head.length);
    if (wide != null) {
      return Reason.ENCODING.of("the file is " + wide + ", must be UTF-8");
    }
    String fault = TextEncoding.fault(head, 0, head.length);
    return fault == null ? null : Reason.ENCODING.of("the file " + fault);
  }

  @Override
  public void close() throws IOException {
    if (scanner != null) {
      scanner.in.close();
    }
  }

  /** Tells the file system's own failures from what a codec finds wrong with the bytes. */
  private static final class Transport extends FilterInputStream {
    Transport(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw new TransportException(e);
      }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        return in.read(bytes, from, length);
      } catch (IOException e) {
        throw new TransportException(e);
      }
    }
  }

  private static final class TransportException extends IOException {
    private final IOException failure;

    TransportException(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }
}
