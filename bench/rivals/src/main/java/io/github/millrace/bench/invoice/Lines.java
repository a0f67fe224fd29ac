package io.github.millrace.bench.invoice;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The lines of a stream, as bytes. */
final class Lines {
  private final InputStream in;
  private final byte[] chunk = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] line = new byte[1 << 12];
  private int length;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Moves to the next line; false if there is none. */
  boolean next() throws IOException {
    length = 0;
    while (fill()) {
      int start = position;
      while (position < limit && chunk[position] != '\n') {
        position++;
      }
      append(start, position - start);
      if (position < limit) {
        position++;
        return true;
      }
    }
    return length > 0;
  }

  /** The line, in a buffer that is longer and used again. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      limit = in.read(chunk);
      position = 0;
    }
    return limit > 0;
  }

  private void append(int start, int count) {
    if (length + count > line.length) {
      line = Arrays.copyOf(line, 2 * (length + count));
    }
    System.arraycopy(chunk, start, line, length, count);
    length += count;
  }
}
