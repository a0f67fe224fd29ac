package io.github.millrace.source.file;

import io.github.millrace.record.TextEncoding;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A window on a stream of bytes, in which one record at a time is marked out. The window grows with
 * the record up to a limit; of a longer record only the length is kept.
 */
final class ByteScanner implements Closeable {
  static final int END = -1;

  /** How far can be looked ahead. */
  static final int MOST_AHEAD = 8;

  private static final int INITIAL = 1 << 18;
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final InputStream in;
  private final int maxRecord;
  private final int most;
  private byte[] window;
  private int start;
  private int at;
  private int limit;

  /** Position in the stream of the window's first byte. */
  private long base;

  private boolean dropped;

  ByteScanner(InputStream in, long position, int maxRecord) {
    this.in = in;
    this.base = position;
    this.maxRecord = maxRecord;
    this.most = maxRecord + 1 + MOST_AHEAD;
    this.window = new byte[Math.min(INITIAL, most)];
  }

  /** Position in the stream of the next byte. */
  long position() {
    return base + at;
  }

  /** The next byte without going past it, or {@link #END}. */
  int peek() throws IOException {
    return at < limit || fill() ? window[at] & 0xFF : END;
  }

  /** A byte that is as far behind the next one, at most {@value #MOST_AHEAD}, or {@link #END}. */
  int peek(int ahead) throws IOException {
    boolean more = true;
    while (limit - at <= ahead && more) {
      more = fill();
    }
    return limit - at > ahead ? window[at + ahead] & 0xFF : END;
  }

  /** The next byte, or {@link #END}. */
  int next() throws IOException {
    return at < limit || fill() ? window[at++] & 0xFF : END;
  }

  /** A record begins with the next byte. */
  void begin() {
    start = at;
    dropped = false;
  }

  /** Whether the record begun has grown beyond the limit, so that its bytes are gone. */
  boolean tooLong() {
    return dropped || at - start > maxRecord;
  }

  byte[] bytes() {
    return window;
  }

  int recordStart() {
    return start;
  }

  int recordLength() {
    return at - start;
  }

  /**
   * Goes on to the next byte of this value, but not past it.
   *
   * @return whether there is one before the end
   */
  boolean skipTo(byte wanted) throws IOException {
    long pattern = ONES * (wanted & 0xFF);
    do {
      int i = at;
      for (; i + 8 <= limit; i += 8) {
        long found = zeros((long) EIGHT.get(window, i) ^ pattern);
        if (found != 0) {
          at = i + (Long.numberOfTrailingZeros(found) >>> 3);
          return true;
        }
      }
      for (; i < limit; i++) {
        if (window[i] == wanted) {
          at = i;
          return true;
        }
      }
      at = limit;
    } while (fill());
    return false;
  }

  /** Goes on to the next byte of one of two values, as {@link #skipTo(byte)}. */
  boolean skipTo(byte wanted, byte other) throws IOException {
    long pattern = ONES * (wanted & 0xFF);
    long otherPattern = ONES * (other & 0xFF);
    do {
      int i = at;
      for (; i + 8 <= limit; i += 8) {
        long eight = (long) EIGHT.get(window, i);
        long found = zeros(eight ^ pattern) | zeros(eight ^ otherPattern);
        if (found != 0) {
          at = i + (Long.numberOfTrailingZeros(found) >>> 3);
          return true;
        }
      }
      for (; i < limit; i++) {
        if (window[i] == wanted || window[i] == other) {
          at = i;
          return true;
        }
      }
      at = limit;
    } while (fill());
    return false;
  }

  /** The lowest high bit that it has set is that of the first byte that is zero. */
  private static long zeros(long eight) {
    return (eight - ONES) & ~eight & HIGH_BITS;
  }

  /** The byte before the next one, of the record begun; {@link #END} at its beginning. */
  int previous() {
    return at > start ? window[at - 1] & 0xFF : END;
  }

  /** Goes past the mark of UTF-8, if it stands here. */
  void skipByteOrderMark() throws IOException {
    if (peek(TextEncoding.MARK - 1) != END && TextEncoding.isMarked(window, at, limit)) {
      at += TextEncoding.MARK;
    }
  }

  private boolean fill() throws IOException {
    if (at - start > maxRecord) {
      dropped = true;
      start = at - 1;
    }
    if (start > 0) {
      System.arraycopy(window, start, window, 0, limit - start);
      base += start;
      at -= start;
      limit -= start;
      start = 0;
    }
    if (limit == window.length) {
      window = Arrays.copyOf(window, (int) Math.min(2L * window.length, most));
    }
    int read = in.read(window, limit, window.length - limit);
    if (read < 0) {
      return false;
    }
    limit += read;
    return read > 0 || fill();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
