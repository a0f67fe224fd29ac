package io.github.millrace.viewlog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_micros;

import io.github.millrace.Storage;
import io.github.millrace.publish.SinkColumns;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Which messages are the first of their {@code view_id}. An id is known as long as its window is
 * open, for a view of a closed window is late anyway. The ids known after a batch lie in the
 * checkpoint, {@code ids/<batch>/}, and are written before the batch is published: a batch that is
 * done again writes the same.
 */
final class Duplicates {
  private static final int KEPT_BATCHES = 3;
  private static final String ID = "id";
  private static final String FIRST = "firstPlace";

  /** Before every offset: the first message was in an earlier batch. */
  private static final int EARLIER = -1;

  private Duplicates() {}

  /**
   * Leaves out the messages of a batch whose view was counted already, by it or by one before.
   *
   * @param parts as {@link Views#parts} makes them for a job that deduplicates
   * @param open what the batch before has left
   */
  static Dataset<Row> leftOut(
      Dataset<Row> parts, long batch, OpenWindows open, ReportConfig config, Configuration hadoop)
      throws IOException {
    SparkSession session = parts.sparkSession();
    Dataset<Row> ids = ids(parts);
    if (batch > 0) {
      long closed = open.watermark() - config.window().micros();
      ids =
          session
              .read()
              .parquet(path(config.checkpoint(), batch - 1).toString())
              .where(col(FIRST + ".window").gt(closed))
              .select(
                  col(ID),
                  struct(
                          lit(EARLIER).as("partition"),
                          lit((long) EARLIER).as("offset"),
                          col(FIRST + ".window"))
                      .as(FIRST))
              .unionByName(ids);
    }
    Path path = path(config.checkpoint(), batch);
    first(ids).write().mode("overwrite").parquet(path.toString());
    forgetBefore(batch - KEPT_BATCHES, config.checkpoint(), hadoop);
    return without(parts, session.read().parquet(path.toString()));
  }

  /** The same for all messages there are at once. */
  static Dataset<Row> leftOut(Dataset<Row> parts) {
    return without(parts, first(ids(parts)));
  }

  private static Dataset<Row> ids(Dataset<Row> parts) {
    Column place =
        struct(
            col(SinkColumns.GOOD + ".partition"),
            col(SinkColumns.GOOD + ".offset"),
            unix_micros(col(SinkColumns.GOOD + ".window")).as("window"));
    return parts
        .where(col(SinkColumns.GOOD).isNotNull())
        .select(col(SinkColumns.GOOD + ".id").as(ID), place.as(FIRST));
  }

  private static Dataset<Row> first(Dataset<Row> ids) {
    return ids.groupBy(ID).agg(min(FIRST).as(FIRST));
  }

  private static Dataset<Row> without(Dataset<Row> parts, Dataset<Row> first) {
    Column isFirst =
        col(SinkColumns.GOOD + ".partition")
            .equalTo(col(FIRST + ".partition"))
            .and(col(SinkColumns.GOOD + ".offset").equalTo(col(FIRST + ".offset")));
    return parts
        .join(first, col(SinkColumns.GOOD + ".id").equalTo(col(ID)), "left")
        .where(col(SinkColumns.GOOD).isNull().or(isFirst))
        .drop(ID, FIRST);
  }

  private static Path path(String checkpoint, long batch) {
    return new Path(new Path(checkpoint, "ids"), Long.toString(batch));
  }

  private static void forgetBefore(long batch, String checkpoint, Configuration hadoop)
      throws IOException {
    Path directory = new Path(checkpoint, "ids");
    FileSystem fs = Storage.of(directory, hadoop);
    for (FileStatus status : fs.listStatus(directory)) {
      if (Long.parseLong(status.getPath().getName()) < batch) {
        fs.delete(status.getPath(), true);
      }
    }
  }
}
