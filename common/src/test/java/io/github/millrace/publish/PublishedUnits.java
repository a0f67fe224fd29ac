package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.bad;
import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.goodWithCounts;
import static io.github.millrace.publish.Rows.more;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;

import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Units of a few rows, published to a disk of the test's own. */
@ExtendWith(SparkExtension.class)
abstract class PublishedUnits {
  static final StructType ITEM =
      new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);

  /** Five records of two files: three good ones, of which one has two rows, and two bad ones. */
  static final List<Row> ROWS =
      List.of(
          good(1L, "one"),
          goodWithCounts(2, 0, 2L, "two, \"2\""),
          more(2L, "zwei"),
          bad("{\"id\":}", "in/a.json", 40, "syntax: no value", "type: more"),
          tally("in/a.json", 3),
          goodWithCounts(1, 2, 3L, null),
          bad("{}", "in/b.json", 0, "missing id"),
          tally("in/b.json", 2));

  @TempDir Path dir;

  SparkSession spark;
  Disk disk;
  private SparkSession shared;

  @BeforeEach
  void openSession(SparkSession session) {
    shared = session;
    spark = session.newSession();
    SparkSession.setActiveSession(spark);
  }

  @AfterEach
  void leaveSession() {
    SparkSession.setActiveSession(shared);
  }

  Output output(Format format, String... partitionBy) {
    return new Output(
        List.of(new Output.Destination("out", disk.path("out"))),
        format,
        List.of(partitionBy),
        null,
        null);
  }

  LedgerEntry publish(Output output, String unit, Dataset<Row> rows) throws IOException {
    return Rows.publish(rows, spec(output, unit), disk.hadoop());
  }

  Dataset<Row> rows(int partitions, List<Row> rows) {
    return Rows.dataset(spark, ITEM, partitions, rows);
  }

  List<String> files(String prefix) throws IOException {
    return disk.files().stream().filter(file -> file.startsWith(prefix)).toList();
  }

  List<String> dataFiles() throws IOException {
    return files("out/").stream().filter(file -> !file.startsWith("out/_")).toList();
  }

  boolean exists(String path) {
    try {
      return disk.exists(disk.name(path));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
