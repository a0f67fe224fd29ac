package io.github.millrace.source.file;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * The format in which Hadoop's codecs write what has no format of files: blocks, each its length
 * and then pieces, each its compressed length and then its bytes. The lengths are only compared.
 */
final class HadoopBlocks extends InputStream {
  /** Reads one piece. */
  interface Decoder {
    InputStream open(InputStream piece) throws IOException;
  }

  private final DataInputStream in;
  private final Decoder decoder;
  private InputStream piece;

  /** Bytes of the block that are still to come. */
  private long blockRest;

  HadoopBlocks(InputStream in, Decoder decoder) {
    this.in = new DataInputStream(in);
    this.decoder = decoder;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    while (piece != null || nextPiece()) {
      int read = piece.read(into, from, length);
      if (read >= 0) {
        blockRest -= read;
        if (blockRest < 0) {
          throw new IOException("a block is longer than it says");
        }
        return read;
      }
      piece = null;
    }
    return -1;
  }

  private boolean nextPiece() throws IOException {
    // A block of nothing is what Hadoop makes of an empty file.
    while (blockRest == 0) {
      int first = in.read();
      if (first < 0) {
        return false;
      }
      blockRest = length(first);
    }
    int first = in.read();
    if (first < 0) {
      throw new EOFException();
    }
    piece =
        decoder.open(
            BoundedInputStream.builder()
                .setInputStream(in)
                .setMaxCount(length(first))
                .setPropagateClose(false)
                .get());
    return true;
  }

  private long length(int first) throws IOException {
    long length = ((long) first << 24) | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    if (length > Integer.MAX_VALUE) {
      throw new IOException("a block says that it has " + length + " bytes");
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
