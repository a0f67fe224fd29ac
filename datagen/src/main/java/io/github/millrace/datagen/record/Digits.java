package io.github.millrace.datagen.record;

/** Numbers as text. */
public final class Digits {
  private Digits() {}

  /** Returns a non-negative number with leading zeros up to the width. */
  public static String padded(long number, int width) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }
}
