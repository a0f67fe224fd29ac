package io.github.millrace.publish;

import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.record.SinkColumns;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows for the sink, and what it is told with them. */
final class Rows {
  static final LedgerEntry.ContractVersion CONTRACT =
      new LedgerEntry.ContractVersion("urn:order", "1.2.0");

  private Rows() {}

  /** A record's first row. */
  static Row good(Object... values) {
    return RowFactory.create(RowFactory.create(values), null, true, null, null);
  }

  /** A further row of the record before it. */
  static Row more(Object... values) {
    return RowFactory.create(RowFactory.create(values), null, false, null, null);
  }

  /** A record with fields that its contract does not know, and values that were rounded. */
  static Row goodWithCounts(int unknownFields, int rounded, Object... values) {
    return RowFactory.create(
        RowFactory.create(values), null, true, RowFactory.create(unknownFields, rounded), null);
  }

  static Row bad(String raw, String file, long offset, String... reasons) {
    Row source = RowFactory.create(file, null, null, offset, null, null, null, null);
    return bad(RowFactory.create(raw, "utf-8", reasons, source));
  }

  static Row bad(Row bad) {
    return RowFactory.create(null, bad, true, null, null);
  }

  /** A record that was left out as a duplicate. */
  static Row dropped() {
    return RowFactory.create(null, null, true, null, null);
  }

  static Row tally(String file, long records) {
    return RowFactory.create(null, null, false, null, RowFactory.create(file, records, 0L, 0L));
  }

  /** The rows in the order given, split evenly over the partitions. */
  static Dataset<Row> dataset(SparkSession spark, StructType good, int partitions, List<Row> rows) {
    StructType schema =
        new StructType()
            .add(SinkColumns.GOOD, good)
            .add(SinkColumns.BAD, SinkColumns.BAD_RECORD)
            .add(SinkColumns.FIRST, DataTypes.BooleanType)
            .add(SinkColumns.COUNTED, SinkColumns.COUNTS)
            .add(SinkColumns.TALLY, SinkColumns.TALLY_RECORD);
    org.apache.spark.sql.classic.SparkSession session =
        (org.apache.spark.sql.classic.SparkSession) spark;
    org.apache.spark.api.java.JavaSparkContext context =
        org.apache.spark.api.java.JavaSparkContext.fromSparkContext(spark.sparkContext());
    return session.createDataFrame(context.parallelize(rows, partitions), schema);
  }

  static UnitSpec spec(Output output, String unit) {
    return spec(output, unit, "cp1", false);
  }

  static UnitSpec spec(Output output, String unit, String checkpoint, boolean deduplicates) {
    return new UnitSpec(output, "flatten", unit, checkpoint, 7, CONTRACT, deduplicates, null, null);
  }

  /** Publishes as a process of its own does. */
  static LedgerEntry publish(Dataset<Row> rows, UnitSpec spec, Configuration hadoop)
      throws IOException {
    return publish(rows, spec, Unit.Completion.NONE, hadoop);
  }

  static LedgerEntry publish(
      Dataset<Row> rows, UnitSpec spec, Unit.Completion completion, Configuration hadoop)
      throws IOException {
    try (Publisher publisher = Publisher.open(spec.output(), Role.STREAM, hadoop)) {
      return publisher.publish(rows, spec, completion);
    }
  }

  /** Completes what was begun, as the start of a process does. */
  static List<LedgerEntry> recover(Output output, Configuration hadoop) throws IOException {
    try (Publisher publisher = Publisher.open(output, Role.STREAM, hadoop)) {
      return publisher.recovered();
    }
  }
}
