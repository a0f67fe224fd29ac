package io.github.millrace.datagen.invoice;

import java.util.SplittableRandom;

/** Random streams that depend on a seed and an index only, never on what was drawn before. */
final class SeededRandom {
  private SeededRandom() {}

  /** What a stream decides; two streams of the same invoice are independent. */
  enum Stream {
    /** The numbers of the whole data set. */
    DATA_SET(1),
    /** What an invoice says. */
    CONTENT(2),
    /** Whether it is malformed or repeated. */
    FATE(3),
    /** Which defect a malformed one has. */
    DEFECT(4),
    /** The details of that defect. */
    DAMAGE(5);

    private final long salt;

    Stream(long salt) {
      this.salt = salt;
    }
  }

  static SplittableRandom of(long seed, Stream stream, long index) {
    return new SplittableRandom(mix(mix(mix(seed) + stream.salt) + index));
  }

  // SplittableRandom's own sequences are shifts of one another, so near seeds must be mixed apart.
  private static long mix(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
