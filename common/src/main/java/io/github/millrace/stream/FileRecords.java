package io.github.millrace.stream;

import io.github.millrace.contract.Reason;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.hadoop.io.compress.CodecPool;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.io.compress.Decompressor;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The records of a split of a file. A file that is at fault itself (empty, UTF-16, damaged, not to
 * be read) gives one record with that problem; when it is the file system that fails, the exception
 * goes on, for a retry may help.
 */
final class FileRecords extends RawReader {
  /** How a file is to be read. */
  record Settings(Shape shape, int maxRecordBytes) implements java.io.Serializable {}

  private final Settings settings;
  private final Configuration hadoop;
  private final Path path;
  private final long start;
  private final long end;
  private final boolean single;
  private final boolean inner;
  private boolean started;
  private boolean over;
  private RecordScanner scanner;
  private Decompressor decompressor;

  /** All records of a split. */
  FileRecords(FileSplit split, Settings settings, Configuration hadoop) {
    this(new Path(split.path()), split.start(), split.end(), false, settings, hadoop);
  }

  /** The one record that begins at this byte. */
  FileRecords(String file, long offset, Settings settings, Configuration hadoop) {
    this(new Path(file), offset, Long.MAX_VALUE, true, settings, hadoop);
  }

  private FileRecords(
      Path path, long start, long end, boolean single, Settings settings, Configuration hadoop) {
    this.path = path;
    this.start = start;
    this.end = end;
    this.single = single;
    this.inner = start > 0 && !single;
    this.settings = settings;
    this.hadoop = hadoop;
    this.file = path.toString();
    this.shape = UTF8String.fromString(settings.shape().toString());
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
    if (over || scanner == null || !scanner.next()) {
      return false;
    }
    offset = scanner.offset;
    problem = scanner.problem;
    value =
        problem == null
            ? UTF8String.fromBytes(
                scanner.in.bytes(), scanner.in.recordStart(), scanner.in.recordLength())
            : null;
    return true;
  }

  /** Opens the file; gives what is wrong with it, or null. */
  private String fault() throws IOException {
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
    }
  }

  /** Of what is wrong with all of a file, only its first split speaks. */
  private String ofWholeFile(String fault) {
    return inner ? null : fault;
  }

  private String open() throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
    String fault = codec == null ? null : damage(fs, codec);
    if (fault == null) {
      fault = encoding(fs, codec);
    }
    if (fault != null) {
      return ofWholeFile(fault);
    }
    InputStream in = codec == null ? fs.open(path) : decompressed(fs, codec);
    long from = inner ? start - 1 : start;
    boolean reached = skip(in, from);
    ByteScanner bytes = new ByteScanner(in, from, settings.maxRecordBytes());
    scanner =
        single
            ? RecordScanner.single(settings.shape(), bytes)
            : RecordScanner.of(settings.shape(), bytes, codec == null ? end : Long.MAX_VALUE);
    if (from > 0 && (!reached || bytes.peek() == ByteScanner.END)) {
      return Reason.UNREADABLE.of("the file ends before byte " + from);
    }
    if (inner && bytes.skipTo((byte) '\n')) {
      bytes.next();
    }
    return null;
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
    FileSystem fs = path.getFileSystem(hadoop);
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
    return codec == null ? fs.open(path) : codec.createInputStream(fs.open(path));
  }

  private InputStream decompressed(FileSystem fs, CompressionCodec codec) throws IOException {
    decompressor = CodecPool.getDecompressor(codec);
    return decompressed(fs.open(path), codec, decompressor);
  }

  private static InputStream decompressed(
      InputStream raw, CompressionCodec codec, Decompressor decompressor) throws IOException {
    // Hadoop's own takes some bzip2 files that were cut for whole ones.
    return codec instanceof BZip2Codec
        ? new BZip2CompressorInputStream(raw, true)
        : codec.createInputStream(raw, decompressor);
  }

  /**
   * Reads a compressed file to its end once before any record of it counts, so that one which ends
   * early gives nothing rather than some.
   */
  private String damage(FileSystem fs, CompressionCodec codec) throws IOException {
    Decompressor own = CodecPool.getDecompressor(codec);
    byte[] sink = new byte[1 << 16];
    InputStream raw = fs.open(path);
    try (raw;
        InputStream in = decompressed(new Transport(raw), codec, own)) {
      while (in.read(sink) >= 0) {
        // Only whether it can be read is of interest.
      }
      return null;
    } catch (TransportException e) {
      throw e.failure;
    } catch (EOFException e) {
      return Reason.UNREADABLE.of("the compressed file ends early");
    } catch (IOException | RuntimeException e) {
      return Reason.UNREADABLE.of("the compressed file is damaged: " + e.getMessage());
    } finally {
      CodecPool.returnDecompressor(own);
    }
  }

  private String encoding(FileSystem fs, CompressionCodec codec) throws IOException {
    Decompressor own = codec == null ? null : CodecPool.getDecompressor(codec);
    try (FSDataInputStream raw = fs.open(path);
        InputStream in = codec == null ? raw : decompressed(raw, codec, own)) {
      int first = in.read();
      int second = in.read();
      if (first < 0) {
        return Reason.EMPTY_FILE.of("the file has no bytes");
      }
      boolean marked = (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF);
      boolean looksLike = first == 0 || second == 0;
      return marked || looksLike ? Reason.ENCODING.of("the file is UTF-16, must be UTF-8") : null;
    } finally {
      if (own != null) {
        CodecPool.returnDecompressor(own);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (scanner != null) {
      scanner.in.close();
    }
    if (decompressor != null) {
      CodecPool.returnDecompressor(decompressor);
      decompressor = null;
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
