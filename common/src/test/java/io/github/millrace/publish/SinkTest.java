package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.bad;
import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.LedgerEntry.PublishedFile;
import io.github.millrace.ledger.LedgerEntry.Source;
import io.github.millrace.record.SinkColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the sink makes of rows, on whatever disk: its routing, account, formats and layouts. */
class SinkTest extends PublishedUnits {
  @TempDir private Path elsewhere;

  @BeforeEach
  void setUp() throws IOException {
    disk = Disk.Kind.LOCAL.create(dir, null);
  }

  @Test
  void accountsForTheRowsOfAllTasks() throws IOException {
    LedgerEntry entry = publish(output(Format.JSON), "u", rows(4, ROWS));

    assertThat(entry.counts()).isEqualTo(new Counts(5, 3, 2, 0, 0));
    assertThat(entry.rows()).isEqualTo(4);
    assertThat(entry.unknownFields()).isEqualTo(3);
    assertThat(entry.rounded()).isEqualTo(2);
    assertThat(entry.reasons()).isEqualTo(Map.of("missing", 1L, "syntax", 1L));
    assertThat(dataFiles())
        .containsExactly("out/u-00000.json", "out/u-00001.json", "out/u-00002.json");
    assertThat(files("out/_quarantine"))
        .containsExactly(
            "out/_quarantine/" + Entries.day() + "/u-00001.jsonl",
            "out/_quarantine/" + Entries.day() + "/u-00003.jsonl");
    assertThat(entry.files()).extracting(PublishedFile::path).hasSize(5).allMatch(this::exists);
  }

  @Test
  void addsUpTheTalliesOfOneFile() throws IOException {
    LedgerEntry entry =
        publish(
            output(Format.CSV),
            "u",
            rows(
                2,
                List.of(
                    tally("f", 2), good(1L, "a"), good(2L, "b"), good(3L, "c"), tally("f", 1))));

    assertThat(entry.sources()).containsExactly(new Source("f", 3));
  }

  @Test
  void aUnitOfBadRecordsHasNoData() throws IOException {
    List<Row> rows = List.of(bad("x", "f", 0, "syntax"), tally("f", 1));

    LedgerEntry entry = publish(output(Format.PARQUET), "u", rows(1, rows));

    assertThat(entry.counts()).isEqualTo(new Counts(1, 0, 1, 0, 0));
    assertThat(entry.reasons()).isEqualTo(Map.of("syntax", 1L));
    assertThat(dataFiles()).isEmpty();
  }

  @Test
  void unitsLieSideBySide() throws IOException {
    publish(output(Format.CSV), "u1", rows(1, ROWS));
    publish(output(Format.CSV), "u2", rows(1, ROWS));

    assertThat(dataFiles()).containsExactly("out/u1-00000.csv", "out/u2-00000.csv");
    assertThat(spark.read().option("header", true).csv(disk.path("out")).count()).isEqualTo(8);
  }

  @Test
  void theQuarantineHasAllColumns() throws IOException {
    Instant before = Instant.now();
    Row kafka =
        RowFactory.create(
            "/wA=",
            "base64",
            new String[] {"encoding"},
            RowFactory.create(
                null,
                "t",
                3,
                9L,
                Timestamp.from(Instant.parse("2026-03-01T10:00:30.123Z")),
                null,
                null,
                null));
    List<Row> rows =
        List.of(
            bad("{\"é\": \"😀\n\"}", "in/a.json", 40, "syntax: no \"value\"", "type"),
            bad(kafka),
            tally("f", 2));

    publish(output(Format.CSV), "u", rows(1, rows));

    String[] lines =
        disk.text("out/_quarantine/" + Entries.day() + "/u-00000.jsonl").split("\n", -1);
    assertThat(lines).hasSize(3).endsWith("");
    JsonNode file = new ObjectMapper().readTree(lines[0]);
    assertThat(file.path("raw").asText()).isEqualTo("{\"é\": \"😀\n\"}");
    assertThat(file.path("encoding").asText()).isEqualTo("utf-8");
    assertThat(file.path("reasons").toString())
        .isEqualTo("[\"syntax: no \\\"value\\\"\",\"type\"]");
    assertThat(file.path("source").path("file").asText()).isEqualTo("in/a.json");
    assertThat(file.path("source").path("offset").asLong()).isEqualTo(40);
    assertThat(file.path("contract").asText()).isEqualTo("urn:order");
    assertThat(file.path("contractVersion").asText()).isEqualTo("1.2.0");
    assertThat(file.path("unit").asText()).isEqualTo("u");
    assertThat(Instant.parse(file.path("quarantinedAt").asText())).isBetween(before, Instant.now());
    JsonNode topic = new ObjectMapper().readTree(lines[1]);
    assertThat(topic.path("encoding").asText()).isEqualTo("base64");
    assertThat(topic.path("source").toString())
        .isEqualTo(
            "{\"topic\":\"t\",\"partition\":3,\"offset\":9,"
                + "\"timestamp\":\"2026-03-01T10:00:30.123Z\"}");
    assertThat(topic.path("quarantinedAt")).isEqualTo(file.path("quarantinedAt"));
  }

  @Test
  void theQuarantineIsPlainTextWhateverTheCluster() throws IOException {
    spark.conf().set("mapreduce.output.fileoutputformat.compress", true);

    publish(output(Format.CSV), "u", rows(1, ROWS));

    assertThat(disk.text("out/_quarantine/" + Entries.day() + "/u-00000.jsonl"))
        .startsWith("{\"raw\":");
  }

  @ParameterizedTest
  @EnumSource
  void writesEachFormatForSparkToRead(Format format) throws IOException {
    LedgerEntry entry = publish(output(format), "u", rows(2, ROWS));

    Dataset<Row> read =
        spark
            .read()
            .schema(ITEM)
            .format(format.toString())
            .option("header", true)
            .option("escape", "\"")
            .load(disk.path("out"));
    assertThat(read.collectAsList())
        .containsExactlyInAnyOrder(
            RowFactory.create(1L, "one"),
            RowFactory.create(2L, "two, \"2\""),
            RowFactory.create(2L, "zwei"),
            RowFactory.create(3L, null));
    assertThat(dataFiles())
        .hasSize(2)
        .allMatch(file -> file.endsWith("." + format) && file.startsWith("out/u-0000"));
    assertThat(entry.files()).extracting(PublishedFile::rows).contains(3L, 1L);
  }

  @Test
  void refusesASchemaThatTheFormatCannotHold() {
    StructType nested = new StructType().add("items", DataTypes.createArrayType(ITEM));
    Dataset<Row> rows = Rows.dataset(spark, nested, 1, List.of());

    assertThatThrownBy(() -> publish(output(Format.CSV), "u", rows))
        .hasStackTraceContaining("column items of type ARRAY<")
        .hasStackTraceContaining("has no form in CSV; flatten it");
  }

  @Test
  void refusesRowsOfOtherColumns() {
    assertThatThrownBy(() -> publish(output(Format.CSV), "u", spark.range(1).toDF()))
        .hasStackTraceContaining(
            "the sink takes the columns [good, bad, first, counted, tally], was given"
                + " struct<id:bigint>");
  }

  @Test
  void aUnitThatMissesARecordPublishesNothing() throws IOException {
    List<Row> rows = new ArrayList<>(ROWS);
    rows.add(tally("in/c.json", 1));

    assertUnbalanced(rows, "read=6, written=3, quarantined=2, late=0, deduplicated=0");
  }

  @Test
  void aUnitWithARecordTooManyPublishesNothing() throws IOException {
    List<Row> rows = new ArrayList<>(ROWS);
    rows.add(good(9L, "nine"));

    assertUnbalanced(rows, "read=5, written=4, quarantined=2, late=0, deduplicated=0");
  }

  @Test
  void aRowThatIsNeitherGoodNorBadIsMissed() throws IOException {
    List<Row> rows = new ArrayList<>(ROWS);
    rows.set(0, RowFactory.create(null, null, true, null, null));

    assertUnbalanced(rows, "read=5, written=2, quarantined=2, late=0, deduplicated=0");
  }

  /** Were it told by what came to the writers, a row that is lost would pass for a gap. */
  @Test
  void whatIsLostBehindTheSourceIsNoGap() throws IOException {
    List<Row> messages = new ArrayList<>(List.of(good(1L, "one"), bad("{}", null, 0, "type")));
    long places = 5;
    Unit.Completion told =
        unit -> {
          unit.read(new Source("topic/0/0-4", places));
          unit.gaps(places - unit.input());
        };

    LedgerEntry entry =
        Rows.publish(read("whole", messages), spec(output(Format.CSV), "u"), told, disk.hadoop());
    assertThat(entry.counts()).isEqualTo(new Counts(2, 1, 1, 0, 0, 0, 3));

    messages.add(RowFactory.create(null, null, true, null, null));
    Dataset<Row> lost = read("lost", messages);
    for (Dataset<Row> rows :
        List.of(lost, lost.where(col(SinkColumns.FIRST).and(col("bad").isNull())))) {
      assertThatThrownBy(
              () -> Rows.publish(rows, spec(output(Format.CSV), "v"), told, disk.hadoop()))
          .isInstanceOfSatisfying(
              JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
          .hasMessageContaining("does not balance")
          .hasMessageContaining("read=3");
    }
  }

  /** From a source that Spark counts, as it does Kafka. */
  private Dataset<Row> read(String name, List<Row> rows) {
    Dataset<Row> all = rows(2, rows);
    String path = elsewhere.resolve(name).toString();
    all.write().parquet(path);
    return spark.read().schema(all.schema()).parquet(path);
  }

  private void assertUnbalanced(List<Row> rows, String counts) throws IOException {
    Output output = output(Format.CSV);

    assertThatThrownBy(() -> publish(output, "u", rows(2, rows)))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("unit u does not balance, so nothing of it was published")
        .hasMessageContaining(counts);
    assertThat(disk.files()).isEmpty();
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));

    assertThat(publish(output, "u", rows(2, ROWS)).counts().balanced()).isTrue();
    assertThat(dataFiles()).hasSize(2);
  }

  @Test
  void duplicatesAreCountedWhereTheyAreDropped() throws IOException {
    List<Row> rows = new ArrayList<>(ROWS);
    rows.add(Rows.dropped());
    rows.add(Rows.dropped());
    rows.add(tally("in/c.json", 2));

    LedgerEntry entry = Rows.publish(rows(2, rows), deduplicating("u"), disk.hadoop());

    assertThat(entry.counts()).isEqualTo(new Counts(7, 3, 2, 0, 2));
    assertThatThrownBy(() -> publish(output(Format.CSV), "v", rows(1, rows)))
        .hasMessageContaining("does not balance");
  }

  /** So that the balance finds a loss in that mode too. */
  @Test
  void whatIsMissingIsNoDuplicate() throws IOException {
    List<Row> rows = new ArrayList<>(ROWS);
    rows.add(Rows.dropped());
    rows.add(tally("in/c.json", 2));

    assertThatThrownBy(() -> Rows.publish(rows(1, rows), deduplicating("u"), disk.hadoop()))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("does not balance");
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void aRecordTooManyIsNoDuplicate() throws IOException {
    List<Row> rows = new ArrayList<>(ROWS);
    rows.add(good(9L, "nine"));

    assertThatThrownBy(() -> Rows.publish(rows(1, rows), deduplicating("u"), disk.hadoop()))
        .isInstanceOf(JobException.class);
    assertThat(disk.files()).isEmpty();
  }

  private UnitSpec deduplicating(String unit) {
    return spec(output(Format.CSV), unit, "cp1", true);
  }

  @Test
  void partitionColumnsAreNotInTheFiles() throws IOException {
    publish(output(Format.CSV, "name"), "u", rows(1, List.of(good(1L, "a"), tally("f", 1))));

    List<String> files = dataFiles();
    assertThat(files).singleElement().asString().startsWith("out/name=a/u-");
    assertThat(disk.text(files.get(0))).isEqualTo("id\n1\n");
  }

  @Test
  void aUnitHasOneFileInEachDirectory() throws IOException {
    int directories = 20;
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 10 * directories)
        .forEach(i -> rows.add(good((long) i, "name " + i % directories)));
    rows.add(tally("f", 10L * directories));

    LedgerEntry entry = publish(output(Format.JSON, "name"), "u", rows(8, rows));

    assertThat(entry.files()).hasSize(directories);
    assertThat(entry.files()).extracting(PublishedFile::rows).containsOnly(10L);
    assertThat(dataFiles()).hasSize(directories);
  }

  /** Else the largest would keep one task at work while all others have nothing to do. */
  @Test
  void aLargePartitionIsWrittenBySeveralTasksAndSmallOnesByOne() throws IOException {
    spark.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "100KB");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.minPartitionSize", "100KB");
    spark.conf().set("spark.sql.shuffle.partitions", 32);
    StructType schema =
        new StructType().add("city", DataTypes.StringType).add("text", DataTypes.StringType);
    SplittableRandom random = new SplittableRandom(7);
    int large = 3_000;
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < large + 120; i++) {
      String city = i < large ? "large" : "small " + i % 12;
      rows.add(good(city, i + random.ints(20).mapToObj(Integer::toHexString).collect(joining())));
    }
    Collections.shuffle(rows, new java.util.Random(7));
    rows.add(tally("f", rows.size()));
    List<Row> expected = rows.stream().limit(large + 120).map(row -> row.getStruct(0)).toList();
    Output output = output(Format.JSON, "city");

    LedgerEntry entry = publish(output, "u", Rows.dataset(spark, schema, 8, rows));

    assertThat(entry.rows()).isEqualTo(large + 120);
    assertThat(read(schema, "out").collectAsList()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(files("out/city=large/"))
        .hasSizeBetween(3, 10)
        .allMatch(f -> f.matches(".*/u-\\d{5}.json"));
    assertThat(
            files("out/city=small").stream().map(f -> f.substring(f.lastIndexOf('/'))).distinct())
        .hasSizeLessThan(6);

    Output fixed =
        new Output(
            List.of(new Output.Destination("fixed", disk.path("fixed"))),
            Format.JSON,
            new Layout("", List.of("city"), List.of(), "all"),
            null,
            null,
            null);
    publish(fixed, "u", Rows.dataset(spark, schema, 8, rows));

    assertThat(read(schema, "fixed").collectAsList()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(files("fixed/city=")).hasSize(13).allMatch(f -> f.endsWith("/all.json"));
  }

  private Dataset<Row> read(StructType schema, String name) {
    return spark.read().schema(schema).json(disk.path(name)).select("city", "text");
  }

  /** Of a stream that adds to few partitions in each batch, no row need go to another task. */
  @Test
  void tasksMayKeepTheirRowsWhateverTheirOrder() throws IOException {
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 60).forEach(i -> rows.add(good((long) i, "name " + i % 3)));
    rows.add(tally("f", 60));
    Output output = output(Format.JSON).laidOut(Layout.byTask(List.of("name"), null));

    LedgerEntry entry = publish(output, "u", rows(2, rows));

    assertThat(entry.rows()).isEqualTo(60);
    assertThat(dataFiles())
        .containsExactly(
            "out/name=name 0/u-00000.json",
            "out/name=name 0/u-00001.json",
            "out/name=name 1/u-00000.json",
            "out/name=name 1/u-00001.json",
            "out/name=name 2/u-00000.json",
            "out/name=name 2/u-00001.json");
    assertThat(entry.files()).extracting(PublishedFile::rows).containsOnly(10L);
    assertThat(new UnitWrite(spec(output, "u"), rows(1, List.of()).schema()).requiredOrdering())
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void eachVariantHasItsOwnColumns(Format format) throws IOException {
    StructType view = new StructType().add("product", DataTypes.StringType);
    StructType purchase =
        new StructType().add("amount", DataTypes.LongType).add("by", DataTypes.StringType);
    StructType schema =
        new StructType().add("kind", DataTypes.StringType).add("view", view).add("buy", purchase);
    List<Row> rows =
        List.of(
            good("view", RowFactory.create("p"), null),
            good("buy", null, RowFactory.create(7L, "card")),
            good("view", RowFactory.create("q"), null),
            tally("f", 3));
    Output output = output(format).laidOut(Layout.byTask(List.of("kind"), "kind"));

    LedgerEntry entry = publish(output, "u", Rows.dataset(spark, schema, 1, rows));

    assertThat(entry.counts()).isEqualTo(new Counts(3, 3, 0, 0, 0));
    assertThat(read(view, format, "out/kind=view").collectAsList())
        .containsExactlyInAnyOrder(RowFactory.create("p"), RowFactory.create("q"));
    assertThat(read(purchase, format, "out/kind=buy").collectAsList())
        .containsExactly(RowFactory.create(7L, "card"));
    assertThat(dataFiles()).hasSize(2);
    List<Row> other = List.of(good("other", null, null), tally("f", 1));
    assertThatThrownBy(() -> publish(output, "v", Rows.dataset(spark, schema, 1, other)))
        .hasStackTraceContaining("a row of the kind 'other', of which there is no column");
  }

  private Dataset<Row> read(StructType schema, Format format, String name) {
    return spark
        .read()
        .schema(schema)
        .format(format.toString())
        .option("header", true)
        .load(disk.path(name));
  }

  @Test
  void onlyWhereAPartitionMayHaveSeveralFilesAreTheySized() {
    StructType schema = rows(1, List.of()).schema();
    Output several = output(Format.CSV, "name");
    UnitWrite write = new UnitWrite(spec(several, "u"), schema);
    assertThat(write.distributionStrictlyRequired()).isFalse();
    assertThat(write.advisoryPartitionSizeInBytes()).isEqualTo(128 * 1024 * 1024);

    Layout one = new Layout("", List.of("name"), List.of(), "all");
    UnitWrite fixed = new UnitWrite(spec(several.laidOut(one), "u"), schema);
    assertThat(fixed.distributionStrictlyRequired()).isTrue();
    assertThat(fixed.advisoryPartitionSizeInBytes()).isZero();
    assertThat(new UnitWrite(spec(output(Format.CSV), "u"), schema).advisoryPartitionSizeInBytes())
        .isZero();
  }

  @Test
  void anEmptyTextAndAMissingOneShareADirectoryWithoutLoss() throws IOException {
    List<Row> rows =
        List.of(
            good(1L, ""),
            good(2L, null),
            good(3L, ""),
            good(4L, null),
            good(5L, "x"),
            tally("f", 5));

    LedgerEntry entry = publish(output(Format.PARQUET, "name"), "u", rows(2, rows));

    assertThat(entry.counts().written()).isEqualTo(5);
    assertThat(dataFiles()).allMatch(f -> f.contains("__HIVE_DEFAULT_") || f.contains("name=x/"));
    assertThat(spark.read().schema(ITEM).parquet(disk.path("out")).where("name IS NULL").count())
        .isEqualTo(4);
  }

  @Test
  void rowsOutOfOrderAreWrittenWhole() throws IOException {
    // Spark orders them; the writer does not depend on it.
    Output output = output(Format.CSV, "name");
    StructType schema = rows(1, List.of()).schema();
    RoutingWriter.Factory factory =
        new RoutingWriter.Factory(
            spec(output, "u").heldBy("holder"),
            schema,
            new Partitioner(ITEM, output.layout(), "2026-11-27"),
            List.of(
                new CsvWriter.Factory(
                    new StructType().add("id", DataTypes.LongType),
                    new org.apache.spark.util.SerializableConfiguration(disk.hadoop()))),
            null,
            new org.apache.spark.util.SerializableConfiguration(disk.hadoop()),
            null,
            "2026-11-27T10:00:00Z");
    List<Row> rows =
        List.of(good(1L, "a"), good(2L, "b"), good(3L, "a"), good(4L, "a"), good(5L, "b"));

    TaskReport report;
    try (org.apache.spark.sql.connector.write.DataWriter<org.apache.spark.sql.catalyst.InternalRow>
        writer = factory.createWriter(3, 17)) {
      for (org.apache.spark.sql.catalyst.InternalRow row : internal(rows(1, rows))) {
        writer.write(row);
      }
      report = (TaskReport) writer.commit();
    }

    assertThat(report.rows()).isEqualTo(5);
    assertThat(report.files())
        .extracting(file -> disk.name(file.path()))
        .containsExactly(
            "out/name=a/u-00003.csv",
            "out/name=b/u-00003.csv",
            "out/name=a/u-00003-1.csv",
            "out/name=b/u-00003-1.csv");
    assertThat(disk.text("out/_staging/holder/u/3-17/name=a/u-00003-1.csv"))
        .isEqualTo("id\n3\n4\n");
  }

  private static List<org.apache.spark.sql.catalyst.InternalRow> internal(Dataset<Row> rows) {
    return List.of(
        ((org.apache.spark.sql.classic.Dataset<Row>) rows)
            .queryExecution()
            .executedPlan()
            .executeCollect());
  }

  @Test
  void otherReadersSeeDataAndNothingElse() throws IOException {
    publish(output(Format.PARQUET, "name"), "u", rows(2, ROWS));

    Dataset<Row> read = spark.read().parquet(disk.path("out"));
    assertThat(read.columns()).containsExactly("id", "name");
    assertThat(read.inputFiles()).hasSize(4).noneMatch(file -> file.contains("/_"));
    assertThat(disk.files())
        .allMatch(name -> name.matches(".*/(u-\\d{5}(\\.snappy)?\\.(parquet|jsonl)|u\\.json)"))
        .noneMatch(name -> name.contains("/.") || name.contains("_temporary"));
  }
}
