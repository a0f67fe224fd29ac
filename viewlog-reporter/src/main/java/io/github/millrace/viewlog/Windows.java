package io.github.millrace.viewlog;

import io.github.millrace.publish.PartialAggregate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What has been counted in some windows. Immutable. */
final class Windows {
  /** No window. */
  static final Windows NONE = new Windows(new TreeMap<>(Key.ORDER));

  private final SortedMap<Key, Total> totals;

  private Windows(SortedMap<Key, Total> totals) {
    this.totals = totals;
  }

  /** A campaign in a network and a window, by its start in microseconds since 1970-01-01 UTC. */
  private record Key(int network, long start, int campaign) {
    static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::network)
            .thenComparingLong(Key::start)
            .thenComparingInt(Key::campaign);
  }

  /**
   * The views of a campaign in a network and a window.
   *
   * @param start of the window, in microseconds since 1970-01-01 UTC
   * @param durationMicros of all views together
   */
  record Total(int network, long start, int campaign, long durationMicros, long views) {

    private Total plus(Total other) {
      return new Total(
          network,
          start,
          campaign,
          Math.addExact(durationMicros, other.durationMicros),
          Math.addExact(views, other.views));
    }

    private Key key() {
      return new Key(network, start, campaign);
    }
  }

  static Windows of(Collection<Total> totals) {
    return NONE.plus(totals);
  }

  /**
   * Puts together what tasks have folded.
   *
   * @param rows as {@link Views#AGGREGATION} says
   */
  static Windows ofPartials(Collection<PartialAggregate> rows) {
    return of(
        rows.stream()
            .map(
                row ->
                    new Total(
                        (int) row.keys()[0],
                        row.keys()[1],
                        (int) row.keys()[2],
                        row.sums()[0],
                        row.sums()[1]))
            .toList());
  }

  Windows plus(Windows other) {
    return plus(other.totals());
  }

  private Windows plus(Collection<Total> more) {
    SortedMap<Key, Total> sum = new TreeMap<>(totals);
    more.forEach(total -> sum.merge(total.key(), total, Total::plus));
    return new Windows(sum);
  }

  /** Those whose start is accepted. */
  Windows starting(Predicate<Long> accepted) {
    return where(total -> accepted.test(total.start()));
  }

  /** Those that are accepted. */
  Windows where(Predicate<Total> accepted) {
    return of(totals().stream().filter(accepted).toList());
  }

  /** All, ordered by network, window and campaign. */
  List<Total> totals() {
    return List.copyOf(totals.values());
  }

  /**
   * Where the last one starts, in microseconds since 1970-01-01 UTC.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  long lastStart() {
    return totals.values().stream().mapToLong(Total::start).max().orElseThrow();
  }

  boolean isEmpty() {
    return totals.isEmpty();
  }

  int size() {
    return totals.size();
  }
}
