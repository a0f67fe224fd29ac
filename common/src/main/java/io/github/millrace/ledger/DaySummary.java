package io.github.millrace.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A day that is rolled up, in short: what its units sum up to, and which they are.
 *
 * @param day on which they were published (UTC)
 * @param entries how many units
 * @param counts their sum
 * @param rows their sum
 * @param reasons records quarantined, by the class of their first reason
 * @param unbalanced how many units do not balance
 * @param batches numbers of the batches, by the id of their checkpoint
 * @param units names of the units that are no batches
 */
public record DaySummary(
    LocalDate day,
    long entries,
    Counts counts,
    long rows,
    Map<String, Long> reasons,
    long unbalanced,
    Map<String, List<Range>> batches,
    List<String> units) {

  private static final Pattern BATCH = Pattern.compile("(.+)-(\\d{8,})");

  /** Numbers from the first to the last. */
  public record Range(long first, long last) {
    boolean contains(long number) {
      return number >= first && number <= last;
    }
  }

  /** Whether a unit was published on the day. */
  boolean has(String unit) {
    Matcher batch = BATCH.matcher(unit);
    if (batch.matches()) {
      long number = Long.parseLong(batch.group(2));
      return batches.getOrDefault(batch.group(1), List.of()).stream()
              .anyMatch(range -> range.contains(number))
          || units.contains(unit);
    }
    return units.contains(unit);
  }

  /** Sums up a day's entries. */
  static final class Builder {
    private final LocalDate day;
    private long entries;
    private Counts counts = Counts.NONE;
    private long rows;
    private long unbalanced;
    private final Map<String, Long> reasons = new TreeMap<>();
    private final Map<String, List<Long>> batches = new TreeMap<>();
    private final List<String> units = new ArrayList<>();

    Builder(LocalDate day) {
      this.day = day;
    }

    void add(LedgerEntry entry) {
      entries++;
      counts = counts.plus(entry.counts());
      rows += entry.rows();
      unbalanced += entry.counts().balanced() ? 0 : 1;
      entry.reasons().forEach((reason, records) -> reasons.merge(reason, records, Long::sum));
      String batch = "%s-%08d".formatted(entry.checkpoint(), entry.batch());
      if (entry.unit().equals(batch)) {
        batches.computeIfAbsent(entry.checkpoint(), id -> new ArrayList<>()).add(entry.batch());
      } else {
        units.add(entry.unit());
      }
    }

    DaySummary build() {
      Map<String, List<Range>> ranges = new TreeMap<>();
      batches.forEach((checkpoint, numbers) -> ranges.put(checkpoint, ranges(numbers)));
      return new DaySummary(day, entries, counts, rows, reasons, unbalanced, ranges, units);
    }

    private static List<Range> ranges(List<Long> numbers) {
      numbers.sort(Comparator.naturalOrder());
      List<Range> ranges = new ArrayList<>();
      for (long number : numbers) {
        Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
        if (last != null && number == last.last() + 1) {
          ranges.set(ranges.size() - 1, new Range(last.first(), number));
        } else {
          ranges.add(new Range(number, number));
        }
      }
      return ranges;
    }
  }
}
