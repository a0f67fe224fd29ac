package io.github.millrace.window;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was counted for some keys in a window; see {@link WindowColumns}.
 *
 * @param start of the window, in microseconds since 1970-01-01 UTC
 * @param keys each a {@link String} or a {@link Long}: dates in days, timestamps in microseconds
 * @param sums each a {@link Long} or a {@link BigDecimal}
 */
public record WindowTotal(long start, List<Object> keys, List<Object> sums, List<Long> maxima) {
  static final Comparator<WindowTotal> ORDER =
      Comparator.comparingLong(WindowTotal::start)
          .thenComparing(WindowTotal::keys, WindowTotal::compare);

  private static final int MOST_DIGITS = 38;

  public WindowTotal {
    keys = List.copyOf(keys);
    sums = List.copyOf(sums);
    maxima = List.copyOf(maxima);
  }

  @SuppressWarnings("unchecked") // A column is of one type, and each of these is comparable.
  private static int compare(List<Object> one, List<Object> other) {
    for (int i = 0; i < one.size(); i++) {
      int order = ((Comparable<Object>) one.get(i)).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** A key that is a number. */
  public long number(int key) {
    return (Long) keys.get(key);
  }

  /** A sum that is a whole number. */
  public long sum(int index) {
    return (Long) sums.get(index);
  }

  /**
   * The sum of two of the same keys and window.
   *
   * @throws ArithmeticException if a sum is beyond its type
   */
  WindowTotal plus(WindowTotal other) {
    List<Object> added = new ArrayList<>(sums.size());
    for (int i = 0; i < sums.size(); i++) {
      added.add(add(sums.get(i), other.sums.get(i)));
    }
    List<Long> largest = new ArrayList<>(maxima.size());
    for (int i = 0; i < maxima.size(); i++) {
      largest.add(Math.max(maxima.get(i), other.maxima.get(i)));
    }
    return new WindowTotal(start, keys, added, largest);
  }

  private static Object add(Object one, Object other) {
    if (one instanceof Long number) {
      return Math.addExact(number, (Long) other);
    }
    BigDecimal sum = ((BigDecimal) one).add((BigDecimal) other);
    if (sum.precision() - sum.scale() > MOST_DIGITS - WindowColumns.DECIMAL.scale()) {
      throw new ArithmeticException("the sum " + sum + " is beyond " + WindowColumns.DECIMAL.sql());
    }
    return sum;
  }
}
