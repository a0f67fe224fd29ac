package io.github.millrace.datagen.viewlog;

import java.nio.charset.StandardCharsets;

/** UUIDs of random bits (version 4). */
final class Uuids {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 36;

  private Uuids() {}

  /**
   * Returns a UUID that holds all the unique bits, so different ones give different UUIDs.
   *
   * @param unique its first 64 bits; the four that make way for the version stand at its end
   * @param random its other bits
   */
  static String of(long unique, long random) {
    long high = (unique & ~0xF000L) | 0x4000L;
    long low = (random & 0x3FFF_FFFF_FFFF_FFF0L) | 0x8000_0000_0000_0000L | ((unique >>> 12) & 0xF);
    byte[] text = new byte[LENGTH];
    int at = hex(high, 64, 32, text, 0);
    at = hex(high, 32, 16, text, dash(text, at));
    at = hex(high, 16, 0, text, dash(text, at));
    at = hex(low, 64, 48, text, dash(text, at));
    hex(low, 48, 0, text, dash(text, at));
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static int dash(byte[] text, int at) {
    text[at] = '-';
    return at + 1;
  }

  /** Writes the bits below {@code from} down to {@code to} and returns the place behind them. */
  private static int hex(long bits, int from, int to, byte[] text, int at) {
    int place = at;
    for (int shift = from - 4; shift >= to; shift -= 4) {
      text[place++] = HEX[(int) (bits >>> shift) & 0xF];
    }
    return place;
  }
}
