package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.bad;
import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.LedgerEntry.Move;
import io.github.millrace.ledger.PostgreSqlTable;
import io.github.millrace.ledger.PostgreSqlTable.Column;
import io.github.millrace.publish.HookedCatalog.Place;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.HiveMetastore;
import io.github.millrace.testkit.PostgreSql;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was cut off while it published, and the run after it. */
@ParameterizedClass
@EnumSource
@ExtendWith(SparkExtension.class)
class RecoveryTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  static final Shared<HiveMetastore> METASTORE =
      Shared.of(HiveMetastore.class, HiveMetastore::start);

  static final Shared<PostgreSql> POSTGRESQL = Shared.of(PostgreSql.class, PostgreSql::start);

  private static final int MOVES = 5;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Patience ONCE = new Patience(1, Duration.ZERO);

  @Parameter private Disk.Kind kind;
  @TempDir private Path dir;

  private SparkSession spark;
  private Disk disk;
  private Output output;
  private Ledger ledger;

  @BeforeEach
  void setUp(SparkSession session) throws IOException {
    spark = session;
    disk = kind.create(dir, HDFS);
    output =
        new Output(
            List.of(
                new Output.Destination("hive", disk.path("hive")),
                new Output.Destination("cassandra", disk.path("cassandra"))),
            Format.CSV,
            List.of("name"),
            null,
            null);
    ledger = new Ledger(output.ledger(), disk.hadoop());
  }

  private Dataset<Row> rows(String reason) {
    StructType item =
        new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);
    return Rows.dataset(
        spark,
        item,
        1,
        List.of(good(1L, "a: b"), good(2L, null), bad("{}", "f", 0, reason), tally("f", 3)));
  }

  private LedgerEntry publish(String unit) throws IOException {
    LedgerEntry entry = Rows.publish(rows("missing"), spec(output, unit), disk.hadoop());
    assertThat(entry.moves()).hasSize(MOVES);
    return entry;
  }

  /** Takes the unit back to where it has a prepared entry and that many of its files in place. */
  private void cutOff(LedgerEntry entry, int done) throws IOException {
    for (Move move : entry.moves().subList(done, entry.moves().size())) {
      disk.move(disk.name(move.to()), disk.name(move.from()));
      deleteIfEmpty(new org.apache.hadoop.fs.Path(disk.name(move.to())).getParent().toString());
    }
    disk.move(committed(entry), prepared(entry));
  }

  private void deleteIfEmpty(String directory) throws IOException {
    if (disk.files().stream().noneMatch(name -> name.startsWith(directory + "/"))) {
      disk.delete(directory);
    }
  }

  private static String committed(LedgerEntry entry) {
    return "hive/_ledger/" + Entries.today(entry.unit());
  }

  private static String prepared(LedgerEntry entry) {
    return "hive/_ledger/prepared/" + entry.unit() + ".json";
  }

  private List<LedgerEntry> recover() throws IOException {
    return Rows.recover(output, disk.hadoop());
  }

  private void assertRefused(ThrowingCallable call, String... messages) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContainingAll(messages);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, MOVES})
  void rollsForwardFromAnyPoint(int done) throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, done);
    assertThat(disk.files()).contains(prepared(entry)).doesNotContain(committed(entry));

    List<LedgerEntry> recovered = recover();

    assertThat(recovered).containsExactly(entry);
    assertThat(disk.contents()).isEqualTo(published);
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(ledger.committed("u")).contains(entry);
    assertThat(recover()).isEmpty();
  }

  @Test
  void publishingRollsForwardToo() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, 2);

    LedgerEntry again = Rows.publish(rows("other"), spec(output, "u"), disk.hadoop());

    assertThat(again).isEqualTo(entry);
    assertThat(disk.contents()).isEqualTo(published);
  }

  @Test
  void removesWhatFailedAttemptsHaveStaged() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, 1);
    disk.write("hive/_staging/u/0-99/name=a/u-00000.csv", "id\n66");
    disk.write("cassandra/_staging/u/0-99/name=a/u-00000.csv", "id\n66");

    recover();

    assertThat(disk.contents()).isEqualTo(published);
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
  }

  @Test
  void removesStagingAlsoAfterACutJustBeforeTheEnd() throws IOException {
    LedgerEntry entry = publish("u");
    cutOff(entry, MOVES);
    disk.write("hive/_staging/u/0-99/name=a/u-00000.csv", "id\n66");

    recover();

    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(disk.files()).contains(committed(entry));
  }

  /** Whoever has begun it: what another would read is there, then. */
  @Test
  void recoversAllUnitsOfAllCheckpoints() throws IOException {
    LedgerEntry first = publish("u1");
    LedgerEntry second = publish("u2");
    UnitSpec foreign = spec(output, "v1", "cp2", false);
    LedgerEntry other = Rows.publish(rows("missing"), foreign, disk.hadoop());
    List<String> files = disk.files();
    cutOff(other, 3);
    cutOff(second, 0);
    cutOff(first, 1);

    assertThat(recover()).containsExactly(first, second, other);

    assertThat(disk.files()).isEqualTo(files);
    assertThat(ledger.prepared()).isEmpty();
  }

  @Test
  void thereIsNothingToRecoverAtFirst() throws IOException {
    assertThat(recover()).isEmpty();
    assertThat(disk.files()).isEmpty();
  }

  // --- What cannot be rolled forward by itself

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void refusesToOverwriteAFileThatItHasNotPublished(int done) throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, done);
    String target = entry.moves().get(MOVES - 1).to();
    disk.write(disk.name(target), "foreign");

    assertRefused(
        () -> recover(),
        target + " exists though it was never published; move it away and start again");
    assertThat(disk.text(disk.name(target))).isEqualTo("foreign");
    assertThat(disk.files()).contains(prepared(entry));

    disk.delete(disk.name(target));
    assertThat(recover()).containsExactly(entry);
    assertThat(disk.contents()).isEqualTo(published);
  }

  @Test
  void refusesToGoOnWithoutAFile() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, 1);
    Move lost = entry.moves().get(2);
    disk.move(disk.name(lost.from()), "backup");

    assertRefused(
        () -> recover(),
        "neither " + lost.from() + " nor " + lost.to() + " exists; restore one and start again");
    assertThat(disk.files()).contains(prepared(entry));

    disk.move("backup", disk.name(lost.to()));
    assertThat(recover()).containsExactly(entry);
    assertThat(disk.contents()).isEqualTo(published);
  }

  @Test
  void whatIsPreparedSurvivesAFailedCommit() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    entry.moves().forEach(move -> deleteName(disk.name(move.to())));
    disk.delete(committed(entry));
    String target = disk.name(entry.moves().get(3).to());
    disk.write(target, "foreign");

    assertRefused(
        () -> publish("u"), target + " exists though it was never published; move it away");
    disk.delete(target);
    LedgerEntry begun = ledger.prepared("u").orElseThrow();
    assertThat(recover()).containsExactly(begun);

    assertThat(begun.files()).isEqualTo(entry.files());
    assertThat(disk.files()).containsExactlyElementsOf(published.keySet());
    for (Move move : entry.moves().subList(0, MOVES - 1)) {
      String name = disk.name(move.to());
      assertThat(disk.contents()).containsEntry(name, published.get(name));
    }
  }

  // --- Steps beside the files

  /** Where a publication ends whose unit switches two partitions, then writes rows. */
  enum Cut {
    BEFORE_PARTITIONS(Place.BEFORE_CREATE),
    BETWEEN_PARTITIONS(Place.BEFORE_ALTER),
    BEFORE_ROWS(Place.AFTER_ALTER),
    WITHIN_ROWS(null),
    BEFORE_COMMIT(null);

    private final Place place;

    Cut(Place place) {
      this.place = place;
    }
  }

  private static final PostgreSqlTable DAILY =
      new PostgreSqlTable(
          "daily",
          List.of(new Column("name", "text"), new Column("views", "bigint")),
          List.of("name"));

  /**
   * The session of the server that writes the row z is ended there, and its transaction with it.
   */
  private static final String DEADLY_ROW =
      """
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';
      CREATE TRIGGER deadly BEFORE INSERT ON daily FOR EACH ROW WHEN (NEW.name = 'z')
        EXECUTE FUNCTION die()
      """;

  @ParameterizedTest
  @EnumSource
  void doesEachStepOnceFromAnyPoint(Cut cut) throws IOException, SQLException {
    String name = "recovery" + NEXT.incrementAndGet();
    String url = POSTGRESQL.get().createDatabase(name);
    PostgreSqlSchema schema =
        new PostgreSqlSchema(url, POSTGRESQL.get().user(), POSTGRESQL.get().password(), ONCE);
    schema.check(List.of(DAILY), true);
    org.apache.spark.sql.classic.SparkSession hive = HiveSession.of(spark, METASTORE.get());
    hive.sql(
        "CREATE TABLE %s (id BIGINT) PARTITIONED BY (name STRING) STORED AS PARQUET LOCATION '%s'"
            .formatted(name, disk.path("table")));
    HookedCatalog catalog = new HookedCatalog(hive.sharedState().externalCatalog());
    HiveTables tables = new HiveTables(catalog, (database, table) -> {}, disk.hadoop(), ONCE);
    CommitSteps steps = new CommitSteps(tables, List.of(schema));
    publish(steps, "u0", unit -> unit.switchPartitions(tables.prepare(step(name, "old"))));
    Unit.Completion completion =
        unit -> {
          unit.switchPartitions(tables.prepare(step(name, "old", "new")));
          unit.upsert(schema, DAILY, List.of(List.of("a", 1), List.of("z", 2), List.of("b", 3)));
        };
    try (Connection connection = POSTGRESQL.get().connect(name);
        Statement sql = connection.createStatement()) {
      if (cut == Cut.BEFORE_COMMIT) {
        cutOff(publish(steps, "u", completion), MOVES);
      } else {
        if (cut.place == null) {
          sql.execute(DEADLY_ROW);
        } else {
          catalog.killAt(cut.place);
        }
        assertThatThrownBy(() -> publish(steps, "u", completion))
            .isInstanceOf(cut.place == null ? JobException.class : HookedCatalog.Killed.class);
        sql.execute("DROP TRIGGER IF EXISTS deadly ON daily");
      }
      assertThat(ledger.prepared()).extracting(LedgerEntry::unit).containsExactly("u");
      assertThat(ledger.committed("u")).isEmpty();

      try (Publisher publisher = Publisher.open(output, Role.STREAM, steps, disk.hadoop())) {
        assertThat(publisher.recovered()).extracting(LedgerEntry::unit).containsExactly("u");
      }

      assertThat(ledger.committed("u")).isPresent();
      assertThat(disk.directories()).noneMatch(directory -> directory.contains("_staging"));
      for (String partition : List.of("old", "new")) {
        assertThat(
                catalog
                    .getPartition("default", name, HiveTables.toScala(Map.of("name", partition)))
                    .parameters()
                    .get(HiveStep.VERSION)
                    .get())
            .startsWith("u@");
      }
      try (ResultSet rows =
          sql.executeQuery(
              "SELECT string_agg(name || views, ' ' ORDER BY name) || ' ' ||"
                  + " (SELECT string_agg(split_part(unit, '@', 1), ' ') FROM millrace_units) FROM daily")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("a1 b3 z2 u");
      }
      // One to create and one to alter of each unit, however often it was tried.
      assertThat(catalog.changes()).isEqualTo(3);
    } finally {
      hive.sql("DROP TABLE " + name);
    }
  }

  private LedgerEntry publish(CommitSteps steps, String unit, Unit.Completion completion)
      throws IOException {
    try (Publisher publisher = Publisher.open(output, Role.STREAM, steps, disk.hadoop())) {
      return publisher.publish(rows("missing"), spec(output, unit), completion);
    }
  }

  private HiveStep step(String table, String... names) {
    return new HiveStep(
        "default",
        table,
        Stream.of(names)
            .map(
                name ->
                    new HiveStep.Partition(
                        Map.of("name", name), disk.path("hive/name=a%3A b"), Map.of()))
            .toList());
  }

  private void deleteName(String name) {
    try {
      disk.delete(name);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
