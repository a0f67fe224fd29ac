package io.github.millrace.viewlog.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_date;

import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import io.github.millrace.window.WindowColumns;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Parts of reports, put down once by the day (UTC) of their window in a directory of the
 * checkpoint, so that all of a month need not be read for each of its days.
 */
record PartsByDay(Dataset<Row> parts, Path directory, FileSystem fs) implements AutoCloseable {
  private static final String DAY = "day";

  /** Writes them. What an earlier run has left, which is dead by now, is removed. */
  static PartsByDay write(Dataset<Row> parts, ReportPlan plan) throws IOException {
    Path all = new Path(plan.config().stream().checkpoint().path(), "recomputed");
    FileSystem fs = Storage.of(all, plan.hadoop());
    fs.delete(all, true);
    Path directory = new Path(all, UUID.randomUUID().toString());
    parts
        .withColumn(DAY, to_date(col(SinkColumns.GOOD + "." + WindowColumns.START)))
        .write()
        .partitionBy(DAY)
        .parquet(directory.toString());
    return new PartsByDay(parts, directory, fs);
  }

  /** The days that have any. */
  Set<LocalDate> days() throws IOException {
    Set<LocalDate> days = new HashSet<>();
    for (FileStatus child : fs.listStatus(directory)) {
      String name = child.getPath().getName();
      if (name.startsWith(DAY + "=")) {
        days.add(LocalDate.parse(name.substring(DAY.length() + 1)));
      }
    }
    return days;
  }

  /** Those of a day. */
  Dataset<Row> of(LocalDate day) throws IOException {
    Path files = new Path(directory, DAY + "=" + day);
    return fs.exists(files)
        ? parts.sparkSession().read().schema(schema()).parquet(files.toString())
        : none();
  }

  /** Those of a day without any. */
  Dataset<Row> none() {
    return parts.sparkSession().createDataFrame(List.of(), schema());
  }

  private StructType schema() {
    return parts.schema().asNullable();
  }

  @Override
  public void close() throws IOException {
    fs.delete(directory.getParent(), true);
  }
}
