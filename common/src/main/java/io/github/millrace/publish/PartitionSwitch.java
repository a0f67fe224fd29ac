package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.Step;
import io.github.millrace.storage.Lease;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One unit's switch of partitions, against the versions that it was prepared against. Whoever is at
 * it holds a lease of the table, so that between its look at the versions and its switch there is
 * no other's.
 *
 * <p>The metastore knows no lease: a process that is paused just before its call makes it when it
 * goes on, though others have switched meanwhile. It sees then that it has lost the lease, and by
 * the ledger puts back what came after it.
 */
final class PartitionSwitch {
  private static final String ROLES = "_millrace";
  private static final String ROLE = "partitions";

  private final HiveTables tables;
  private final HiveStep step;
  private final LedgerEntry entry;
  private final Ledger ledger;
  private final Configuration hadoop;

  /**
   * To be added to the table: the unit's, and those of others that a late switch may have undone.
   */
  private final Set<HiveStep.Column> columns;

  /** Whether a switch may have come later than those of others. */
  private boolean late;

  PartitionSwitch(
      HiveTables tables, HiveStep step, LedgerEntry entry, Ledger ledger, Configuration hadoop) {
    this.tables = tables;
    this.step = step;
    this.columns = new LinkedHashSet<>(step.columns());
    this.entry = entry;
    this.ledger = ledger;
    this.hadoop = hadoop;
  }

  /** Prepares the unit if nothing speaks against it; may be called again after any exception. */
  void prepare(HiveTables.Preparation preparation) throws IOException {
    try (Lease lease = lease(new Path(tables.table(step).location()))) {
      requireNoOther();
      requireColumns();
      for (HiveStep.Partition partition : step.partitions()) {
        String version = HiveTables.version(tables.find(step, partition));
        if (!Objects.equals(version, partition.expected())) {
          throw new PartitionChanged(
              changed(
                  "made for",
                  partition,
                  version,
                  "; nothing of the unit was published, start again"));
        }
      }
      requireHeld(lease);
      preparation.run();
    }
  }

  private void requireNoOther() throws IOException {
    for (LedgerEntry other : ledger.prepared()) {
      for (HiveStep switched : ofTable(other)) {
        for (HiveStep.Partition partition : switched.partitions()) {
          if (step.partitions().stream().anyMatch(own -> own.spec().equals(partition.spec()))) {
            throw new IllegalStateException(
                "unit %s of job %s is prepared for partition %s"
                    .formatted(other.unit(), other.job(), partition.spec()));
          }
        }
      }
    }
  }

  /** The columns of units that are prepared are as good as there. */
  private void requireColumns() throws IOException {
    List<HiveStep.Column> all = new ArrayList<>();
    for (LedgerEntry other : ledger.prepared()) {
      ofTable(other).forEach(switched -> all.addAll(switched.columns()));
    }
    all.addAll(step.columns());
    try {
      tables.checkColumns(step, all);
    } catch (JobException e) {
      throw new JobException(
          ExitCode.USAGE,
          e.getMessage() + "; nothing of unit " + entry.unit() + " was published",
          e);
    }
  }

  /** What a unit does with this step's table. */
  private List<HiveStep> ofTable(LedgerEntry other) {
    List<HiveStep> steps = new ArrayList<>();
    for (Step each : other.steps()) {
      if (each instanceof HiveStep switched && switched.target().equals(step.target())) {
        steps.add(switched);
      }
    }
    return steps;
  }

  /** Tries to do it; may be called again after any exception. */
  void attempt() throws IOException {
    CatalogTable table = tables.table(step);
    try (Lease lease = lease(new Path(table.location()))) {
      List<CatalogTablePartition> created = new ArrayList<>();
      List<CatalogTablePartition> altered = new ArrayList<>();
      plan(table, created, altered);
      if (created.isEmpty() && altered.isEmpty() && !late) {
        return;
      }
      requireHeld(lease);
      late = true;
      tables.addColumns(step, columns);
      requireHeld(lease);
      tables.create(step, created);
      tables.alter(step, altered);
      requireHeld(lease);
    }
  }

  /** Another that lives has it for as long as its switch takes. */
  private Lease lease(Path location) throws IOException {
    try {
      return Lease.take(new Path(location, ROLES), ROLE, step.target(), hadoop);
    } catch (JobException e) {
      if (e.exitCode() == ExitCode.INTEGRITY) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      throw e;
    }
  }

  private void requireHeld(Lease lease) throws IOException {
    if (!lease.isHeld()) {
      throw new IllegalStateException(
          "another run has taken over %s; this one was paused".formatted(step.target()));
    }
  }

  private void plan(
      CatalogTable table, List<CatalogTablePartition> created, List<CatalogTablePartition> altered)
      throws IOException {
    boolean done = ledger.prepared(entry.unit()).isEmpty();
    if (done && !late) {
      return;
    }
    Map<Place, Switch> following = late ? following() : Map.of();
    for (HiveStep.Partition partition : step.partitions()) {
      Option<CatalogTablePartition> found = tables.find(step, partition);
      String version = HiveTables.version(found);
      Optional<Switch> due = Optional.of(new Switch(entry.identity(), partition));
      if (entry.identity().equals(version)) {
        due = last(partition.spec(), following);
      } else if (done) {
        due = Optional.empty();
      } else if (version != null && !version.equals(partition.expected())) {
        throw new JobException(
            ExitCode.INTEGRITY,
            changed(
                "prepared against",
                partition,
                version,
                ", set by something else; if the unit is to replace that, drop the partition (ALTER TABLE ... DROP PARTITION, which removes the files of a table that is not EXTERNAL), and start again"));
      }
      if (due.isPresent() && found.isEmpty()) {
        created.add(due.get().create(table));
      } else if (due.isPresent()) {
        altered.add(due.get().alter(found.get()));
      }
    }
  }

  private String changed(String was, HiveStep.Partition partition, String version, String remedy) {
    return "%s, partition %s: unit %s was %s %s, and now it is %s%s"
        .formatted(
            step.target(),
            partition.spec(),
            entry.unit(),
            was,
            named(partition.expected()),
            named(version),
            remedy);
  }

  private static String named(String version) {
    if (version == null) {
      return "no partition";
    }
    return version.equals(HiveStep.UNKNOWN) ? "one without a version" : "version " + version;
  }

  /** A partition at a version. */
  private record Place(Map<String, String> spec, String version) {}

  /** What later units have made of the table's partitions, by what they found. */
  private Map<Place, Switch> following() throws IOException {
    Map<Place, Switch> following = new HashMap<>();
    Ledger.EntryConsumer add =
        later -> {
          for (HiveStep switched : ofTable(later)) {
            columns.addAll(switched.columns());
            for (HiveStep.Partition partition : switched.partitions()) {
              following.put(
                  new Place(partition.spec(), Objects.toString(partition.expected(), "")),
                  new Switch(later.identity(), partition));
            }
          }
        };
    for (LedgerEntry prepared : ledger.prepared()) {
      add.accept(prepared);
    }
    // Another's clock may be behind this one's.
    ledger.readSince(entry.preparedAt().minus(Ledger.CLOCKS_APART), add);
    return following;
  }

  /** The last switch of a partition after this unit's. */
  private Optional<Switch> last(Map<String, String> spec, Map<Place, Switch> following) {
    Switch last = null;
    Switch next = following.get(new Place(spec, entry.identity()));
    while (next != null) {
      last = next;
      next = following.get(new Place(spec, next.version()));
    }
    return Optional.ofNullable(last);
  }

  /** What a unit makes of a partition. */
  private record Switch(String version, HiveStep.Partition partition) {

    CatalogTablePartition create(CatalogTable table) {
      return new CatalogTablePartition(
          HiveTables.toScala(partition.spec()),
          moved(table.storage()),
          HiveTables.toScala(parameters(Map.of())),
          Instant.now().toEpochMilli(),
          -1,
          Option.empty());
    }

    CatalogTablePartition alter(CatalogTablePartition found) {
      return found.copy(
          found.spec(),
          moved(found.storage()),
          HiveTables.toScala(parameters(CollectionConverters.asJava(found.parameters()))),
          found.createTime(),
          found.lastAccessTime(),
          Option.empty());
    }

    private CatalogStorageFormat moved(CatalogStorageFormat storage) {
      URI location = new Path(partition.location()).toUri();
      return storage.copy(
          Option.apply(location),
          storage.inputFormat(),
          storage.outputFormat(),
          storage.serde(),
          storage.compressed(),
          storage.properties(),
          storage.serdeName());
    }

    private Map<String, String> parameters(Map<String, String> former) {
      Map<String, String> parameters = new HashMap<>(former);
      // Hive counts by them, and they are of the former place.
      parameters.keySet().removeIf(Switch::isStatistic);
      parameters.putAll(partition.parameters());
      parameters.put(HiveStep.VERSION, version);
      return parameters;
    }

    private static boolean isStatistic(String parameter) {
      return parameter.startsWith("spark.sql.statistics.") || STATISTICS.contains(parameter);
    }
  }

  private static final List<String> STATISTICS =
      List.of("COLUMN_STATS_ACCURATE", "numFiles", "numRows", "rawDataSize", "totalSize");
}
