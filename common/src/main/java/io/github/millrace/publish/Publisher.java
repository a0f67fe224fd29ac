package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.Storage;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Makes units of one output visible, each once or not at all. A unit's entry is prepared, its files
 * are renamed into place, the entry is committed; whatever stops in between is rolled forward by
 * {@link #recover}.
 */
public final class Publisher {
  private final Output output;
  private final Configuration hadoop;
  private final Ledger ledger;

  public Publisher(Output output, Configuration hadoop) throws IOException {
    this.output = output;
    this.hadoop = hadoop;
    this.ledger = new Ledger(output.ledger(), hadoop);
  }

  /** The output's account. */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * Publishes the rows as one unit, unless it is published already. If its publication was begun,
   * that is completed, and the rows are not looked at.
   *
   * @param rows of {@link SinkColumns}
   * @return the unit's entry
   */
  public Entry publish(Dataset<Row> rows, Publication publication) throws IOException {
    return publish(rows, publication, Unit.Completion.NONE);
  }

  /**
   * Publishes the rows and what the driver adds to them as one unit.
   *
   * @param rows of {@link SinkColumns}; null if all there is comes from the driver
   * @param completion is called, once the tasks are done, if the unit is not published already
   * @return the unit's entry
   */
  public Entry publish(Dataset<Row> rows, Publication publication, Unit.Completion completion)
      throws IOException {
    Optional<Entry> begun = ledger.prepared(publication.unit());
    if (begun.isPresent()) {
      complete(begun.get());
    }
    Optional<Entry> done = ledger.committed(publication.unit());
    if (done.isPresent()) {
      return done.get();
    }
    try {
      Unit unit = new Unit(publication, staged(rows, publication), hadoop);
      completion.complete(unit);
      publish(entry(publication, unit), publication.fence());
    } catch (IOException | RuntimeException e) {
      abandon(publication);
      throw e;
    }
    return ledger
        .committed(publication.unit())
        .orElseThrow(() -> new IllegalStateException("no entry of " + publication.unit()));
  }

  private static List<TaskReport> staged(Dataset<Row> rows, Publication publication) {
    if (rows == null) {
      return List.of();
    }
    rows.write()
        .format(UnitSink.FORMAT)
        .option(UnitSink.PUBLICATION, publication.toJson())
        .mode("append")
        .save();
    return Handover.take(publication);
  }

  private static Entry entry(Publication publication, Unit unit) {
    long written = 0;
    long quarantined = 0;
    long late = 0;
    long reread = 0;
    long rows = 0;
    long unknownFields = 0;
    Map<String, Long> reasons = new TreeMap<>();
    Map<String, Long> sources = new TreeMap<>();
    Map<String, Long> badSources = new HashMap<>();
    List<Entry.PublishedFile> files = new ArrayList<>();
    List<Entry.Move> moves = new ArrayList<>();
    for (TaskReport report : unit.reports()) {
      written += report.written();
      quarantined += report.quarantined();
      late += report.late();
      reread += report.reread();
      rows += report.rows();
      unknownFields += report.unknownFields();
      report.reasons().forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
      report.sources().forEach((file, count) -> sources.merge(file, count, Long::sum));
      report.badSources().forEach((file, count) -> badSources.merge(file, count, Long::sum));
      for (TaskReport.StagedFile file : report.files()) {
        files.add(file.published());
        moves.add(new Entry.Move(file.staged(), file.published().path(), unit.replaces()));
      }
    }
    unit.sources().forEach(source -> sources.merge(source.file(), source.records(), Long::sum));
    moves.addAll(unit.moves());
    long read = sources.values().stream().mapToLong(Long::longValue).sum();
    long deduplicated =
        publication.deduplicates() ? Math.max(0, read - written - quarantined - late - reread) : 0;
    return new Entry(
        publication.job(),
        publication.unit(),
        publication.checkpoint(),
        publication.batch(),
        Instant.now(),
        publication.contract(),
        new Counts(read, written, quarantined, late, deduplicated, reread),
        rows,
        unknownFields,
        reasons,
        sources.entrySet().stream()
            .map(
                source ->
                    new Entry.Source(
                        source.getKey(),
                        source.getValue(),
                        badSources.getOrDefault(source.getKey(), 0L)))
            .toList(),
        files,
        moves);
  }

  private void publish(Entry entry, String fence) throws IOException {
    if (!stands(fence)) {
      throw new JobException(
          ExitCode.INTEGRITY,
          "unit %s is not published, for another instance has taken its checkpoint over (%s is gone)"
              .formatted(entry.unit(), fence));
    }
    if (!entry.counts().balanced()) {
      throw new JobException(
          ExitCode.INTEGRITY,
          "unit "
              + entry.unit()
              + " does not balance, so nothing of it was published: "
              + entry.counts());
    }
    ledger.prepare(entry);
    complete(entry);
  }

  /**
   * Removes what tasks have staged, unless the unit's publication has begun: then nothing but the
   * staged files can complete it. Nor if another instance has taken over: they may be its own.
   */
  void abandon(Publication publication) throws IOException {
    if (stands(publication.fence()) && ledger.prepared(publication.unit()).isEmpty()) {
      Staging.clear(output, publication.unit(), hadoop);
    }
  }

  private boolean stands(String fence) throws IOException {
    return fence == null || Storage.of(new Path(fence), hadoop).exists(new Path(fence));
  }

  /**
   * Completes every unit of the checkpoint whose publication was begun.
   *
   * @return the entries completed
   */
  public List<Entry> recover(String checkpoint) throws IOException {
    List<Entry> prepared =
        ledger.prepared().stream().filter(e -> e.checkpoint().equals(checkpoint)).toList();
    for (Entry entry : prepared) {
      complete(entry);
    }
    return prepared;
  }

  private void complete(Entry entry) throws IOException {
    Set<Path> made = new HashSet<>();
    for (Entry.Move move : entry.moves()) {
      apply(move, made);
    }
    Staging.clear(output, entry.unit(), hadoop);
    ledger.commit(entry.unit());
  }

  /** Renames, unless an earlier attempt has. */
  private void apply(Entry.Move move, Set<Path> made) throws IOException {
    Path from = new Path(move.from());
    Path to = new Path(move.to());
    FileSystem fs = Storage.of(to, hadoop);
    boolean waiting = fs.exists(from);
    boolean there = fs.exists(to);
    if (waiting == there && !(move.replaces() && there)) {
      throw new JobException(
          ExitCode.INTEGRITY,
          waiting
              ? to + " exists though it was never published; move it away and start again"
              : "neither " + from + " nor " + to + " exists; restore one and start again");
    }
    if (waiting) {
      if (made.add(to.getParent())) {
        fs.mkdirs(to.getParent());
      }
      if (there) {
        Storage.replace(from, to, hadoop);
      } else if (!fs.rename(from, to)) {
        throw new IOException("cannot rename " + from + " to " + to);
      }
    }
  }
}
