package io.github.millrace.source.file;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A gzip file's members, one after the other. Zeros behind a member are padding. */
final class GzipMembers extends InputStream {
  private final InputStream in;
  private InputStream member;

  /**
   * Begins the first member.
   *
   * @param in a stream that can be marked
   */
  GzipMembers(InputStream in) throws IOException {
    this.in = in;
    this.member = new GzipCompressorInputStream(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int read = member.read(into, from, length);
    while (read < 0 && nextMember()) {
      read = member.read(into, from, length);
    }
    return read;
  }

  private boolean nextMember() throws IOException {
    int next;
    do {
      in.mark(1);
      next = in.read();
    } while (next == 0);
    if (next < 0) {
      return false;
    }
    in.reset();
    member = new GzipCompressorInputStream(in);
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
