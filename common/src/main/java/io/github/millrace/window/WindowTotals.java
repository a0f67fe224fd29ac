package io.github.millrace.window;

import io.github.millrace.publish.PartialAggregate;
import io.github.millrace.publish.Unit;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/** What was counted in some windows, each keys and window once. Immutable. */
public final class WindowTotals {
  /** Of no window. */
  public static final WindowTotals NONE = new WindowTotals(empty());

  private final SortedMap<WindowTotal, WindowTotal> totals;

  private WindowTotals(SortedMap<WindowTotal, WindowTotal> totals) {
    this.totals = totals;
  }

  private static SortedMap<WindowTotal, WindowTotal> empty() {
    return new TreeMap<>(WindowTotal.ORDER);
  }

  /** Puts totals together. */
  public static WindowTotals of(Collection<WindowTotal> totals) {
    return NONE.plus(totals);
  }

  /** Puts together what a unit's tasks have aggregated. */
  public static WindowTotals of(Unit unit, WindowColumns columns) {
    return of(unit, columns, partial -> {});
  }

  /** The same, in one pass with what else is asked of the aggregates. */
  static WindowTotals of(Unit unit, WindowColumns columns, Consumer<PartialAggregate> each) {
    SortedMap<WindowTotal, WindowTotal> sum = empty();
    unit.partials(
        partial -> {
          each.accept(partial);
          WindowTotal total = columns.total(partial);
          sum.merge(total, total, WindowTotal::plus);
        });
    return new WindowTotals(sum);
  }

  /** Both together. */
  public WindowTotals plus(WindowTotals other) {
    return other.isEmpty() ? this : isEmpty() ? other : plus(other.totals.values());
  }

  private WindowTotals plus(Collection<WindowTotal> more) {
    SortedMap<WindowTotal, WindowTotal> sum = empty();
    sum.putAll(totals);
    more.forEach(total -> sum.merge(total, total, WindowTotal::plus));
    return new WindowTotals(sum);
  }

  /** Those whose start, in microseconds since 1970-01-01 UTC, is accepted. */
  public WindowTotals starting(LongPredicate accepted) {
    return where(total -> accepted.test(total.start()));
  }

  /** Whether there is one whose start is accepted. */
  public boolean anyStarting(LongPredicate accepted) {
    return totals.keySet().stream().anyMatch(total -> accepted.test(total.start()));
  }

  /** Those that are accepted. */
  public WindowTotals where(Predicate<WindowTotal> accepted) {
    SortedMap<WindowTotal, WindowTotal> kept = empty();
    totals.forEach(
        (key, total) -> {
          if (accepted.test(total)) {
            kept.put(key, total);
          }
        });
    return new WindowTotals(kept);
  }

  /** All, ordered by window and keys. */
  public List<WindowTotal> all() {
    return List.copyOf(totals.values());
  }

  /**
   * Where the first one starts, in microseconds since 1970-01-01 UTC.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public long firstStart() {
    return totals.firstKey().start();
  }

  /**
   * Where the last one starts, in microseconds since 1970-01-01 UTC.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public long lastStart() {
    return totals.lastKey().start();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return totals.isEmpty();
  }

  /** How many there are. */
  public int size() {
    return totals.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowTotals same && all().equals(same.all());
  }

  @Override
  public int hashCode() {
    return all().hashCode();
  }

  @Override
  public String toString() {
    return all().toString();
  }
}
