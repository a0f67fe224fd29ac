package io.github.millrace.datagen.record;

/** Shares of the records that get a certain fate. */
public final class Share {
  private Share() {}

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
