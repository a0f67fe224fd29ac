package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.HookedCatalog.Place;
import io.github.millrace.storage.Lease;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.HiveMetastore;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import scala.jdk.javaapi.CollectionConverters;

/** Units that switch partitions of a Hive table, at a real metastore. */
@ExtendWith(SparkExtension.class)
class HiveStepTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  static final Shared<HiveMetastore> METASTORE =
      Shared.of(HiveMetastore.class, HiveMetastore::start);

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Patience SHORT = new Patience(2, Duration.ofMillis(1));
  private static final Patience PATIENT = new Patience(10, Duration.ofMillis(100));
  private static final String MON = "mon";

  @TempDir private Path dir;

  private SparkSession hive;
  private HookedCatalog catalog;
  private Disk disk;
  private Output output;
  private Ledger ledger;
  private final String table = "reports" + NEXT.incrementAndGet();

  @BeforeEach
  void setUp(org.apache.spark.sql.SparkSession shared) throws IOException {
    hive = HiveSession.of(shared, METASTORE.get());
    catalog = new HookedCatalog(hive.sharedState().externalCatalog());
    disk = Disk.Kind.LOCAL.create(dir, HDFS);
    output =
        new Output(
            List.of(new Output.Destination("out", disk.path("out"))),
            Format.CSV,
            List.of(),
            null,
            null);
    ledger = new Ledger(output.ledger(), disk.hadoop());
    hive.sql(
        "CREATE TABLE %s (id BIGINT) PARTITIONED BY (day STRING) STORED AS PARQUET LOCATION '%s'"
            .formatted(table, disk.path("table")));
  }

  @AfterEach
  void dropTable() {
    hive.sql("DROP TABLE IF EXISTS " + table);
  }

  private HiveTables tables(Patience patience) {
    return new HiveTables(
        catalog,
        (database, name) -> hive.catalog().refreshTable(database + "." + name),
        disk.hadoop(),
        patience);
  }

  private CommitSteps steps(Patience patience) {
    return new CommitSteps(tables(patience), List.of());
  }

  /** The directory of a unit's files, with so many rows in it. */
  private String place(String unit, int rows) {
    String place = disk.path("versions/" + unit);
    if (!Files.exists(dir.resolve("versions/" + unit))) {
      hive.range(rows).write().parquet(place);
    }
    return place;
  }

  private HiveStep step(String unit, int rows, String... days) {
    return new HiveStep(
        "default",
        table,
        Stream.of(days)
            .map(
                day ->
                    new HiveStep.Partition(
                        Map.of("day", day), place(unit, rows), Map.of("rows", "" + rows)))
            .toList());
  }

  /** A unit that lets days have so many rows. */
  private LedgerEntry publish(Role role, CommitSteps steps, String unit, int rows, String... days)
      throws IOException {
    try (Publisher publisher = Publisher.open(output, role, steps, disk.hadoop())) {
      return publish(publisher, unit, rows, days);
    }
  }

  private LedgerEntry publish(Publisher publisher, String unit, int rows, String... days)
      throws IOException {
    HiveStep prepared = tables(SHORT).prepare(step(unit, rows, days));
    return publisher.publish(
        null, spec(output, unit), pending -> pending.switchPartitions(prepared));
  }

  private LedgerEntry publish(String unit, int rows, String... days) throws IOException {
    return publish(Role.STREAM, steps(SHORT), unit, rows, days);
  }

  private List<LedgerEntry> recover() throws IOException {
    try (Publisher publisher = Publisher.open(output, Role.STREAM, steps(SHORT), disk.hadoop())) {
      return publisher.recovered();
    }
  }

  private void takeBack(LedgerEntry entry) throws IOException {
    disk.move(
        "out/_ledger/" + Entries.today(entry.unit()),
        "out/_ledger/prepared/" + entry.unit() + ".json");
  }

  private long rows(String day) {
    return hive.newSession().table(table).where("day = '" + day + "'").count();
  }

  private CatalogTablePartition partition(String day) {
    return catalog.getPartition("default", table, HiveTables.toScala(Map.of("day", day)));
  }

  private void assertVersion(String day, String unit) {
    assertThat(partition(day).parameters().get(HiveStep.VERSION).get()).startsWith(unit + "@");
    assertThat(partition(day).location().getPath()).endsWith("/versions/" + unit);
  }

  private static void assertEnds(ExitCode code, ThrowingCallable call, String... messages) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(JobException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContainingAll(messages);
  }

  // --- What readers find

  @Test
  void registersPartitionsAndSwitchesThem() throws IOException {
    LedgerEntry first = publish("u1", 3, MON, "tue");
    assertThat(rows(MON)).isEqualTo(3);
    assertThat(rows("tue")).isEqualTo(3);
    org.apache.spark.sql.SparkSession reader = hive.newSession();
    assertThat(reader.table(table).where("day = 'mon'").count()).isEqualTo(3);

    LedgerEntry second = publish("u2", 5, MON, "wed");

    assertThat(reader.table(table).where("day = 'mon'").count()).isEqualTo(5);
    assertThat(rows("tue")).isEqualTo(3);
    assertThat(rows("wed")).isEqualTo(5);
    assertVersion(MON, "u2");
    assertThat(partition(MON).parameters().get("rows").get()).isEqualTo("5");
    assertThat(((HiveStep) first.steps().get(0)).partitions())
        .extracting(HiveStep.Partition::expected)
        .containsExactly(null, null);
    assertThat(((HiveStep) second.steps().get(0)).partitions())
        .extracting(HiveStep.Partition::expected)
        .containsExactly(first.identity(), null);
    assertThat(Entries.committed(ledger)).containsExactly(first, second);
  }

  // --- Files that are added

  private Output landed() {
    return new Output(
        List.of(new Output.Destination("out", disk.path("landed"))),
        Format.PARQUET,
        Layout.byTask(List.of("day"), null),
        null,
        null,
        null);
  }

  private DirectoryTable landedTable() {
    return new DirectoryTable(
        "default",
        table,
        landed().root(),
        StructType.fromDDL("id BIGINT"),
        StructType.fromDDL("day STRING"));
  }

  private LedgerEntry land(String unit, Unit.Completion more, String... days) throws IOException {
    List<Row> rows = new ArrayList<>(List.of(Rows.tally("a", days.length)));
    Stream.of(days).forEach(day -> rows.add(Rows.good(1L, day)));
    HiveTables tables = tables(SHORT);
    try (Publisher publisher =
        Publisher.open(landed(), Role.STREAM, steps(PATIENT), disk.hadoop())) {
      return publisher.publish(
          Rows.dataset(hive, StructType.fromDDL("id BIGINT, day STRING"), 1, rows),
          spec(landed(), unit),
          pending -> {
            pending.addTo(
                tables,
                List.of(landedTable()),
                List.of(),
                partition -> Map.of("complete", "false"));
            more.complete(pending);
          });
    }
  }

  private void compact(String unit, int rows, String day) throws IOException {
    HiveStep prepared = tables(SHORT).prepare(step(unit, rows, day));
    try (Publisher publisher =
        Publisher.open(landed(), Role.CORRECTION, steps(SHORT), disk.hadoop())) {
      publisher.publish(null, spec(landed(), unit), pending -> pending.switchPartitions(prepared));
    }
  }

  @Test
  void aPartitionAppearsWithItsFirstFile() throws IOException {
    hive.sql("DROP TABLE " + table);
    assertThat(tables(SHORT).create(landedTable(), hive)).isTrue();
    assertThat(tables(SHORT).create(landedTable(), hive)).isFalse();

    land("u1", Unit.Completion.NONE, MON, MON);
    assertThat(rows(MON)).isEqualTo(2);
    LedgerEntry second = land("u2", Unit.Completion.NONE, MON, "tue");

    assertThat(rows(MON)).isEqualTo(3);
    assertThat(rows("tue")).isEqualTo(1);
    assertThat(partition(MON).parameters().get(HiveStep.VERSION).get())
        .isEqualTo(second.identity());
    assertThat(partition(MON).parameters().get("complete").get()).isEqualTo("false");
    hive.sql("DROP TABLE " + table);
    assertThat(Files.exists(dir.resolve("landed/day=mon"))).isTrue();
  }

  @Test
  void aFileComesIntoTheDirectoryThatThePartitionPointsAt() throws IOException {
    land("u1", Unit.Completion.NONE, MON, "tue");
    compact("u2", 5, MON);

    LedgerEntry entry = land("u3", Unit.Completion.NONE, MON, "tue");

    assertThat(rows(MON)).isEqualTo(6);
    assertThat(rows("tue")).isEqualTo(2);
    assertThat(entry.files())
        .extracting(file -> new org.apache.hadoop.fs.Path(file.path()).getParent().toString())
        .containsExactlyInAnyOrder(disk.path("versions/u2"), disk.path("landed/day=tue"));
  }

  /** Or its file would lie where nobody looks any more. */
  @Test
  void aUnitIsCompletedAnewWhoseDirectoryIsLeftMeanwhile() throws IOException {
    land("u1", Unit.Completion.NONE, MON);
    AtomicInteger times = new AtomicInteger();

    land(
        "u3",
        pending -> {
          if (times.getAndIncrement() == 0) {
            compact("u2", 5, MON);
          }
        },
        MON);

    assertThat(times).hasValue(2);
    assertThat(rows(MON)).isEqualTo(6);
  }

  // --- Columns

  private LedgerEntry publishNotes(String unit, String column, String day) throws IOException {
    Dataset<Row> rows = hive.range(2).withColumn(column, functions.lit(unit));
    return publish(Role.STREAM, unit, rows, day);
  }

  private LedgerEntry publish(Role role, String unit, Dataset<Row> rows, String day)
      throws IOException {
    String place = disk.path("versions/" + unit);
    rows.write().parquet(place);
    HiveStep.Partition partition = new HiveStep.Partition(Map.of("day", day), place, Map.of());
    HiveStep prepared =
        tables(SHORT).prepare(new HiveStep("default", table, List.of(partition)), rows.schema());
    try (Publisher publisher = Publisher.open(output, role, steps(SHORT), disk.hadoop())) {
      return publisher.publish(
          null, spec(output, unit), pending -> pending.switchPartitions(prepared));
    }
  }

  private List<String> columns() {
    return List.of(hive.newSession().table(table).columns());
  }

  @Test
  void theUnitThatFirstHasAColumnAddsIt() throws IOException {
    publish("u1", 3, MON);

    LedgerEntry entry = publishNotes("u2", "note", "tue");

    assertThat(((HiveStep) entry.steps().get(0)).columns())
        .containsExactly(new HiveStep.Column("note", "STRING"));
    assertThat(columns()).containsExactly("id", "note", "day");
    assertThat(
            hive
                .newSession()
                .table(table)
                .orderBy("day", "id")
                .select("day", "note")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0) + " " + row.getString(1)))
        .containsExactly("mon null", "mon null", "mon null", "tue u2", "tue u2");
    assertThat(((HiveStep) publishNotes("u3", "note", MON).steps().get(0)).columns()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Place.class,
      names = {"BEFORE_COLUMNS", "AFTER_COLUMNS"})
  void aColumnIsAddedOnceHoweverOftenItIsBegun(Place place) throws IOException {
    publish("u1", 3, MON);
    catalog.killAt(place);
    assertThatThrownBy(() -> publishNotes("u2", "note", "tue"))
        .isInstanceOf(HookedCatalog.Killed.class);

    assertThat(recover()).hasSize(1);

    assertThat(columns()).containsExactly("id", "note", "day");
    assertThat(rows("tue")).isEqualTo(2);
  }

  /** It knows of the table what it was, and would take the other's column away. */
  @Test
  void aUnitThatWasPausedWhenItAddedAColumnKeepsThoseOfOthers() throws IOException {
    publish("u1", 3, MON);
    catalog.at(
        Place.BEFORE_COLUMNS,
        () -> {
          loseLease();
          // Completes u2, which is prepared.
          publish(
              Role.CORRECTION,
              "u3",
              hive.range(1)
                  .withColumn("note", functions.lit("n"))
                  .withColumn("more", functions.lit(1)),
              "wed");
        });

    publishNotes("u2", "note", "tue");

    assertThat(columns()).containsExactlyInAnyOrder("id", "note", "more", "day");
    assertThat(rows("tue")).isEqualTo(2);
    assertThat(rows("wed")).isEqualTo(1);
  }

  /** Or the second would stay prepared for ever. */
  @Test
  void ofTwoUnitsWithOneColumnOfTwoTypesTheSecondIsNotPrepared() throws IOException {
    publish("u1", 3, MON);
    Dataset<Row> numbers = hive.range(1).withColumn("note", functions.lit(1));
    catalog.at(
        Place.BEFORE_COLUMNS,
        () -> {
          loseLease();
          // Completes u2, which is prepared.
          assertEnds(
              ExitCode.USAGE,
              () -> publish(Role.CORRECTION, "u3", numbers, "wed"),
              "has the column note as STRING, and INT is written",
              "nothing of unit u3 was published");
        });

    publishNotes("u2", "note", "tue");

    assertThat(columns()).containsExactly("id", "note", "day");
    assertThat(ledger.prepared()).isEmpty();
  }

  @Test
  void aColumnThatIsNotWrittenOrOfAnotherTypeIsRefused() throws IOException {
    HiveStep step = step("u1", 3, MON);

    assertEnds(
        ExitCode.USAGE,
        () -> tables(SHORT).prepare(step, StructType.fromDDL("note STRING")),
        table + " has the column id, which is not written; keep it in the contract");
    assertEnds(
        ExitCode.USAGE,
        () -> tables(SHORT).prepare(step, StructType.fromDDL("id INT")),
        table + " has the column id as BIGINT, and INT is written; let it be BIGINT");
    assertEnds(
        ExitCode.USAGE,
        () -> tables(SHORT).prepare(step, StructType.fromDDL("id BIGINT, t TIMESTAMP_NTZ")),
        table + " cannot have the column t: Hive has no type TIMESTAMP_NTZ");
    assertEnds(
        ExitCode.USAGE,
        () -> tables(SHORT).prepare(step, StructType.fromDDL("id BIGINT, `a,b` INT")),
        table + " cannot have the column a,b: Hive takes no name 'a,b'");
    assertEnds(
        ExitCode.USAGE,
        () -> tables(SHORT).prepare(step, StructType.fromDDL("id BIGINT, a INT, A INT")),
        table + " cannot have two columns A, for Hive's names have no case");
    assertThat(tables(SHORT).prepare(step, StructType.fromDDL("ID BIGINT, day STRING")).columns())
        .isEmpty();
  }

  @Test
  void statisticsOfTheFormerPlaceAreNotKept() throws IOException {
    publish("u1", 3, MON);
    hive.sql("ANALYZE TABLE %s PARTITION (day = 'mon') COMPUTE STATISTICS".formatted(table));
    assertThat(partition(MON).stats().get().rowCount().get().toLong()).isEqualTo(3);

    publish("u2", 5, MON);

    assertThat(partition(MON).stats().exists(stats -> stats.rowCount().isDefined())).isFalse();
    assertThat(partition(MON).parameters().contains("numRows")).isFalse();
  }

  /** Spark would broadcast a table that it takes for small. */
  @Test
  void statisticsOfTheTableAreNotKept() throws IOException {
    publish("u1", 3, MON);
    hive.sql("ANALYZE TABLE " + table + " COMPUTE STATISTICS");
    assertThat(catalog.getTable("default", table).stats().isDefined()).isTrue();

    publish("u2", 5_000, MON, "tue");

    assertThat(catalog.getTable("default", table).stats().exists(s -> s.rowCount().isDefined()))
        .isFalse();
  }

  @Test
  void takesOverAPartitionThatHasNoVersion() throws IOException {
    hive.sql("INSERT INTO %s PARTITION (day = 'mon') VALUES (7)".formatted(table));

    LedgerEntry entry = publish("u1", 3, MON);

    assertThat(((HiveStep) entry.steps().get(0)).partitions().get(0).expected())
        .isEqualTo(HiveStep.UNKNOWN);
    assertThat(rows(MON)).isEqualTo(3);
  }

  // --- Done twice, and late

  @Test
  void isDoneOnce() throws IOException {
    LedgerEntry entry = publish("u1", 3, MON);
    assertThat(catalog.changes()).isEqualTo(1);
    takeBack(entry);

    assertThat(recover()).containsExactly(entry);

    assertThat(catalog.changes()).isEqualTo(1);
    assertThat(ledger.committed("u1")).contains(entry);
  }

  /** Of an output that was restored, with its checkpoint, to what it was before the unit. */
  @Test
  void aUnitWhoseNameComesAgainIsDone() throws IOException {
    publish("u1", 3, MON);
    disk.delete("out");
    disk.delete("versions");

    publish("u1", 9, MON);

    assertThat(rows(MON)).isEqualTo(9);
    assertThat(catalog.changes()).isEqualTo(2);
  }

  @Test
  void partitionsOfATableAreOneStep() throws IOException {
    try (Publisher publisher = Publisher.open(output, Role.STREAM, steps(SHORT), disk.hadoop())) {
      HiveStep monday = tables(SHORT).prepare(step("u1", 3, MON));
      HiveStep tuesday = tables(SHORT).prepare(step("u1", 3, "tue"));
      LedgerEntry entry =
          publisher.publish(
              null,
              spec(output, "u1"),
              unit -> {
                unit.switchPartitions(monday);
                unit.switchPartitions(tuesday);
                assertThatThrownBy(() -> unit.switchPartitions(monday))
                    .hasMessageContaining("switches a partition of Hive table default." + table);
              });
      assertThat(entry.steps()).hasSize(1);
    }
    assertVersion(MON, "u1");
    assertVersion("tue", "u1");
  }

  /** The other's clock is behind this one's. */
  @Test
  void aSwitchThatWasPausedPutsBackWhatIsOlderByAnotherClock() throws IOException {
    publish("u0", 1, MON);
    catalog.at(
        Place.BEFORE_ALTER,
        () -> {
          loseLease();
          LedgerEntry later = publish(Role.CORRECTION, steps(SHORT), "u2", 5, MON);
          setBack(later);
        });

    publish("u1", 3, MON);

    assertVersion(MON, "u2");
  }

  /** As if it had been prepared on a machine whose clock is a minute behind. */
  private void setBack(LedgerEntry entry) throws IOException {
    String file = "out/_ledger/" + Entries.today(entry.unit());
    String identity = entry.identity();
    String then = entry.preparedAt().minusSeconds(60).toString();
    disk.write(file, disk.text(file).replace(entry.preparedAt().toString(), then));
    CatalogTablePartition found = partition(MON);
    assertThat(found.parameters().get(HiveStep.VERSION).get()).isEqualTo(identity);
    Map<String, String> parameters = new HashMap<>(CollectionConverters.asJava(found.parameters()));
    parameters.put(HiveStep.VERSION, entry.unit() + "@" + then);
    catalog.alterPartitions(
        "default",
        table,
        HiveTables.toScala(
            List.of(
                found.copy(
                    found.spec(),
                    found.storage(),
                    HiveTables.toScala(parameters),
                    found.createTime(),
                    found.lastAccessTime(),
                    found.stats()))));
  }

  @Test
  void aPausedStepDoesNothingAfterALaterUnit() throws IOException {
    LedgerEntry paused = publish("u1", 3, MON, "tue");
    publish("u2", 5, MON);
    hive.sql("ALTER TABLE %s DROP PARTITION (day = 'tue')".formatted(table));

    steps(SHORT).run(paused, ledger, disk.hadoop());

    assertVersion(MON, "u2");
    assertThat(rows("tue")).isZero();
  }

  /** Even where the pause was between its look at the version and its call. */
  @Test
  void aSwitchThatWasPausedInTheMiddlePutsBackWhatCameAfterIt() throws IOException {
    publish("u0", 1, MON, "tue");
    catalog.at(
        Place.BEFORE_ALTER,
        () -> {
          loseLease();
          // Completes u1, which is prepared.
          publish(Role.CORRECTION, steps(SHORT), "u2", 5, MON);
          publish(Role.CORRECTION, steps(SHORT), "u3", 6, MON);
          assertVersion(MON, "u3");
        });

    publish("u1", 3, MON, "tue");

    assertVersion(MON, "u3");
    assertVersion("tue", "u1");
    assertThat(rows(MON)).isEqualTo(6);
    assertThat(partition(MON).parameters().get("rows").get()).isEqualTo("6");
    assertThat(ledger.prepared()).isEmpty();
  }

  /** As it is taken from a process that shows no life. */
  private void loseLease() throws IOException {
    String role = "table/_millrace/partitions";
    String holder =
        disk.directories().stream()
            .filter(name -> name.startsWith(role + "/"))
            .findFirst()
            .orElseThrow();
    disk.delete(holder + "/alive");
    disk.move(holder, role + "/free");
  }

  // --- What another has changed

  @Test
  void refusesAPartitionThatSomethingElseHasChanged() throws IOException {
    publish("u1", 3, MON);
    catalog.killAt(Place.BEFORE_ALTER);
    assertThatThrownBy(() -> publish("u2", 5, MON)).isInstanceOf(HookedCatalog.Killed.class);
    Output other =
        new Output(
            List.of(new Output.Destination("other", disk.path("other"))),
            Format.CSV,
            List.of(),
            null,
            null);
    HiveStep foreign = tables(SHORT).prepare(step("v1", 9, MON));
    try (Publisher publisher = Publisher.open(other, Role.STREAM, steps(SHORT), disk.hadoop())) {
      publisher.publish(null, spec(other, "v1"), unit -> unit.switchPartitions(foreign));
    }

    for (int i = 0; i < 2; i++) {
      assertEnds(
          ExitCode.INTEGRITY,
          this::recover,
          "Hive table default." + table,
          "partition {day=mon}",
          "unit u2 was prepared against version u1@",
          "and now it is version v1@",
          "DROP PARTITION");
    }
    assertVersion(MON, "v1");

    hive.sql("ALTER TABLE %s DROP PARTITION (day = 'mon')".formatted(table));
    assertThat(recover()).extracting(LedgerEntry::unit).containsExactly("u2");
    assertVersion(MON, "u2");
  }

  /** Else the second would stay prepared, and hold up all that comes to the output. */
  @Test
  void ofTwoUnitsMadeForOneVersionTheSecondIsNotPrepared() throws IOException {
    publish("u1", 3, MON);
    try (Publisher correction =
        Publisher.open(output, Role.CORRECTION, steps(SHORT), disk.hadoop())) {
      HiveStep made = tables(SHORT).prepare(step("u2", 5, MON));
      publish("u3", 6, MON);

      assertEnds(
          ExitCode.FAILED,
          () -> correction.publish(null, spec(output, "u2"), unit -> unit.switchPartitions(made)),
          "Hive table default." + table,
          "partition {day=mon}",
          "unit u2 was made for version u1@",
          "and now it is version u3@",
          "start again");

      assertThat(ledger.prepared()).isEmpty();
      assertVersion(MON, "u3");
      publish(correction, "u2", 5, MON);
    }
    assertVersion(MON, "u2");
  }

  @Test
  void aUnitIsNotPreparedBesideOneThatIsNotDone() throws IOException {
    publish("u1", 3, MON);
    try (Publisher stream = Publisher.open(output, Role.STREAM, steps(SHORT), disk.hadoop())) {
      catalog.killAt(Place.BEFORE_ALTER);
      assertThatThrownBy(() -> publish(Role.CORRECTION, steps(SHORT), "u2", 5, MON))
          .isInstanceOf(HookedCatalog.Killed.class);

      assertEnds(
          ExitCode.FAILED,
          () -> publish(stream, "u3", 6, MON),
          "unit u3, Hive table default." + table,
          "unit u2 of job flatten is prepared for partition {day=mon}",
          "nothing of it was published");
      publish(stream, "u4", 6, "tue");
    }
    assertVersion(MON, "u1");
    assertThat(recover()).extracting(LedgerEntry::unit).containsExactly("u2");
    publish("u3", 6, MON);
    assertVersion(MON, "u3");
  }

  /** The other is at it and will be done. */
  @Test
  void aUnitWaitsForOneThatIsPreparedForItsPartition() throws Exception {
    publish("u1", 3, MON);
    CompletableFuture<LedgerEntry> second = new CompletableFuture<>();
    try (Publisher stream = Publisher.open(output, Role.STREAM, steps(SHORT), disk.hadoop());
        Publisher correction =
            Publisher.open(output, Role.CORRECTION, steps(PATIENT), disk.hadoop())) {
      catalog.at(
          Place.BEFORE_ALTER,
          () -> {
            HiveStep tuesday = tables(SHORT).prepare(step("u3", 6, "tue", MON));
            second.completeAsync(() -> publishing(correction, "u3", tuesday));
          });
      publish(stream, "u2", 5, MON);

      assertThatThrownBy(second::join)
          .hasMessageContainingAll("unit u3 was made for version u1@", "and now it is version u2@");
      publish(correction, "u3", 6, "tue", MON);
    }
    assertVersion(MON, "u3");
    assertVersion("tue", "u3");
  }

  private LedgerEntry publishing(Publisher publisher, String unit, HiveStep step) {
    try {
      return publisher.publish(null, spec(output, unit), pending -> pending.switchPartitions(step));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void refusesAPartitionThatHasComeMeanwhile() throws IOException {
    catalog.killAt(Place.BEFORE_CREATE);
    assertThatThrownBy(() -> publish("u1", 5, MON)).isInstanceOf(HookedCatalog.Killed.class);
    hive.sql("INSERT INTO %s PARTITION (day = 'mon') VALUES (7)".formatted(table));

    assertEnds(
        ExitCode.INTEGRITY,
        this::recover,
        "unit u1 was prepared against no partition, and now it is one without a version");
    assertThat(rows(MON)).isEqualTo(1);
  }

  /** One that does not take the lease may come in the middle. */
  @Test
  void doesNotTakeAPartitionThatComesInTheMiddleForItsOwn() {
    catalog.at(
        Place.BEFORE_CREATE,
        () -> hive.sql("INSERT INTO %s PARTITION (day = 'mon') VALUES (7)".formatted(table)));

    assertEnds(ExitCode.INTEGRITY, () -> publish("u1", 5, MON), "prepared against no partition");
    assertThat(rows(MON)).isEqualTo(1);
  }

  // --- Servers that do not answer

  @Test
  void waitsForAMetastoreThatIsStartedAgain() throws IOException {
    publish("u1", 3, MON);
    CompletableFuture<?>[] start = new CompletableFuture<?>[1];
    catalog.at(
        Place.BEFORE_ALTER,
        () -> {
          METASTORE.get().stop();
          start[0] = CompletableFuture.runAsync(METASTORE.get()::startAgain);
        });

    publish(Role.STREAM, steps(PATIENT), "u2", 5, MON);

    start[0].join();
    assertVersion(MON, "u2");
  }

  @Test
  void aUnitStaysPreparedWhileTheMetastoreIsDown() throws IOException {
    publish("u1", 3, MON);
    try (Publisher publisher = Publisher.open(output, Role.STREAM, steps(SHORT), disk.hadoop())) {
      catalog.at(Place.BEFORE_ALTER, METASTORE.get()::stop);
      assertEnds(
          ExitCode.FAILED,
          () -> publish(publisher, "u2", 5, MON),
          "unit u2, Hive table default." + table + ": the partitions cannot be switched (",
          "The unit stays prepared, and the next run of job flatten completes it");
      assertThat(ledger.prepared()).extracting(LedgerEntry::unit).containsExactly("u2");
      assertEnds(ExitCode.FAILED, this::prepareAgain, "the metastore does not list");
      METASTORE.get().startAgain();

      // The next unit of the same publisher comes after it.
      publisher.publish(
          null,
          spec(output, "u3"),
          unit -> unit.switchPartitions(tables(SHORT).prepare(step("u3", 7, MON))));
    }
    assertThat(Entries.committed(ledger))
        .extracting(LedgerEntry::unit)
        .containsExactly("u1", "u2", "u3");
    assertVersion(MON, "u3");
  }

  private void prepareAgain() throws IOException {
    tables(SHORT).prepare(step("u2", 5, MON));
  }

  @Test
  void waitsForTheTableOfALivingProcess() throws IOException {
    try (Lease lease = tableLease()) {
      assertInUse(() -> publish("u1", 3, MON));
      assertThat(lease.isHeld()).isTrue();
    }
    assertThat(ledger.prepared()).isEmpty();
    LedgerEntry entry = publish("u1", 3, MON);
    takeBack(entry);
    try (Lease lease = tableLease()) {
      assertInUse(this::recover);
      assertThat(lease.isHeld()).isTrue();
    }
    assertThat(recover()).containsExactly(entry);
    assertVersion(MON, "u1");
  }

  private Lease tableLease() throws IOException {
    return Lease.take(
        new org.apache.hadoop.fs.Path(disk.path("table/_millrace")),
        "partitions",
        "Hive table " + table,
        disk.hadoop());
  }

  private void assertInUse(ThrowingCallable call) {
    assertEnds(
        ExitCode.FAILED,
        call,
        "unit u1, Hive table default." + table,
        "is in use by process " + ProcessHandle.current().pid());
  }

  // --- What cannot be switched

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(id BIGINT, day STRING) USING parquet PARTITIONED BY (day) | is of provider parquet, whose",
        "(id BIGINT) STORED AS PARQUET | has no partitions, and only a partition can be switched",
        "(id BIGINT) PARTITIONED BY (day STRING, hour INT) STORED AS PARQUET "
            + "| is partitioned by [day, hour] and not by [day]",
        "VIEW | is of provider none, as a view"
      })
  void refusesATableWhosePartitionsCannotBeSwitched(String definition, String fault)
      throws IOException {
    String other = table + "_other";
    boolean view = definition.equals("VIEW");
    hive.sql(
        view
            ? "CREATE VIEW %s AS SELECT 1 AS id".formatted(other)
            : "CREATE TABLE %s %s".formatted(other, definition));
    try {
      assertEnds(
          ExitCode.USAGE,
          () -> tables(SHORT).check("default", other, List.of("day")),
          "Hive table default." + other + " " + fault,
          "create it by CREATE TABLE default.%s (...) PARTITIONED BY (day ...) STORED AS PARQUET"
              .formatted(other));
    } finally {
      hive.sql("DROP " + (view ? "VIEW " : "TABLE ") + other);
    }
  }

  @Test
  void refusesATableThatIsNotThere() throws IOException {
    tables(SHORT).check("default", table, List.of("DAY"));
    assertEnds(
        ExitCode.USAGE,
        () -> tables(SHORT).check("nowhere", "reports", List.of("day")),
        "Hive table nowhere.reports is not there; create it by CREATE TABLE nowhere.reports");
    hive.sql("DROP TABLE " + table);
    assertEnds(ExitCode.USAGE, () -> publish("u1", 3, MON), table + " is not there");
    assertThat(ledger.prepared()).isEmpty();
  }

  @Test
  void aRunWithoutMetastoreNamesTheJobThatHasIt() throws IOException {
    LedgerEntry entry = publish("u1", 3, MON);
    takeBack(entry);

    assertEnds(
        ExitCode.FAILED,
        () -> Rows.recover(output, disk.hadoop()),
        "unit u1 is prepared",
        "step on Hive table default." + table,
        "start the job flatten");
    assertThatThrownBy(() -> publish(Role.CORRECTION, CommitSteps.NONE, "u2", 3, MON))
        .isInstanceOf(JobException.class);
    recover();
    assertThatThrownBy(() -> publish(Role.STREAM, CommitSteps.NONE, "u2", 3, MON))
        .hasMessageContaining("unit u2: its publisher was opened without means for Hive table");
    assertThat(ledger.prepared()).isEmpty();
  }

  @Test
  void aSessionHasItsMetastoreOrIsRefused(org.apache.spark.sql.SparkSession shared)
      throws IOException {
    assertEnds(
        ExitCode.USAGE, () -> HiveTables.of(shared), "set spark.sql.catalogImplementation=hive");
    CommitSteps steps = new CommitSteps(HiveTables.of(hive), List.of());
    publish(Role.STREAM, steps, "u1", 3, MON);
    hive.catalog().cacheTable(table);
    assertThat(hive.table(table).count()).isEqualTo(3);

    publish(Role.STREAM, steps, "u2", 5, MON);

    assertVersion(MON, "u2");
    assertThat(hive.table(table).count()).as("what the session keeps in memory").isEqualTo(5);
  }
}
