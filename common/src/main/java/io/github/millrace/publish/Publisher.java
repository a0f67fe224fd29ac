package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.Storage;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    Optional<Entry> begun = ledger.prepared(publication.unit());
    if (begun.isPresent()) {
      complete(begun.get());
    }
    Optional<Entry> done = ledger.committed(publication.unit());
    if (done.isPresent()) {
      return done.get();
    }
    rows.write()
        .format(UnitSink.FORMAT)
        .option(UnitSink.PUBLICATION, publication.toJson())
        .mode("append")
        .save();
    return ledger
        .committed(publication.unit())
        .orElseThrow(() -> new IllegalStateException("no entry of " + publication.unit()));
  }

  /**
   * Publishes what tasks have staged.
   *
   * @param fence the publication's, or null
   */
  void publish(Entry entry, String fence) throws IOException {
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
    if (waiting == fs.exists(to)) {
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
      if (!fs.rename(from, to)) {
        throw new IOException("cannot rename " + from + " to " + to);
      }
    }
  }
}
