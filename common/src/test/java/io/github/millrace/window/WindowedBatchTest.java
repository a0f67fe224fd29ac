package io.github.millrace.window;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.JobException;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Keys, sums and maxima of every type, from the rows of tasks to windows that close. */
@ExtendWith(SparkExtension.class)
class WindowedBatchTest {
  private static final TumblingWindows MINUTES =
      new TumblingWindows(TimeSpan.parse("1 minute"), TimeSpan.parse("10 seconds"));
  private static final long MINUTE = 60_000_000;
  private static final LedgerEntry.ContractVersion CONTRACT =
      new LedgerEntry.ContractVersion("orders", "1.0.0");

  private static final WindowColumns COLUMNS =
      new WindowColumns(
          new StructType()
              .add("country", DataTypes.StringType)
              .add("day", DataTypes.DateType)
              .add("shop", DataTypes.IntegerType),
          new StructType().add("orders", DataTypes.LongType).add("amount", WindowColumns.DECIMAL),
          new StructType().add("last", DataTypes.TimestampType));

  private final Configuration hadoop = new Configuration();
  private final List<WindowTotal> closed = new ArrayList<>();
  private SparkSession spark;
  @TempDir private Path dir;
  private WindowStore store;
  private WindowedBatch batches;

  @BeforeEach
  void setUp(SparkSession shared) {
    spark = shared;
    store = new WindowStore(dir.resolve("checkpoint").toUri().toString(), COLUMNS, hadoop);
    batches = new WindowedBatch(store, MINUTES, (unit, totals) -> closed.addAll(totals.all()));
  }

  @Test
  void aBatchClosesWhatItsRecordsPass() throws IOException {
    publish(
        0,
        "(1000000, 'DE', DATE'2026-01-02', 7, 1.5)",
        "(2000000, 'DE', DATE'2026-01-02', 7, 2.25)",
        "(3000000, 'FR', DATE'2026-01-02', 7, 0.000000000000000001)",
        "(61000000, 'DE', DATE'2026-01-02', 7, 9)");
    assertThat(closed).isEmpty();
    OpenWindows open = store.latest().orElseThrow();
    assertThat(open.watermark()).isEqualTo(51_000_000);
    assertThat(open.totals().all())
        .containsExactly(
            total(0, "DE", 2, "3.750000000000000000", 2_000_000),
            total(0, "FR", 1, "0.000000000000000001", 3_000_000),
            total(MINUTE, "DE", 1, "9.000000000000000000", 61_000_000));

    publish(1, "(71000000, 'DE', DATE'2026-01-02', 7, 1)");
    assertThat(closed).extracting(WindowTotal::start).containsExactly(0L, 0L);
    assertThat(batches.before(2).totals().all())
        .containsExactly(total(MINUTE, "DE", 2, "10.000000000000000000", 71_000_000));

    closed.clear();
    flush(1);
    assertThat(closed).hasSize(1);
    assertThat(store.latest().orElseThrow())
        .isEqualTo(new OpenWindows(1, 1, 2 * MINUTE, WindowTotals.NONE));
  }

  @Test
  void windowsThatAreGoneAreNamed() throws IOException {
    publish(0, "(1000000, 'DE', DATE'2026-01-02', 7, 1.5)");
    Files.delete(dir.resolve("checkpoint/windows/00000000-0.json"));
    assertThatThrownBy(() -> batches.before(1))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("lacks the windows that batch 0 left open");
  }

  private void publish(long batch, String... rows) throws IOException {
    try (Publisher publisher = Publisher.open(output(), Role.STREAM, hadoop)) {
      LedgerEntry entry =
          publisher.publish(
              rows(rows),
              spec("u-" + batch, batch),
              unit -> {
                unit.read(new LedgerEntry.Source("orders", unit.seen()));
                batches.complete(unit, batch, batches.before(batch), partial -> {});
              });
      assertThat(entry.counts()).isEqualTo(new Counts(rows.length, rows.length, 0, 0, 0));
    }
  }

  private void flush(long batch) throws IOException {
    try (Publisher publisher = Publisher.open(output(), Role.STREAM, hadoop)) {
      publisher.publish(
          null, spec("flush", batch), unit -> batches.flush(unit, store.latest().orElseThrow()));
    }
  }

  private Output output() {
    return new Output(
        List.of(new Output.Destination("out", dir.resolve("out").toUri().toString())),
        Format.JSON,
        List.of(),
        null,
        null);
  }

  private UnitSpec spec(String unit, long batch) {
    return new UnitSpec(
        output(), "orders", unit, "c", batch, CONTRACT, false, null, COLUMNS.aggregation());
  }

  private Dataset<Row> rows(String... values) {
    return spark
        .sql(
            "SELECT * FROM VALUES "
                + String.join(", ", values)
                + " AS v(time, country, day, shop, amount)")
        .repartition(2)
        .select(
            struct(
                    MINUTES.startOf(col("time").cast("bigint")).cast("bigint").as("micros"),
                    col("country"),
                    col("day"),
                    col("shop"),
                    lit(1L).as("orders"),
                    col("amount").cast(WindowColumns.DECIMAL).as("amount"),
                    col("time").cast("bigint").as("time"))
                .as("v"))
        .selectExpr(
            "named_struct('start', timestamp_micros(v.micros), 'country', v.country, 'day', v.day,"
                + " 'shop', v.shop, 'orders', v.orders, 'amount', v.amount, 'last',"
                + " timestamp_micros(v.time), 'time', v.time) AS good")
        .select(
            col(SinkColumns.GOOD),
            lit(null).cast(SinkColumns.BAD_RECORD).as(SinkColumns.BAD),
            lit(true).as(SinkColumns.FIRST),
            lit(null).cast(SinkColumns.COUNTS).as(SinkColumns.COUNTED),
            lit(null).cast(SinkColumns.TALLY_RECORD).as(SinkColumns.TALLY));
  }

  private static WindowTotal total(
      long start, String country, long orders, String amount, long last) {
    return new WindowTotal(
        start,
        List.of(country, LocalDate.of(2026, 1, 2).toEpochDay(), 7L),
        List.of(orders, new BigDecimal(amount)),
        List.of(last));
  }
}
