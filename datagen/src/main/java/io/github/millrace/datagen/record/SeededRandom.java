package io.github.millrace.datagen.record;

import java.util.List;
import java.util.SplittableRandom;

/** Random streams that depend on a seed and an index only, never on what was drawn before. */
public final class SeededRandom {
  private SeededRandom() {}

  /** What a stream decides; two streams of the same record are independent. */
  public enum Stream {
    /** The numbers of the whole data set. */
    DATA_SET(1),
    /** What a record says. */
    CONTENT(2),
    /** Whether it is malformed or repeated. */
    FATE(3),
    /** Which defect a malformed one has. */
    DEFECT(4),
    /** The details of that defect. */
    DAMAGE(5),
    /** A record's identity. */
    IDENTITY(6);

    private final long salt;

    Stream(long salt) {
      this.salt = salt;
    }
  }

  /** Returns the random numbers of a stream at an index. */
  public static SplittableRandom of(long seed, Stream stream, long index) {
    return new SplittableRandom(bits(seed, stream, index));
  }

  /** Returns random bits of a stream that are different at each index. */
  public static long bits(long seed, Stream stream, long index) {
    return mix(mix(mix(seed) + stream.salt) + index);
  }

  /** Returns one of the choices. */
  public static <T> T pick(List<T> choices, SplittableRandom random) {
    return choices.get(random.nextInt(choices.size()));
  }

  // SplittableRandom's own sequences are shifts of one another, so near seeds must be mixed apart.
  private static long mix(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
