package io.github.millrace.clickstream.land;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * How far the events of a feed have come, and which of its hours are complete. An hour is named by
 * its beginning, in the feed's zone. Immutable.
 *
 * @param parts of the source, by the number of a partition; files are one part
 * @param through all hours before it were complete at least once; null if nothing is landed yet
 * @param open hours that have records and are not complete, or not any more
 * @param taken names of what others have said to this one, and it knows
 */
record Hours(
    Map<Integer, Part> parts,
    LocalDateTime through,
    SortedSet<LocalDateTime> open,
    Set<String> taken) {
  /** Of a feed of which nothing is landed. */
  static final Hours NONE = new Hours(Map.of(), null, new TreeSet<>(), Set.of());

  /**
   * Of so many hours without a record, one after the other, none is completed: a single event with
   * a date of years ago must not make directories for all the hours since.
   */
  private static final int MOST_EMPTY = 10_000;

  /**
   * A part of the source.
   *
   * @param event the time of its latest event
   * @param read when a record of it was read last, by this machine's clock
   */
  record Part(Instant event, Instant read) {}

  /**
   * Hours that are complete now.
   *
   * @param hours in their order
   * @param after how it stands then
   */
  record Due(List<LocalDateTime> hours, Hours after) {}

  /** With the records of a batch. */
  Hours plus(Map<Integer, Instant> latest, Collection<LocalDateTime> landed, Instant now) {
    Map<Integer, Part> all = new TreeMap<>(parts);
    latest.forEach(
        (part, event) ->
            all.merge(
                part,
                new Part(event, now),
                (before, more) ->
                    before.event().isAfter(event) ? new Part(before.event(), now) : more));
    SortedSet<LocalDateTime> opened = new TreeSet<>(open);
    opened.addAll(landed);
    LocalDateTime from = through == null && !opened.isEmpty() ? opened.first() : through;
    return new Hours(all, from, opened, taken);
  }

  /** With hours that others have landed records in. */
  Hours reopened(Collection<LocalDateTime> hours, Set<String> saidBy) {
    SortedSet<LocalDateTime> opened = new TreeSet<>(open);
    opened.addAll(hours);
    return new Hours(parts, through, opened, saidBy);
  }

  /** Whether an hour is complete. */
  boolean isComplete(LocalDateTime hour) {
    return through != null && hour.isBefore(through) && !open.contains(hour);
  }

  /**
   * The hours that are complete by a rule.
   *
   * @param unread asks the source for its parts that have records which are not landed yet
   */
  Due due(HourRule rule, Supplier<Set<Integer>> unread, Instant now) {
    Due atMost = due(rule, Set.of(), now);
    // Asking costs an answer of the brokers, and can only make hours wait.
    return atMost.hours().isEmpty() ? atMost : due(rule, unread.get(), now);
  }

  private Due due(HourRule rule, Set<Integer> unread, Instant now) {
    Instant reached = reached(rule, unread, now);
    if (reached == null || through == null) {
      return new Due(List.of(), this);
    }
    LocalDateTime first = rule.firstOpen(reached);
    LocalDateTime next = first.isAfter(through) ? first : through;
    SortedSet<LocalDateTime> complete = new TreeSet<>(open.headSet(next));
    complete.addAll(emptyUntil(next));
    return new Due(
        List.copyOf(complete), new Hours(parts, next, new TreeSet<>(open.tailSet(next)), taken));
  }

  /** The time that all parts have come to; null if that is not known. */
  private Instant reached(HourRule rule, Set<Integer> unread, Instant now) {
    if (parts.isEmpty() || !parts.keySet().containsAll(unread)) {
      return null;
    }
    return parts.entrySet().stream()
        .filter(part -> unread.contains(part.getKey()) || !rule.isIdle(part.getValue().read(), now))
        .map(part -> part.getValue().event())
        .min(Comparator.naturalOrder())
        .orElse(now);
  }

  /** The hours without a record from the first one that was never complete to another. */
  private List<LocalDateTime> emptyUntil(LocalDateTime next) {
    List<LocalDateTime> empty = new ArrayList<>();
    LocalDateTime from = through;
    SortedSet<LocalDateTime> ends = new TreeSet<>(open.subSet(through, next));
    ends.add(next);
    for (LocalDateTime end : ends) {
      if (from.plusHours(MOST_EMPTY).isAfter(end)) {
        for (LocalDateTime hour = from; hour.isBefore(end); hour = hour.plusHours(1)) {
          empty.add(hour);
        }
      }
      from = end.plusHours(1);
    }
    return empty;
  }
}
