package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.bad;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A unit that the driver completes: aggregated rows, rows and files of its own. */
@ExtendWith(SparkExtension.class)
class UnitTest {
  private static final StructType FOLDED =
      new StructType()
          .add("key", DataTypes.IntegerType)
          .add("amount", DataTypes.LongType)
          .add("time", DataTypes.LongType);

  private static final StructType OUT =
      new StructType().add("day", DataTypes.StringType).add("amount", DataTypes.LongType);

  private static final Layout LAYOUT = new Layout("", List.of("day"), List.of(), "report");

  private static final PartialAggregation AGGREGATION =
      new PartialAggregation(List.of("key"), List.of("amount"), List.of("time"));

  @TempDir private Path dir;
  private final Configuration hadoop = new Configuration();
  private SparkSession spark;
  private Output output;

  @BeforeEach
  void prepare(SparkSession session) {
    spark = session;
    output = output(Format.CSV);
  }

  private Output output(Format format) {
    return new Output(
        List.of(new Output.Destination("out", dir.resolve("out").toString())),
        format,
        LAYOUT,
        null,
        null,
        null);
  }

  private UnitSpec folding(String unit) {
    UnitSpec plain = spec(output, unit);
    return new UnitSpec(
        output,
        plain.job(),
        unit,
        plain.checkpoint(),
        plain.batch(),
        plain.contract(),
        false,
        null,
        AGGREGATION);
  }

  private static InternalRow row(String day, long amount) {
    return new GenericInternalRow(new Object[] {UTF8String.fromString(day), amount});
  }

  private LedgerEntry publish(String unit, Unit.Completion completion) throws IOException {
    List<Row> rows =
        List.of(
            Rows.good(1, 10L, 5L),
            Rows.good(2, 7L, 9L),
            Rows.good(1, 20L, 3L),
            bad("{", "in", 0, "malformed: no end"),
            bad("{}", "in", 1, "late time: is past"),
            tally("in", 5));
    return Rows.publish(Rows.dataset(spark, FOLDED, 1, rows), folding(unit), completion, hadoop);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> dir.relativize(file).toString())
          .filter(name -> !name.endsWith("/_layout.json"))
          .sorted()
          .toList();
    }
  }

  @Test
  void goodRowsAreFoldedAndLateOnesCountedApart() throws IOException {
    List<PartialAggregate> partials = new ArrayList<>();
    LedgerEntry entry = publish("u", unit -> unit.partials(partials::add));

    assertThat(entry.counts()).isEqualTo(new Counts(5, 3, 1, 1, 0));
    partials.sort(Comparator.comparing(partial -> (Long) partial.keys().get(0)));
    assertThat(partials).hasSize(2);
    assertThat(partials.get(0).keys()).containsExactly(1L);
    assertThat(partials.get(0).sums()).containsExactly(30L);
    assertThat(partials.get(0).maxima()).containsExactly(5L);
    assertThat(partials.get(1).sums()).containsExactly(7L);
    assertThat(files())
        .containsExactly(
            "out/_ledger/" + Entries.today("u"),
            "out/_quarantine/" + Entries.day() + "/u-00000.jsonl");
  }

  @Test
  void whatTheDriverAddsBecomesVisibleWithTheUnit() throws IOException {
    org.apache.hadoop.fs.Path state =
        new org.apache.hadoop.fs.Path(dir.resolve("state/0.json").toString());
    LedgerEntry entry =
        publish(
            "u",
            unit -> {
              unit.write(LAYOUT, OUT, List.of(row("mon", 1), row("mon", 2), row("tue", 3)));
              unit.file(state, state.getParent(), new byte[] {'x'});
              assertThat(files()).noneMatch(file -> file.endsWith("0.json"));
            });

    assertThat(entry.rows()).isEqualTo(3);
    assertThat(files())
        .contains("out/day=mon/report.csv", "out/day=tue/report.csv", "state/0.json");
    assertThat(dir.resolve("out/day=mon/report.csv")).hasContent("amount\n1\n2\n");
  }

  @Test
  void aLaterUnitReplacesAPartitionsFileOnlyIfItSaysSo() throws IOException {
    publish("u", unit -> unit.write(LAYOUT, OUT, List.of(row("mon", 1), row("tue", 3))));
    assertThatThrownBy(() -> publish("w", unit -> unit.write(LAYOUT, OUT, List.of(row("mon", 9)))))
        .hasMessageContaining("exists though it was never published");
    Files.delete(dir.resolve("out/_ledger/prepared/w.json"));
    publish(
        "v",
        unit -> {
          unit.replace();
          unit.write(LAYOUT, OUT, List.of(row("mon", 9)));
          unit.clear(LAYOUT, OUT, List.of(row("tue", 0)));
        });

    assertThat(dir.resolve("out/day=mon/report.csv")).hasContent("amount\n9\n");
    assertThat(dir.resolve("out/day=tue/report.csv")).hasContent("amount\n");
  }

  @ParameterizedTest
  @EnumSource
  void aPartitionsFileIsReplacedWhateverTheCodecsOfTheSession(Format format) throws IOException {
    output = output(format);
    publish("u", unit -> unit.write(LAYOUT, OUT, List.of(row("mon", 1))));
    SparkSession other = spark.newSession();
    other.conf().set("spark.sql.parquet.compression.codec", "gzip");
    other.conf().set("mapreduce.output.fileoutputformat.compress", "true");
    SparkSession.setActiveSession(other);
    try {
      publish(
          "v",
          unit -> {
            unit.replace();
            unit.write(LAYOUT, OUT, List.of(row("mon", 9)));
          });
    } finally {
      SparkSession.setActiveSession(spark);
    }

    assertThat(files()).filteredOn(file -> file.startsWith("out/day=mon/")).hasSize(1);
  }

  /** With the lengths that the files had then. */
  @Test
  void aReaderThatHasListedFilesBeforeFindsTheNewRows() throws IOException {
    output = output(Format.PARQUET);
    SplittableRandom random = new SplittableRandom(7);
    publish("u0", unit -> unit.write(LAYOUT, OUT, rows(random, 1)));
    int[] sizes = {2, 1, 50, 90, 0, 40, 100, 400, 10, 900, 5_000, 1};
    for (int i = 0; i < sizes.length; i++) {
      int size = sizes[i];
      Dataset<Row> listed = spark.read().parquet(dir.resolve("out").toString());
      AtomicLong outgrown = new AtomicLong();
      publish(
          "u" + (i + 1),
          unit -> {
            unit.replace();
            if (size == 0) {
              unit.clear(LAYOUT, OUT, List.of(row("mon", 0)));
            } else {
              unit.write(LAYOUT, OUT, rows(random, size));
            }
            outgrown.set(unit.outgrown());
          });

      // What has grown too far is told instead.
      assertThat(outgrown.get() == 1 || listed.count() == size).as("to %d", size).isTrue();
      assertThat(outgrown.get()).isBetween(size == 5_000 ? 1L : 0L, size < 40 ? 0L : 1L);
      assertThat(spark.read().parquet(dir.resolve("out").toString()).count()).isEqualTo(size);
    }
  }

  private static List<InternalRow> rows(SplittableRandom random, int count) {
    return Stream.generate(() -> row("mon", random.nextLong())).limit(count).toList();
  }

  @Test
  void rowsMayBeFiledOtherwiseThanTheOutputs() throws IOException {
    Layout elsewhere = new Layout("_old/all", List.of(), List.of("day", "amount"), "report");
    org.apache.hadoop.fs.Path note =
        new org.apache.hadoop.fs.Path(dir.resolve("out/_old/note").toString());
    publish("u", unit -> unit.replaceFile(note, new byte[] {'x'}));
    LedgerEntry entry =
        publish(
            "v",
            unit -> {
              unit.replaceFile(note, new byte[] {'y'});
              unit.write(LAYOUT, OUT, List.of(row("mon", 1)));
              unit.write(elsewhere, OUT, List.of(row("mon", 1), row("tue", 2)));
            });

    assertThat(dir.resolve("out/_old/all/report.csv")).hasContent("day,amount\nmon,1\ntue,2\n");
    assertThat(dir.resolve("out/day=mon/report.csv")).hasContent("amount\n1\n");
    assertThat(dir.resolve("out/_old/note")).hasContent("y");
    // Who reads the note finds the files that it speaks of.
    assertThat(entry.moves().get(entry.moves().size() - 1).to()).endsWith("/note");
  }

  @Test
  void tasksOrderTheRowsOfAFile() throws IOException {
    Layout byDay = new Layout("", List.of("day"), List.of("amount"), "report");
    Rows.publish(
        Rows.dataset(
            spark,
            OUT,
            2,
            List.of(
                Rows.good("mon", 3L),
                Rows.good("mon", 1L),
                Rows.good("tue", 9L),
                Rows.good("mon", 2L),
                tally("in", 4))),
        spec(output, "u").written(byDay),
        hadoop);
    assertThat(dir.resolve("out/day=mon/report.csv")).hasContent("amount\n1\n2\n3\n");
  }

  @Test
  void aFailedCompletionLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                publish(
                    "u",
                    unit -> {
                      unit.write(LAYOUT, OUT, List.of(row("mon", 1)));
                      throw new IOException("no");
                    }))
        .hasMessage("no");
    assertThat(files()).isEmpty();
  }

  @Test
  void aUnitMayComeFromTheDriverAlone() throws IOException {
    LedgerEntry entry =
        Rows.publish(
            null,
            spec(output, "flush"),
            unit -> unit.write(LAYOUT, OUT, List.of(row("mon", 1))),
            hadoop);

    assertThat(entry.counts()).isEqualTo(Counts.NONE);
    assertThat(entry.rows()).isEqualTo(1);
    assertThat(files())
        .containsExactly("out/_ledger/" + Entries.today("flush"), "out/day=mon/report.csv");
  }
}
