package io.github.millrace.source.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import io.github.millrace.record.TextEncoding;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.commons.compress.MemoryLimitException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorInputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyDialect;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * How a file's bytes are compressed. Its first bytes decide; its name does only where a format
 * begins with nothing of its own. All is decoded as it streams, in bounded memory whatever sizes a
 * file claims.
 */
enum Compression {
  NONE("", ""),
  GZIP("1f8b", ".gz .gzip .tgz"),
  BZIP2("425a68", ".bz2"),
  ZSTD("28b52ffd", ".zst .zstd"),
  XZ("fd377a585a00", ".xz"),
  LZ4("04224d18", ".lz4"),
  SNAPPY("ff060000734e61507059", ".snappy .sz"),
  ZLIB("7801 785e 789c 78da", ".deflate .zz"),
  /** What Hadoop's codec of the name writes: blocks that begin with their lengths. */
  HADOOP_LZ4("", ".lz4"),
  HADOOP_SNAPPY("", ".snappy");

  /** As much as zstd takes unasked; xz -9 needs half of it. */
  private static final int MEMORY_MIB = 128;

  private static final int BUFFER = 1 << 16;
  private static final int SNAPPY_WINDOW = 1 << 16;

  /** In hexadecimal digits, with spaces in between. */
  private final String magics;

  private final String endings;

  Compression(String magics, String endings) {
    this.magics = magics;
    this.endings = endings;
  }

  /**
   * The compression of a file.
   *
   * @param head its first bytes, 16 at least where it has so many
   */
  static Compression of(byte[] head, String name) {
    String digits = HexFormat.of().formatHex(head, 0, Math.min(head.length, 16));
    // A table's first column may be called as bzip2 or zlib begin: "BZh", or "x^2".
    boolean mayBeText =
        head.length > 0 && (head[0] == 'B' || head[0] == 'x') && TextEncoding.isPlain(head);
    for (Compression compression : values()) {
      if (compression.begins(digits, name) && (!mayBeText || compression.names(name))) {
        return compression;
      }
    }
    // A frame of something else, with which zstd and lz4 may begin, as pzstd's files do.
    if (digits.matches("5.2a4d18.*")) {
      return LZ4.names(name) ? LZ4 : ZSTD;
    }
    // A block's length in four bytes, highest first: no text begins so.
    if (head.length > 0 && head[0] >= 0 && head[0] < '\t') {
      return HADOOP_LZ4.names(name) ? HADOOP_LZ4 : HADOOP_SNAPPY.names(name) ? HADOOP_SNAPPY : NONE;
    }
    return NONE;
  }

  /** Whether a file of that name should be compressed. */
  static boolean isNamedBy(String name) {
    return Arrays.stream(values()).anyMatch(compression -> compression.names(name));
  }

  private boolean names(String name) {
    return !endings.isEmpty() && Arrays.stream(endings.split(" ", -1)).anyMatch(name::endsWith);
  }

  /**
   * A file that was cut off within its first bytes is recognised by these and its name together.
   */
  private boolean begins(String digits, String name) {
    if (magics.isEmpty() || digits.isEmpty()) {
      return false;
    }
    return Arrays.stream(magics.split(" ", -1))
        .anyMatch(magic -> digits.startsWith(magic) || (magic.startsWith(digits) && names(name)));
  }

  /** What is in the stream, to the end of its last member, frame or block. */
  InputStream open(InputStream raw) throws IOException {
    InputStream in = this == NONE ? raw : new BufferedInputStream(raw, BUFFER);
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GzipMembers(in);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case ZSTD -> new ZstdCompressorInputStream(in);
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(MEMORY_MIB << 10)
              .get();
      case LZ4 -> new FramedLZ4CompressorInputStream(in, true);
      case SNAPPY ->
          new FramedSnappyCompressorInputStream(in, SNAPPY_WINDOW, FramedSnappyDialect.STANDARD);
      case ZLIB -> new ZlibStreams(in);
      case HADOOP_LZ4 -> new HadoopBlocks(in, BlockLZ4CompressorInputStream::new);
      case HADOOP_SNAPPY ->
          new HadoopBlocks(in, block -> new SnappyCompressorInputStream(block, SNAPPY_WINDOW));
    };
  }

  /** What a decoder's exception says of a file. */
  static UnreadableException unreadable(Exception thrown) {
    boolean tooLarge =
        thrown instanceof MemoryLimitException
            || (thrown instanceof ZstdIOException zstd
                && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge());
    return new UnreadableException(
        tooLarge
            ? "unpacking the file takes more than "
                + MEMORY_MIB
                + " MiB of memory; compress it with a smaller window"
            : "the compressed file is damaged: %s; send it again under a new name"
                .formatted(thrown.getMessage() == null ? thrown : thrown.getMessage()));
  }
}
