package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Lease;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Makes units of one output visible, each once or not at all. A unit's entry is prepared, its files
 * are renamed into place, its steps beside them are done, the entry is committed. Whatever stops in
 * between is rolled forward by the next publisher, whoever has begun it: what is prepared will be
 * published, and it does not matter by whom, or by how many at once.
 *
 * <p>To have a publisher is to hold a {@link Role}; where that is lost, nothing more is prepared.
 */
public final class Publisher implements AutoCloseable {
  /** Of a unit whose partitions others set meanwhile. */
  private static final int TRIES = 5;

  private final Output output;
  private final Configuration hadoop;
  private final Ledger ledger;
  private final Lease lease;
  private final CommitSteps steps;
  private final List<LedgerEntry> recovered;

  /** The unit that this publisher has begun and not ended, as a server was down; null for none. */
  private String begun;

  private Publisher(
      Output output, Ledger ledger, Lease lease, CommitSteps steps, Configuration hadoop)
      throws IOException {
    this.output = output;
    this.hadoop = hadoop;
    this.ledger = ledger;
    this.lease = lease;
    this.steps = steps;
    this.recovered = recover();
  }

  /** Takes a role of an output whose units are files and nothing else. */
  public static Publisher open(Output output, Role role, Configuration hadoop) throws IOException {
    return open(output, role, CommitSteps.NONE, hadoop);
  }

  /**
   * Takes a role, and completes every unit whose publication was begun.
   *
   * @param steps what the units' steps are done with
   * @throws JobException with {@link ExitCode#INTEGRITY} if a living process has the role, with
   *     {@link ExitCode#FAILED} if a step of a unit cannot be done at present
   */
  public static Publisher open(Output output, Role role, CommitSteps steps, Configuration hadoop)
      throws IOException {
    Lease lease =
        Lease.take(new Path(output.roles()), role.toString(), "output " + output.root(), hadoop);
    try {
      return new Publisher(output, new Ledger(output.ledger(), hadoop), lease, steps, hadoop);
    } catch (IOException | RuntimeException e) {
      lease.closeAfter(e);
      throw e;
    }
  }

  /** The output's account. */
  public Ledger ledger() {
    return ledger;
  }

  /** What proves the role. */
  public Lease lease() {
    return lease;
  }

  /** Tells the units that were completed at the start, a line each. */
  public void reportRecovered(Consumer<String> out) {
    recovered.forEach(
        entry ->
            out.accept("unit " + entry.unit() + ": completed, an earlier run had been cut off"));
  }

  /** The units that others had begun to publish, and that were completed at the start. */
  List<LedgerEntry> recovered() {
    return recovered;
  }

  /**
   * Publishes the rows as one unit, unless it is published already. If its publication was begun,
   * that is completed, and the rows are not looked at.
   *
   * @param rows of {@link SinkColumns}
   * @return the unit's entry
   */
  public LedgerEntry publish(Dataset<Row> rows, UnitSpec spec) throws IOException {
    return publish(rows, spec, Unit.Completion.NONE);
  }

  /**
   * Publishes the rows and what the driver adds to them as one unit.
   *
   * @param rows of {@link SinkColumns}; null if all there is comes from the driver
   * @param completion is called, once the tasks are done, if the unit is not published already;
   *     again, if by then another has set a partition that the unit sets
   * @return the unit's entry
   */
  public LedgerEntry publish(Dataset<Row> rows, UnitSpec spec, Unit.Completion completion)
      throws IOException {
    if (begun != null) {
      // First, for what the unit is prepared against may come from that one.
      completeIfPrepared(begun);
      begun = null;
    }
    completeIfPrepared(spec.unit());
    Optional<LedgerEntry> done = ledger.committed(spec.unit());
    if (done.isPresent()) {
      return done.get();
    }
    UnitSpec held = spec.heldBy(lease.id());
    Staging.open(held, hadoop);
    Unit unit = new Unit(held, hadoop);
    try {
      List<TaskReport> reports = staged(rows, held);
      LedgerEntry entry = null;
      for (int left = TRIES - 1; entry == null; left--) {
        unit.add(reports);
        try {
          entry = prepared(unit, held, completion);
        } catch (PartitionChanged e) {
          if (left == 0) {
            throw new JobException(ExitCode.FAILED, e.getMessage(), e);
          }
          unit.abandon();
          Staging.clearAttempt(held, RoutingWriter.ON_DRIVER, hadoop);
          unit = new Unit(held, hadoop);
        }
      }
      begun = entry.unit();
      complete(entry);
      begun = null;
      Staging.clear(held, hadoop);
      return entry;
    } catch (IOException | RuntimeException e) {
      try {
        abandon(held, unit);
      } catch (IOException | RuntimeException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  private LedgerEntry prepared(Unit unit, UnitSpec held, Unit.Completion completion)
      throws IOException {
    completion.complete(unit);
    LedgerEntry entry = balanced(entry(held, unit));
    steps.prepare(entry, ledger, () -> ledger.prepare(entry, lease));
    return entry;
  }

  private static List<TaskReport> staged(Dataset<Row> rows, UnitSpec spec) {
    if (rows == null) {
      return List.of();
    }
    rows.write().format(UnitSink.FORMAT).option(UnitSink.SPEC, spec.toJson()).mode("append").save();
    return Handover.take(spec);
  }

  private static LedgerEntry entry(UnitSpec spec, Unit unit) {
    long written = 0;
    long quarantined = 0;
    long late = 0;
    long deduplicated = 0;
    long reread = 0;
    long rows = 0;
    long unknownFields = 0;
    long rounded = 0;
    long repeatedHeaders = 0;
    Map<String, Long> reasons = new TreeMap<>();
    Map<String, Long> sources = new TreeMap<>();
    Map<String, Long> badSources = new HashMap<>();
    List<LedgerEntry.PublishedFile> files = new ArrayList<>();
    List<LedgerEntry.Move> moves = new ArrayList<>();
    for (TaskReport report : unit.reports()) {
      written += report.written();
      quarantined += report.quarantined();
      late += report.late();
      deduplicated += report.deduplicated();
      reread += report.reread();
      rows += report.rows();
      unknownFields += report.unknownFields();
      rounded += report.rounded();
      repeatedHeaders += report.repeatedHeaders();
      report.reasons().forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
      report.sources().forEach((file, count) -> sources.merge(file, count, Long::sum));
      report.badSources().forEach((file, count) -> badSources.merge(file, count, Long::sum));
      for (TaskReport.StagedFile file : report.files()) {
        files.add(file.published());
        moves.add(
            new LedgerEntry.Move(file.staged(), file.published().path(), unit.replaces(), true));
      }
    }
    unit.sources().forEach(source -> sources.merge(source.file(), source.records(), Long::sum));
    moves.addAll(unit.moves());
    long read = sources.values().stream().mapToLong(Long::longValue).sum() - unit.gaps();
    return new LedgerEntry(
        spec.job(),
        spec.unit(),
        spec.checkpoint(),
        spec.batch(),
        Instant.now(),
        spec.contract(),
        new Counts(read, written, quarantined, late, deduplicated, reread, unit.gaps()),
        rows,
        unknownFields,
        rounded,
        repeatedHeaders,
        reasons,
        sources.entrySet().stream()
            .map(
                source ->
                    new LedgerEntry.Source(
                        source.getKey(),
                        source.getValue(),
                        badSources.getOrDefault(source.getKey(), 0L)))
            .toList(),
        files,
        moves,
        unit.steps());
  }

  private static LedgerEntry balanced(LedgerEntry entry) {
    if (!entry.counts().balanced()) {
      throw new JobException(
          ExitCode.INTEGRITY,
          "unit "
              + entry.unit()
              + " does not balance, so nothing of it was published: "
              + entry.counts());
    }
    return entry;
  }

  /**
   * Removes what was staged, unless the unit's publication has begun: then nothing but the staged
   * files can complete it.
   */
  private void abandon(UnitSpec held, Unit unit) throws IOException {
    if (ledger.prepared(held.unit()).isEmpty()) {
      Staging.clear(held, hadoop);
      unit.abandon();
    }
  }

  private List<LedgerEntry> recover() throws IOException {
    ledger.upgrade();
    List<LedgerEntry> prepared = ledger.prepared();
    for (LedgerEntry entry : prepared) {
      complete(entry);
    }
    Staging.sweep(output, new Path(output.roles()), ledger, hadoop);
    return prepared;
  }

  private void completeIfPrepared(String unit) throws IOException {
    Optional<LedgerEntry> prepared = ledger.prepared(unit);
    if (prepared.isPresent()) {
      complete(prepared.get());
    }
  }

  private void complete(LedgerEntry entry) throws IOException {
    new Renames(hadoop).make(entry.moves());
    steps.run(entry, ledger, hadoop);
    ledger.commit(entry.unit());
  }

  @Override
  public void close() throws IOException {
    lease.close();
  }
}
