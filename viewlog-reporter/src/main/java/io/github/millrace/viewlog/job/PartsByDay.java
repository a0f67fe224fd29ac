package io.github.millrace.viewlog.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_date;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import io.github.millrace.window.WindowColumns;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Parts of reports, put down once by the day (UTC) of their window in a directory of the
 * checkpoint, so that all of a month need not be read for each of its days.
 *
 * @param days that have any
 */
record PartsByDay(Dataset<Row> parts, Path directory, Set<LocalDate> days, FileSystem fs)
    implements AutoCloseable {
  private static final String DAY = "day";

  /** Writes them. What an earlier run has left, which is dead by now, is removed. */
  static PartsByDay write(Dataset<Row> parts, Path checkpoint, Configuration hadoop)
      throws IOException {
    Path all = new Path(checkpoint, "recomputed");
    FileSystem fs = Storage.of(all, hadoop);
    fs.delete(all, true);
    Path directory = new Path(all, UUID.randomUUID().toString());
    parts
        .withColumn(DAY, to_date(col(SinkColumns.GOOD + "." + WindowColumns.START)))
        .write()
        .partitionBy(DAY)
        .parquet(directory.toString());
    return new PartsByDay(parts, directory, days(directory, fs), fs);
  }

  private static Set<LocalDate> days(Path directory, FileSystem fs) throws IOException {
    Set<LocalDate> days = new HashSet<>();
    for (FileStatus child : fs.listStatus(directory)) {
      String name = child.getPath().getName();
      if (name.startsWith(DAY + "=")) {
        days.add(LocalDate.parse(name.substring(DAY.length() + 1)));
      }
    }
    return days;
  }

  /**
   * Those of a day.
   *
   * @throws JobException if another run has removed them, for then this one is taken for dead
   */
  Dataset<Row> of(LocalDate day) throws IOException {
    if (!days.contains(day)) {
      return none();
    }
    Path files = new Path(directory, DAY + "=" + day);
    if (!fs.exists(files)) {
      throw new JobException(
          ExitCode.FAILED,
          "%s is gone, as another recompute has begun; start again when that has ended"
              .formatted(files));
    }
    return parts.sparkSession().read().schema(schema()).parquet(files.toString());
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
    fs.delete(directory, true);
    Storage.removeIfEmpty(directory.getParent(), fs);
  }
}
