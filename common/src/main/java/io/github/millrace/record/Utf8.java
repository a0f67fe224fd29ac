package io.github.millrace.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.spark.unsafe.types.UTF8String;

/** Strict UTF-8 (RFC 3629: no overlong forms, no surrogates), checked and made. */
public final class Utf8 {
  public static final int VALID = -1;

  /** What is wrong with a text that has no UTF-8. */
  public static final String UNPAIRED = "has an unpaired surrogate, which is no character";

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /**
   * Where the bytes stop being UTF-8.
   *
   * @return the index of the first byte of the first bad sequence, or {@link #VALID}
   */
  public static int firstInvalid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (i + 8 <= to && ((long) EIGHT.get(bytes, i) & HIGH_BITS) == 0) {
        i += 8;
      } else if (bytes[i] >= 0) {
        i++;
      } else {
        int length = sequenceLength(bytes, i, to);
        if (length == 0) {
          return i;
        }
        i += length;
      }
    }
    return VALID;
  }

  /** Whether what stands from {@code at} is only the beginning of a sequence that the end cuts. */
  public static boolean cutByEnd(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    int wanted = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (wanted == 0 || lead > 0xF4 || at + wanted <= to) {
      return false;
    }
    for (int i = at + 1; i < to; i++) {
      if (!continues(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private static int sequenceLength(byte[] b, int i, int to) {
    int lead = b[i] & 0xFF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      return i + 1 < to && continues(b[i + 1]) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
      if (i + 2 >= to || !continues(b[i + 1]) || !continues(b[i + 2])) {
        return 0;
      }
      int second = b[i + 1] & 0xFF;
      boolean overlong = lead == 0xE0 && second < 0xA0;
      boolean surrogate = lead == 0xED && second > 0x9F;
      return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      if (i + 3 >= to || !continues(b[i + 1]) || !continues(b[i + 2]) || !continues(b[i + 3])) {
        return 0;
      }
      int second = b[i + 1] & 0xFF;
      boolean overlong = lead == 0xF0 && second < 0x90;
      boolean beyond = lead == 0xF4 && second > 0x8F;
      return overlong || beyond ? 0 : 4;
    }
    return 0;
  }

  private static boolean continues(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /** The text in Spark's form; null if it has an unpaired surrogate, which has no UTF-8. */
  public static UTF8String of(char[] chars, int from, int length) {
    byte[] ascii = new byte[length];
    for (int i = 0; i < length; i++) {
      char c = chars[from + i];
      if (c >= 0x80) {
        return paired(chars, from, length)
            ? UTF8String.fromString(new String(chars, from, length))
            : null;
      }
      ascii[i] = (byte) c;
    }
    return UTF8String.fromBytes(ascii);
  }

  /** Whether each surrogate stands in a pair. */
  public static boolean paired(char[] chars, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (Character.isHighSurrogate(chars[i])
          && i + 1 < from + length
          && Character.isLowSurrogate(chars[i + 1])) {
        i++;
      } else if (Character.isSurrogate(chars[i])) {
        return false;
      }
    }
    return true;
  }
}
