package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A value as text: a slice of bytes that are UTF-8, such as a field of a CSV record. One is reused
 * for all values of a task.
 */
final class TextValue {
  private byte[] bytes;
  private int from;
  private int to;
  private UTF8String whole;

  TextValue set(byte[] newBytes, int newFrom, int newTo) {
    bytes = newBytes;
    from = newFrom;
    to = newTo;
    whole = null;
    return this;
  }

  /** The text may have bytes that are not UTF-8. */
  TextValue set(UTF8String text) {
    if (text.getBaseObject() instanceof byte[] onHeap) {
      int offset = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
      set(onHeap, offset, offset + text.numBytes());
      whole = text;
    } else {
      byte[] copy = text.getBytes();
      set(copy, 0, copy.length);
    }
    return this;
  }

  /** The text must have no unpaired surrogate. */
  TextValue set(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    return set(encoded, 0, encoded.length);
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Takes off the white space around it. */
  void trim() {
    while (from < to && isSpace(bytes[from])) {
      from++;
    }
    while (from < to && isSpace(bytes[to - 1])) {
      to--;
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }

  boolean is(byte[] other) {
    return Arrays.equals(bytes, from, to, other, 0, other.length);
  }

  /** In characters of Unicode. */
  int length() {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += (bytes[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    return count;
  }

  /** The text in Spark's form, without a copy. */
  UTF8String utf8() {
    boolean isWhole = whole != null && whole.numBytes() == to - from;
    return isWhole ? whole : UTF8String.fromBytes(bytes, from, to - from);
  }

  @Override
  public String toString() {
    return new String(bytes, from, to - from, UTF_8);
  }
}
