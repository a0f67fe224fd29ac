package io.github.millrace.datagen.record;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Ways to spoil the bytes of a record, whatever it says. */
public final class Damage {
  private Damage() {}

  /** Returns the beginning of a record, a quarter to three quarters of it. */
  public static byte[] truncate(byte[] good, SplittableRandom random) {
    int end = random.nextInt(good.length / 4, good.length * 3 / 4);
    // Not inside a character, which would make the encoding wrong as well.
    while ((good[end] & 0xC0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(good, end);
  }
}
