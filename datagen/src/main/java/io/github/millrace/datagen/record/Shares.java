package io.github.millrace.datagen.record;

import io.github.millrace.datagen.record.SeededRandom.Stream;
import java.util.SplittableRandom;

/**
 * Shares of the records, from 0 to 1, that get a certain fate.
 *
 * @param late records whose time is long past
 * @param duplicate good records that come a second time
 * @param bad records that come out malformed or impossible
 */
public record Shares(double late, double duplicate, double bad) {
  /** Good records only, each once. */
  public static final Shares NONE = new Shares(0, 0, 0);

  /**
   * Checks the shares.
   *
   * @throws IllegalArgumentException naming the option, its value and the remedy
   */
  public Shares {
    check("--late-share", late);
    check("--duplicate-share", duplicate);
    check("--bad-share", bad);
    if (late + bad > 1) {
      throw new IllegalArgumentException(
          "--late-share and --bad-share are "
              + late
              + " and "
              + bad
              + ": together they can be 1 at most.");
    }
  }

  /**
   * What becomes of the record of an index.
   *
   * @param outcome good, late or bad
   * @param repeated whether it comes a second time; only a good one does
   * @param random decides what else there is to decide about that
   */
  public record Fate(Outcome outcome, boolean repeated, SplittableRandom random) {}

  /** Draws the fate of the record of an index: the same whatever was drawn before. */
  public Fate fate(long seed, long index) {
    SplittableRandom random = SeededRandom.of(seed, Stream.FATE, index);
    Outcome outcome = outcome(random.nextDouble(), index);
    boolean repeated = outcome == Outcome.GOOD && random.nextDouble() < duplicate;
    return new Fate(outcome, repeated, random);
  }

  private Outcome outcome(double chance, long index) {
    if (chance < bad) {
      return Outcome.BAD;
    }
    // Nothing is late before anything was there.
    return chance < bad + late && index > 0 ? Outcome.LATE : Outcome.GOOD;
  }

  /**
   * Checks that a share lies between 0 and 1.
   *
   * @param option the option that gives it, as a user writes it
   * @throws IllegalArgumentException naming the option, its value and the remedy
   */
  public static void check(String option, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          option + " is " + share + ": give a share from 0 to 1, such as 0.01.");
    }
  }
}
