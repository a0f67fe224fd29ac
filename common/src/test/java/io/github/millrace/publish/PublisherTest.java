package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.bad;
import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.LedgerEntry.PublishedFile;
import io.github.millrace.ledger.LedgerEntry.Source;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a disk has a part in: names, renames, the role, and what becomes visible when. */
@ParameterizedClass
@EnumSource
class PublisherTest extends PublishedUnits {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  @Parameter private Disk.Kind kind;
  @TempDir private Path elsewhere;

  @BeforeEach
  void setUp() throws IOException {
    disk = kind.create(dir, HDFS);
  }

  private List<String> directories() throws IOException {
    return disk.directories().stream().filter(name -> !name.contains("_lease")).toList();
  }

  @Test
  void routesGoodAndBadRowsAndAccountsForThem() throws IOException {
    Output output = output(Format.CSV);
    Instant before = Instant.now();

    LedgerEntry entry = publish(output, "cp1-00000007", rows(1, ROWS));

    assertThat(entry.counts()).isEqualTo(new Counts(5, 3, 2, 0, 0));
    assertThat(entry.rows()).isEqualTo(4);
    assertThat(entry.unknownFields()).isEqualTo(3);
    assertThat(entry.rounded()).isEqualTo(2);
    assertThat(entry.reasons()).isEqualTo(Map.of("missing", 1L, "syntax", 1L));
    assertThat(entry.sources())
        .containsExactly(new Source("in/a.json", 3, 1), new Source("in/b.json", 2, 1));
    assertThat(entry.job()).isEqualTo("flatten");
    assertThat(entry.unit()).isEqualTo("cp1-00000007");
    assertThat(entry.checkpoint()).isEqualTo("cp1");
    assertThat(entry.batch()).isEqualTo(7);
    assertThat(entry.contract()).isEqualTo(Rows.CONTRACT);
    assertThat(entry.preparedAt()).isBetween(before, Instant.now());
    assertThat(disk.text("out/cp1-00000007-00000.csv"))
        .isEqualTo("id,name\n1,one\n2,\"two, \"\"2\"\"\"\n2,zwei\n3,\n");
    assertThat(entry.files())
        .containsExactlyInAnyOrder(
            published("out", "out/cp1-00000007-00000.csv", 4),
            published(
                "quarantine", "out/_quarantine/" + Entries.day() + "/cp1-00000007-00000.jsonl", 2));
    assertThat(disk.files())
        .containsExactly(
            "out/_ledger/" + Entries.today("cp1-00000007"),
            "out/_quarantine/" + Entries.day() + "/cp1-00000007-00000.jsonl",
            "out/cp1-00000007-00000.csv");
    assertThat(directories())
        .containsExactly(
            "out",
            "out/_ledger",
            "out/_ledger/" + Entries.day(),
            "out/_ledger/prepared",
            "out/_quarantine",
            "out/_quarantine/" + Entries.day());
    assertThat(Entries.committed(ledger(output))).containsExactly(entry);
  }

  private PublishedFile published(String destination, String name, long rows) throws IOException {
    return new PublishedFile(destination, disk.path(name), rows, disk.bytes(name).length);
  }

  @Test
  void aUnitWithoutRecordsHasAnEntryAndNoFiles() throws IOException {
    LedgerEntry entry = publish(output(Format.CSV), "u", rows(1, List.of()));

    assertThat(entry.counts()).isEqualTo(Counts.NONE);
    assertThat(entry.files()).isEmpty();
    assertThat(disk.files()).containsExactly("out/_ledger/" + Entries.today("u"));
  }

  @Test
  void quarantineAndLedgerMayLieElsewhere() throws IOException {
    Output output =
        new Output(
            List.of(new Output.Destination("out", disk.path("out"))),
            Format.CSV,
            List.of(),
            disk.path("bad"),
            disk.path("account"));

    publish(output, "u", rows(1, ROWS));

    assertThat(disk.files())
        .containsExactly(
            "account/" + Entries.today("u"),
            "bad/" + Entries.day() + "/u-00000.jsonl",
            "out/u-00000.csv");
    assertThat(directories())
        .containsExactly(
            "account",
            "account/" + Entries.day(),
            "account/prepared",
            "bad",
            "bad/" + Entries.day(),
            "out");
  }

  @ParameterizedTest
  @EnumSource
  void everyDestinationHasTheSameBytes(Format format) throws IOException {
    Disk other = kindOfOther().create(elsewhere, HDFS);
    Output output =
        new Output(
            List.of(
                new Output.Destination("hive", disk.path("hive")),
                new Output.Destination("cassandra", disk.path("cassandra")),
                new Output.Destination("away", other.path("away"))),
            format,
            List.of("name"),
            null,
            null);

    LedgerEntry entry = publish(output, "u", rows(2, ROWS));

    Map<String, String> contents = disk.contents();
    List<String> names =
        files("hive/").stream()
            .filter(name -> !name.startsWith("hive/_"))
            .map(name -> name.substring("hive/".length()))
            .toList();
    assertThat(names).hasSize(4);
    assertThat(disk.files()).filteredOn(name -> name.startsWith("cassandra/")).hasSize(4);
    assertThat(other.files()).hasSize(4);
    for (String name : names) {
      assertThat(contents.get("cassandra/" + name)).isEqualTo(contents.get("hive/" + name));
      assertThat(other.contents().get("away/" + name)).isEqualTo(contents.get("hive/" + name));
    }
    assertThat(entry.files())
        .extracting(PublishedFile::destination)
        .containsOnly("hive", "cassandra", "away", "quarantine")
        .hasSize(4 + 4 + 4 + files("hive/_quarantine").size());
    assertThat(entry.counts()).isEqualTo(new Counts(5, 3, 2, 0, 0));
    assertThat(entry.rows()).isEqualTo(4);
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(other.directories()).noneMatch(name -> name.contains("_staging"));
  }

  private Disk.Kind kindOfOther() {
    return kind == Disk.Kind.LOCAL ? Disk.Kind.HDFS : Disk.Kind.LOCAL;
  }

  @Test
  void aHolderThatWasReplacedPublishesNothing() throws IOException {
    Output output = output(Format.CSV);
    try (Publisher paused = Publisher.open(output, Role.STREAM, disk.hadoop())) {
      // As who takes over does, when nothing shows any more that the holder lives.
      String holder = "out/_ledger/_lease/stream/" + paused.lease().id();
      disk.move(holder, "out/_ledger/_lease/stream/another");

      assertThatThrownBy(() -> paused.publish(rows(2, ROWS), spec(output, "u")))
          .isInstanceOfSatisfying(
              JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
          .hasMessageContaining("u.json is not published, for another run has taken over");
    }
    assertThat(dataFiles()).isEmpty();
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(ledger(output).isEmpty()).isTrue();
  }

  /** It may be paused at its work on the same unit. */
  @Test
  void anothersStagingIsItsOwn() throws IOException {
    Output output = output(Format.CSV);
    try (Publisher correcting = Publisher.open(output, Role.CORRECTION, disk.hadoop())) {
      String other = "out/_staging/" + correcting.lease().id() + "/u/0-5/u-00000.csv";
      disk.write(other, "its own");

      publish(output, "u", rows(2, ROWS));

      assertThat(disk.text(other)).isEqualTo("its own");
    }
    assertThat(dataFiles()).hasSize(2);
  }

  @Test
  void whatIsPreparedMayBeCompletedByManyAtOnce() throws Exception {
    Output output = output(Format.CSV, "name");
    List<Row> rows = new ArrayList<>();
    int records = 100;
    IntStream.range(0, records).forEach(i -> rows.add(good((long) i, "name " + i)));
    rows.add(tally("f", records));
    LedgerEntry entry = publish(output, "u", rows(1, rows));
    Map<String, String> published = disk.contents();
    for (int round = 0; round < 5; round++) {
      for (LedgerEntry.Move move : entry.moves()) {
        disk.move(disk.name(move.to()), disk.name(move.from()));
      }
      disk.move("out/_ledger/" + Entries.today("u"), "out/_ledger/prepared/u.json");

      CompletableFuture<List<LedgerEntry>> other =
          CompletableFuture.supplyAsync(() -> recovered(output, Role.CORRECTION));
      recovered(output, Role.STREAM);
      other.get();

      assertThat(disk.contents()).isEqualTo(published);
    }
  }

  private List<LedgerEntry> recovered(Output output, Role role) {
    try (Publisher publisher = Publisher.open(output, role, disk.hadoop())) {
      return publisher.recovered();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Ledger ledger(Output output) throws IOException {
    return new Ledger(output.ledger(), disk.hadoop());
  }

  @Test
  void publishingAgainChangesNothing() throws IOException {
    Output output = output(Format.CSV, "name");
    LedgerEntry first = publish(output, "u", rows(2, ROWS));
    Map<String, String> contents = disk.contents();
    Map<String, Long> changed = disk.changed();

    LedgerEntry again = publish(output, "u", failing(rows(1, ROWS)));

    assertThat(again).isEqualTo(first);
    assertThat(disk.contents()).isEqualTo(contents);
    assertThat(disk.changed()).isEqualTo(changed);
  }

  @Test
  void aFailingTaskLeavesNothingVisibleAndARetryWorks() throws IOException {
    Output output = output(Format.PARQUET);

    // The first partition succeeds and has staged its file by then.
    assertThatThrownBy(() -> publish(output, "u", failing(rows(2, ROWS))))
        .hasStackTraceContaining("it is three");
    // What the other task has staged, which is killed as late as it may be, is swept by the next.
    assertThat(disk.files()).allMatch(name -> name.contains("_staging/"));

    publish(output, "u", rows(2, ROWS));
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(spark.read().parquet(disk.path("out")).count()).isEqualTo(4);
    assertThat(dataFiles()).hasSize(2);
  }

  /** The same rows, but the record 3 stops its task. */
  private static Dataset<Row> failing(Dataset<Row> rows) {
    UDF1<Long, Boolean> fail =
        id -> {
          if (id != null && id == 3) {
            throw new IllegalStateException("it is three");
          }
          return true;
        };
    return rows.withColumn(
        SinkColumns.FIRST,
        when(
            udf(fail, DataTypes.BooleanType).asNondeterministic().apply(col("good.id")),
            col("first")));
  }

  @Test
  void whatADeadRunHasStagedIsNotPublished() throws IOException {
    disk.write("out/_staging/u/0-17/u-00000.csv", "id,name\n666,dead\n");
    disk.write("out/_quarantine/_staging/u/0-17/u-00000.jsonl", "{}\n");

    publish(output(Format.CSV), "u", rows(1, ROWS));

    assertThat(disk.files())
        .containsExactly(
            "out/_ledger/" + Entries.today("u"),
            "out/_quarantine/" + Entries.day() + "/u-00000.jsonl",
            "out/u-00000.csv");
    assertThat(disk.text("out/u-00000.csv")).doesNotContain("dead");
    assertThat(disk.directories()).doesNotContain("out/_staging/u", "out/_quarantine/_staging");
  }

  private static final StructType PLACED =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("city", DataTypes.StringType)
          .add("at", DataTypes.TimestampType)
          .add("amount", DataTypes.createDecimalType(10, 2))
          .add("day", DataTypes.DateType);

  private static Row placed(long id, String city, Instant at, String day) {
    return good(
        id,
        city,
        at,
        new java.math.BigDecimal("1.50"),
        day == null ? null : java.time.LocalDate.parse(day));
  }

  @ParameterizedTest
  @EnumSource
  void partitionsBySeveralColumnsAndSparkFindsThem(Format format) throws IOException {
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    Instant at = Instant.parse("2024-02-29T23:59:59.123456Z");
    Instant midnight = Instant.parse("2024-01-01T00:00:00Z");
    List<Row> rows =
        List.of(
            placed(1, "Köln", at, "2024-02-29"),
            placed(2, null, at, "2024-02-29"),
            placed(3, "007", null, null),
            placed(4, "a/b=c%d:e?f*g\"h'i#j\\k{l}[m]^n\no", midnight, "0001-01-01"),
            placed(5, " 😀 +&;,~.. ", midnight, "9999-12-31"),
            placed(6, "Köln", at, "2024-02-29"),
            tally("f", 6));

    LedgerEntry entry =
        publish(output(format, "city", "at", "day"), "u", Rows.dataset(spark, PLACED, 3, rows));

    assertThat(entry.counts()).isEqualTo(new Counts(6, 6, 0, 0, 0));
    assertThat(dataFiles())
        .hasSize(5)
        .anyMatch(
            name ->
                name.startsWith(
                    "out/city=Köln/at=2024-02-29 23%3A59%3A59.123456/day=2024-02-29/u-"))
        .anyMatch(name -> name.startsWith("out/city=__HIVE_DEFAULT_PARTITION__/at=2024-02-29 "))
        .anyMatch(
            name ->
                name.startsWith(
                    "out/city=007/at=__HIVE_DEFAULT_PARTITION__/day=__HIVE_DEFAULT_PARTITION__/"));
    List<Row> expected = rows.subList(0, 6).stream().map(row -> row.getStruct(0)).toList();
    Dataset<Row> read =
        spark
            .read()
            .schema(PLACED)
            .format(format.toString())
            .option("header", true)
            .load(disk.path("out"))
            .select("id", "city", "at", "amount", "day");
    assertThat(read.collectAsList()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(entry.files()).extracting(PublishedFile::path).allMatch(this::exists);
  }

  @Test
  void theWholeTreeIsUtf8() throws IOException {
    publish(
        output(Format.CSV),
        "u",
        rows(1, List.of(good(1L, "é😀"), bad("ß", "ü", 0, "missing"), tally("ü", 2))));

    for (String name : disk.files()) {
      String text = disk.text(name);
      assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(disk.bytes(name));
    }
    assertThat(disk.text("out/u-00000.csv")).contains("é😀");
  }
}
