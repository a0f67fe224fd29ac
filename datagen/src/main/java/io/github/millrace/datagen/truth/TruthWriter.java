package io.github.millrace.datagen.truth;

import io.github.millrace.datagen.record.DataRecord;
import io.github.millrace.datagen.record.Labelled;
import io.github.millrace.datagen.record.Outcome;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts the records as they are written and, if asked, writes the truth about each. */
public final class TruthWriter implements Closeable {
  private final long seed;
  private final Optional<TruthFile> file;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Labelled, Long> reasons =
      new TreeMap<>(Comparator.comparingInt(Labelled::ordinal));

  /**
   * Begins the truth.
   *
   * @param seed what the data set is made of
   * @param path the truth file; without one, records are only counted
   */
  public TruthWriter(long seed, Optional<Path> path) throws IOException {
    this.seed = seed;
    this.file = path.isPresent() ? Optional.of(TruthFile.create(path.get())) : Optional.empty();
  }

  /** Adds the next record, which has been written to its place. */
  public void add(Place place, DataRecord record) throws IOException {
    outcomes.merge(record.outcome(), 1L, Long::sum);
    record.reason().ifPresent(reason -> reasons.merge(reason, 1L, Long::sum));
    if (file.isPresent()) {
      file.get().add(place::writeTo, record::writeTruth);
    }
  }

  /** Returns the totals of the records so far. */
  public Summary summary() {
    Map<String, Long> labels = new LinkedHashMap<>();
    reasons.forEach((reason, count) -> labels.put(reason.label(), count));
    return new Summary(
        seed,
        outcomes.values().stream().mapToLong(Long::longValue).sum(),
        outcomes.getOrDefault(Outcome.GOOD, 0L),
        outcomes.getOrDefault(Outcome.LATE, 0L),
        outcomes.getOrDefault(Outcome.DUPLICATE, 0L),
        outcomes.getOrDefault(Outcome.BAD, 0L),
        labels);
  }

  /** Writes the totals, makes the file visible and returns them. */
  public Summary finish() throws IOException {
    Summary summary = summary();
    finish(summary::writeTo);
    return summary;
  }

  /** Writes a summary of other fields and makes the file visible. */
  public void finish(TruthFile.Fields summary) throws IOException {
    if (file.isPresent()) {
      file.get().finish(summary);
    }
  }

  /** Leaves nothing behind unless the file was finished. */
  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }
}
