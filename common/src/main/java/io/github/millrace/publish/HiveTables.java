package io.github.millrace.publish;

import static java.util.stream.Collectors.joining;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalog;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Tables of a Hive metastore whose partitions are switched: in one call a partition gets another
 * directory, and readers find the one or the other. By Spark's own catalog, so that it is for the
 * session to say which metastore, and by which version of its client.
 */
public final class HiveTables {
  private static final Logger LOG = LoggerFactory.getLogger(HiveTables.class);
  private static final String HIVE = "hive";

  /** Lets a session forget what it knows of a table. */
  @FunctionalInterface
  interface Refresh {
    void refresh(String database, String table) throws Exception;
  }

  /** Writes down that a unit is prepared. */
  @FunctionalInterface
  interface Preparation {
    void run() throws IOException;
  }

  private final ExternalCatalog catalog;
  private final Refresh refresh;
  private final Configuration hadoop;
  private final Patience patience;

  HiveTables(ExternalCatalog catalog, Refresh refresh, Configuration hadoop, Patience patience) {
    this.catalog = catalog;
    this.refresh = refresh;
    this.hadoop = hadoop;
    this.patience = patience;
  }

  /**
   * The tables of a session's metastore.
   *
   * @throws JobException with {@link ExitCode#USAGE} if it has none
   */
  public static HiveTables of(SparkSession session) {
    String setting = "spark.sql.catalogImplementation";
    if (!session.conf().get(setting).equals(HIVE)) {
      throw new JobException(
          ExitCode.USAGE,
          "the session has no Hive metastore: set %s=hive and spark.hadoop.hive.metastore.uris"
              .formatted(setting));
    }
    return new HiveTables(
        ((org.apache.spark.sql.classic.SparkSession) session)
            .sessionState()
            .catalog()
            .externalCatalog(),
        (database, table) ->
            session.catalog().refreshTable("spark_catalog.`%s`.`%s`".formatted(database, table)),
        session.sparkContext().hadoopConfiguration(),
        Patience.USUAL);
  }

  /**
   * Makes a table where there is none of its name.
   *
   * @return whether there was none
   * @throws JobException with {@link ExitCode#USAGE} and the remedy if there is one that is not
   *     partitioned so, or none can be made
   */
  public boolean create(DirectoryTable table, SparkSession session) throws IOException {
    boolean isNew = !catalog.tableExists(table.database(), table.table());
    if (isNew) {
      try {
        session.sql(table.ddl());
      } catch (RuntimeException e) {
        throw unusable(
            table.database(),
            table.table(),
            "cannot be made: " + Patience.message(e),
            "make it by " + table.ddl());
      }
    }
    check(table.database(), table.table(), List.of(table.partitionedBy().fieldNames()));
    return isNew;
  }

  /**
   * Sees that a table is there, and that its partitions can be switched.
   *
   * @throws JobException with {@link ExitCode#USAGE} and the remedy if not
   */
  public void check(String database, String table, List<String> partitionedBy) throws IOException {
    patience.attempt(
        "Hive table %s.%s".formatted(database, table),
        () -> table(database, table, partitionedBy),
        e -> true,
        e ->
            new JobException(
                ExitCode.FAILED,
                "the metastore does not describe Hive table %s.%s (%s); see that it runs, and start again"
                    .formatted(database, table, Patience.message(e)),
                e));
  }

  /**
   * A table's partitions, each with its directory, its parameters and its version.
   *
   * @throws JobException with {@link ExitCode#FAILED} if the metastore does not list them
   */
  public List<HiveStep.Partition> partitions(DirectoryTable table) throws IOException {
    List<HiveStep.Partition> partitions = new ArrayList<>();
    patience.attempt(
        "Hive table %s.%s".formatted(table.database(), table.table()),
        () -> {
          partitions.clear();
          for (CatalogTablePartition found :
              CollectionConverters.asJava(
                  catalog.listPartitions(table.database(), table.table(), Option.empty()))) {
            partitions.add(partition(found));
          }
        },
        e -> true,
        e ->
            new JobException(
                ExitCode.FAILED,
                "the metastore does not list the partitions of %s.%s (%s); see that it runs, and start again"
                    .formatted(table.database(), table.table(), Patience.message(e)),
                e));
    return partitions;
  }

  private HiveStep.Partition partition(CatalogTablePartition found) throws IOException {
    return new HiveStep.Partition(
        Map.copyOf(CollectionConverters.asJava(found.spec())),
        Storage.qualified(found.location().toString(), hadoop),
        Map.copyOf(CollectionConverters.asJava(found.parameters())),
        version(Option.apply(found)));
  }

  /**
   * The step with the versions that its partitions have now, against which a unit is prepared.
   *
   * @throws JobException as {@link #check} does
   */
  public HiveStep prepare(HiveStep step) throws IOException {
    return prepare(step, null);
  }

  /**
   * The same, of files whose columns may be more than the table's: these are then added to it by
   * the unit.
   *
   * @param rows the columns of the files; null if they are the table's
   * @throws JobException with {@link ExitCode#USAGE} if the table has a column that they have not,
   *     or has as another type
   */
  public HiveStep prepare(HiveStep step, StructType rows) throws IOException {
    return prepare(step, rows, false);
  }

  /** The same for files that are added: a partition that is there stays where it is. */
  HiveStep prepareAddition(HiveStep step, StructType rows) throws IOException {
    return prepare(step, rows, true);
  }

  private HiveStep prepare(HiveStep step, StructType rows, boolean stays) throws IOException {
    AtomicReference<HiveStep> prepared = new AtomicReference<>();
    patience.attempt(
        step.target(),
        () -> prepared.set(withVersions(step, rows, stays)),
        e -> true,
        e ->
            new JobException(
                ExitCode.FAILED,
                "the metastore does not list the partitions of %s (%s); see that it runs, and start again"
                    .formatted(step.target(), Patience.message(e)),
                e));
    return prepared.get();
  }

  private HiveStep withVersions(HiveStep step, StructType rows, boolean stays) throws IOException {
    CatalogTable table = table(step);
    List<HiveStep.Column> columns =
        rows == null ? step.columns() : new TableColumns(step, table).lacking(rows);
    List<HiveStep.Partition> partitions = new ArrayList<>();
    for (HiveStep.Partition partition : step.partitions()) {
      if (partition.spec().containsValue("")) {
        throw new JobException(
            ExitCode.USAGE,
            "%s, partition %s: Hive has no empty value; give it one"
                .formatted(step.target(), partition.spec()));
      }
      Option<CatalogTablePartition> found = find(step, partition);
      String location =
          stays && found.isDefined() ? found.get().location().toString() : partition.location();
      partitions.add(
          new HiveStep.Partition(
              partition.spec(),
              Storage.qualified(location, hadoop),
              partition.parameters(),
              version(found)));
    }
    return new HiveStep(step.database(), step.table(), columns, partitions);
  }

  /**
   * Lets a unit be prepared for a step while its partitions are at the versions that the step has,
   * and no other unit is prepared for them: of two that found one version, the second would have
   * nothing left to replace.
   *
   * @param step of {@link #prepare}
   * @throws JobException with {@link ExitCode#FAILED} if a partition has another version by now, or
   *     another unit that is prepared for it is not completed in time
   */
  void whileUnchanged(HiveStep step, LedgerEntry entry, Ledger ledger, Preparation preparation)
      throws IOException {
    String what = "unit %s, %s".formatted(entry.unit(), step.target());
    PartitionSwitch partitions = new PartitionSwitch(this, step, entry, ledger, hadoop);
    patience.attempt(
        what,
        () -> partitions.prepare(preparation),
        e -> true,
        e ->
            new JobException(
                ExitCode.FAILED,
                "%s: the unit cannot be prepared (%s), and nothing of it was published; see that the metastore runs and the table is free, and start again"
                    .formatted(what, Patience.message(e)),
                e));
  }

  /** Does a step of a unit that is prepared, or what is left to do of it. */
  void apply(HiveStep step, LedgerEntry entry, Ledger ledger) throws IOException {
    String what = "unit %s, %s".formatted(entry.unit(), step.target());
    PartitionSwitch partitions = new PartitionSwitch(this, step, entry, ledger, hadoop);
    patience.attempt(
        what,
        partitions::attempt,
        e -> true,
        e ->
            new JobException(
                ExitCode.FAILED,
                "%s: the partitions cannot be switched (%s); see that the metastore runs and the table is free. The unit stays prepared, and the next run of job %s completes it"
                    .formatted(what, Patience.message(e), entry.job()),
                e));
    try {
      // Spark plans by them; its own commands that change a partition remove them too.
      if (catalog.getTable(step.database(), step.table()).stats().nonEmpty()) {
        catalog.alterTableStats(step.database(), step.table(), Option.empty());
      }
      refresh.refresh(step.database(), step.table());
    } catch (Exception e) {
      // It is no part of the unit: this session may read the former place for a while.
      LOG.warn("{} is not refreshed: {}", step.target(), Patience.message(e));
    }
  }

  /** The step's table, whose partitions can be switched. */
  CatalogTable table(HiveStep step) {
    Collection<String> columns = new TreeSet<>();
    step.partitions().forEach(partition -> columns.addAll(partition.spec().keySet()));
    return table(step.database(), step.table(), columns);
  }

  private CatalogTable table(String database, String name, Collection<String> partitionedBy) {
    String remedy =
        "create it by CREATE TABLE %s.%s (...) PARTITIONED BY (%s) STORED AS PARQUET"
            .formatted(
                database,
                name,
                partitionedBy.stream().map(column -> column + " ...").collect(joining(", ")));
    if (!catalog.tableExists(database, name)) {
      throw unusable(database, name, "is not there", remedy);
    }
    CatalogTable table = catalog.getTable(database, name);
    String provider = table.provider().getOrElse(() -> "none, as a view");
    if (!provider.equals(HIVE)) {
      throw unusable(
          database,
          name,
          "is of provider " + provider + ", whose readers would keep to the files they know",
          remedy);
    }
    List<String> columns = CollectionConverters.asJava(table.partitionColumnNames());
    if (!new TreeSet<>(lowerCase(columns)).equals(new TreeSet<>(lowerCase(partitionedBy)))) {
      throw unusable(
          database,
          name,
          columns.isEmpty()
              ? "has no partitions, and only a partition can be switched"
              : "is partitioned by %s and not by %s".formatted(columns, partitionedBy),
          remedy);
    }
    return table;
  }

  private static List<String> lowerCase(Collection<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private static JobException unusable(String database, String table, String fault, String remedy) {
    return new JobException(
        ExitCode.USAGE, "Hive table %s.%s %s; %s".formatted(database, table, fault, remedy));
  }

  Option<CatalogTablePartition> find(HiveStep step, HiveStep.Partition partition) {
    return catalog.getPartitionOption(step.database(), step.table(), toScala(partition.spec()));
  }

  /** The version of a partition as a step has it. */
  static String version(Option<CatalogTablePartition> found) {
    return found.isEmpty()
        ? null
        : found.get().parameters().getOrElse(HiveStep.VERSION, () -> HiveStep.UNKNOWN);
  }

  /**
   * Sees that a step's columns can be added to its table.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if it has one by now, as another type
   */
  void checkColumns(HiveStep step, Collection<HiveStep.Column> columns) {
    new TableColumns(step, table(step)).plus(columns);
  }

  /** Adds columns to a step's table, but for those that it has by now. */
  void addColumns(HiveStep step, Collection<HiveStep.Column> columns) {
    if (columns.isEmpty()) {
      return;
    }
    CatalogTable table = table(step);
    StructType wider = new TableColumns(step, table).plus(columns);
    if (wider.size() > table.dataSchema().size()) {
      catalog.alterTableDataSchema(step.database(), step.table(), wider);
    }
  }

  void create(HiveStep step, List<CatalogTablePartition> partitions) {
    if (!partitions.isEmpty()) {
      catalog.createPartitions(step.database(), step.table(), toScala(partitions), false);
    }
  }

  void alter(HiveStep step, List<CatalogTablePartition> partitions) {
    if (!partitions.isEmpty()) {
      catalog.alterPartitions(step.database(), step.table(), toScala(partitions));
    }
  }

  static <T> scala.collection.immutable.Seq<T> toScala(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }

  static scala.collection.immutable.Map<String, String> toScala(Map<String, String> map) {
    return scala.collection.immutable.Map.from(CollectionConverters.asScala(map));
  }
}
