package io.github.millrace.testkit;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is tried at length by {@code bin/test --nightly} only, and in a sample by every other run.
 */
public final class Nightly {
  private static final boolean ON = Boolean.getBoolean("millrace.nightly");

  private Nightly() {}

  /** Whether this is a nightly run. */
  public static boolean isOn() {
    return ON;
  }

  /**
   * How often something random is tried.
   *
   * @param property sets another number
   */
  public static int times(String property, int usually, int nightly) {
    return Integer.getInteger(property, ON ? nightly : usually);
  }

  /** All of two lists in a nightly run, else the first. */
  public static <T> List<T> all(List<T> usually, List<T> more) {
    return ON ? Stream.concat(usually.stream(), more.stream()).toList() : usually;
  }
}
