package io.github.millrace.clickstream.land;

import static java.util.stream.Collectors.toMap;

import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.Step;
import io.github.millrace.ledger.SuccessStep;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.SuccessMarks;
import io.github.millrace.publish.Unit;
import io.github.millrace.publish.UnitSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/** Marks the hours of a feed as complete, and takes the marks away where a late record comes. */
final class CompleteHours {
  private final FeedPlan plan;
  private final LandedTables tables;
  private final HourRule rule;
  private final HourStore store;
  private final SuccessMarks marks;

  CompleteHours(FeedPlan plan, LandedTables tables) {
    this.plan = plan;
    this.tables = tables;
    this.rule = plan.hourRule();
    this.store = new HourStore(plan.checkpoint().path(), plan.hadoop());
    this.marks = new SuccessMarks(plan.hadoop());
  }

  /**
   * Completes a batch's unit: adds its files to the feed's tables, and marks hours.
   *
   * @param unread asks the source for its parts that have more records
   */
  void add(Unit unit, long batch, Supplier<Set<Integer>> unread) throws IOException {
    Instant now = Instant.now();
    Hours before = store.withSaid(store.after(batch - 1).hours());
    Set<LocalDateTime> landed = landed(unit);
    Hours.Due due = before.plus(events(unit), landed, now).due(rule, unread, now);
    mark(unit, landed, due.hours());
    store.save(unit, batch, 0, due.after());
  }

  /** Completes a unit that is no batch of the feed's stream. */
  void addBeside(Unit unit) throws IOException {
    Set<LocalDateTime> landed = landed(unit);
    mark(unit, landed, List.of());
    store.say(unit, landed);
  }

  /** Publishes the hours that are complete without a batch. */
  void betweenBatches(Publisher publisher, Supplier<Set<Integer>> unread, Consumer<String> out)
      throws IOException {
    Optional<HourStore.Saved> saved = store.latest();
    if (saved.isEmpty()) {
      return;
    }
    Hours before = store.withSaid(saved.get().hours());
    Hours.Due due = before.due(rule, unread, Instant.now());
    if (due.hours().isEmpty()) {
      return;
    }
    publisher.publish(
        null,
        UnitSpec.ofNoBatch(
            plan.output(), plan.job(), "hours", plan.checkpoint().id(), plan.contractVersion()),
        unit -> {
          mark(unit, Set.of(), due.hours());
          store.save(unit, saved.get().batch(), saved.get().revision() + 1, due.after());
        });
    out.accept(said(due.hours()));
  }

  /** What a user reads of the hours that are complete with a batch; empty if there are none. */
  String summary(LedgerEntry entry) {
    Set<LocalDateTime> hours = new TreeSet<>();
    for (Step step : entry.steps()) {
      if (step instanceof SuccessStep success) {
        success.marks().stream()
            .filter(SuccessStep.Mark::complete)
            .forEach(mark -> hours.add(hour(new Path(mark.directory()))));
      }
    }
    return hours.isEmpty() ? "" : "; " + said(List.copyOf(hours));
  }

  private static String said(List<LocalDateTime> hours) {
    String last = relative(hours.get(hours.size() - 1));
    return hours.size() == 1
        ? "complete: " + last
        : "complete: %,d hours up to %s".formatted(hours.size(), last);
  }

  private void mark(Unit unit, Collection<LocalDateTime> landed, Collection<LocalDateTime> complete)
      throws IOException {
    Set<LocalDateTime> all = new TreeSet<>(landed);
    all.addAll(complete);
    Map<Path, Boolean> directories = new LinkedHashMap<>();
    for (LocalDateTime hour : all) {
      for (String kind : plan.kindDirectories()) {
        directories.put(new Path(kind, relative(hour)), complete.contains(hour));
      }
    }
    List<SuccessStep.Mark> made = new ArrayList<>();
    for (Map.Entry<Path, Boolean> directory : directories.entrySet()) {
      SuccessStep.Mark mark = marks.mark(directory.getKey(), directory.getValue());
      if (mark.complete() || mark.expected() != null) {
        made.add(mark);
      }
    }
    // A partition whose hour gets no record of its kind is not there, unless the hour is complete.
    List<Path> set = new ArrayList<>();
    made.forEach(mark -> set.add(new Path(mark.directory())));
    tables.add(unit, set, directory -> directories.getOrDefault(directory, false));
    if (!made.isEmpty()) {
      unit.mark(new SuccessStep(made));
    }
  }

  private static Map<Integer, Instant> events(Unit unit) {
    return unit.latest().entrySet().stream()
        .collect(
            toMap(
                Map.Entry::getKey, part -> Instant.EPOCH.plus(part.getValue(), ChronoUnit.MICROS)));
  }

  private static Set<LocalDateTime> landed(Unit unit) {
    Set<LocalDateTime> hours = new TreeSet<>();
    for (Path directory : unit.directories()) {
      hours.add(hour(directory));
    }
    return hours;
  }

  /** The hour of a directory. */
  static LocalDateTime hour(Path directory) {
    String hour = directory.getName().substring(Columns.HOUR.length() + 1);
    String date = directory.getParent().getName().substring(Columns.DATE.length() + 1);
    return LocalDate.parse(date).atTime(LocalTime.of(Integer.parseInt(hour), 0));
  }

  /** The directory of an hour, in that of a kind of record. */
  static String relative(LocalDateTime hour) {
    return "%s=%s/%s=%02d"
        .formatted(Columns.DATE, hour.toLocalDate(), Columns.HOUR, hour.getHour());
  }
}
