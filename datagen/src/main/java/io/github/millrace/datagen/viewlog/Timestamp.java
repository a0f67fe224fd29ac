package io.github.millrace.datagen.viewlog;

/**
 * A moment and how it is written.
 *
 * @param nanos nanoseconds since 1970, no finer than the digits are
 * @param digits digits of the fraction of the second, 0 to 9
 * @param zone what follows it
 */
record Timestamp(long nanos, int digits, Zone zone) {
  private static final long[] NANOS_OF_LAST_DIGIT = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  /** What stands behind the time; nothing means UTC. */
  enum Zone {
    NONE("", 0),
    ZULU("Z", 0),
    INDIA("+05:30", 19_800),
    PACIFIC("-08:00", -28_800);

    private final String text;
    private final int seconds;

    Zone(String text, int seconds) {
      this.text = text;
      this.seconds = seconds;
    }

    String text() {
      return text;
    }

    /** Seconds ahead of UTC. */
    int seconds() {
      return seconds;
    }
  }

  /** Makes the latest timestamp of these digits that is not after a moment. */
  static Timestamp cut(long nanos, int digits, Zone zone) {
    return new Timestamp(nanos - Math.floorMod(nanos, NANOS_OF_LAST_DIGIT[digits]), digits, zone);
  }

  /** Microseconds since 1970; finer digits are cut. */
  long micros() {
    return Math.floorDiv(nanos, 1_000L);
  }
}
