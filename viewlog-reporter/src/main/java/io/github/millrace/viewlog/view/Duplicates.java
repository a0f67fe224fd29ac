package io.github.millrace.viewlog.view;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.WindowColumns;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
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
 * checkpoint, {@code known-ids/<batch>/}; they become visible with the batch's unit.
 */
public final class Duplicates {
  private static final int KEPT_BATCHES = 3;
  private static final String DIRECTORY = "known-ids";

  /** Of earlier versions. */
  private static final String FORMER = "ids";

  private static final String ID = "id";
  private static final String FIRST = "firstPlace";

  /** Before every offset: the first message was in an earlier batch. */
  private static final int EARLIER = -1;

  private Duplicates() {}

  /**
   * A batch without its duplicates.
   *
   * @param parts in which a duplicate is neither good nor bad
   * @param known the directory of the ids that are known now, to be moved to {@code place} with the
   *     batch's unit
   */
  public record Batch(Dataset<Row> parts, Path known, Path place) {}

  /**
   * Tells the messages of a batch whose view was counted already, by it or by one before.
   *
   * @param parts as {@link Views#parts} makes them for a job that deduplicates
   * @param open what the batch before has left
   */
  public static Batch batch(
      Dataset<Row> parts, long batch, OpenWindows open, ReportConfig config, Configuration hadoop)
      throws IOException {
    SparkSession session = parts.sparkSession();
    Dataset<Row> ids = ids(parts);
    if (batch > 0) {
      long closed = open.watermark() - config.window().micros();
      ids =
          session
              .read()
              .parquet(knownBefore(batch, config.stream().checkpoint().path(), hadoop).toString())
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
    Path place = path(config.stream().checkpoint().path(), batch);
    // Of this attempt alone: a run that was paused may go on with its own.
    Path known =
        new Path(place.getParent(), "%d-%s".formatted(batch, UUID.randomUUID().toString()));
    first(ids).write().parquet(known.toString());
    forgetBefore(batch - KEPT_BATCHES, config.stream().checkpoint().path(), hadoop);
    return new Batch(marked(parts, session.read().parquet(known.toString())), known, place);
  }

  /** The same for all messages there are at once. */
  public static Dataset<Row> marked(Dataset<Row> parts) {
    return marked(parts, first(ids(parts)));
  }

  private static Dataset<Row> ids(Dataset<Row> parts) {
    Column place =
        struct(
            col(SinkColumns.GOOD + ".partition"),
            col(SinkColumns.GOOD + ".offset"),
            unix_micros(col(SinkColumns.GOOD + "." + WindowColumns.START)).as("window"));
    return parts
        .where(col(SinkColumns.GOOD).isNotNull())
        .select(col(SinkColumns.GOOD + ".id").as(ID), place.as(FIRST));
  }

  private static Dataset<Row> first(Dataset<Row> ids) {
    return ids.groupBy(ID).agg(min(FIRST).as(FIRST));
  }

  private static Dataset<Row> marked(Dataset<Row> parts, Dataset<Row> first) {
    Column isFirst =
        col(SinkColumns.GOOD + ".partition")
            .equalTo(col(FIRST + ".partition"))
            .and(col(SinkColumns.GOOD + ".offset").equalTo(col(FIRST + ".offset")));
    return parts
        .join(first, col(SinkColumns.GOOD + ".id").equalTo(col(ID)), "left")
        .withColumn(SinkColumns.GOOD, when(isFirst, col(SinkColumns.GOOD)))
        .drop(ID, FIRST);
  }

  private static Path path(String checkpoint, long batch) {
    return new Path(new Path(checkpoint, DIRECTORY), Long.toString(batch));
  }

  private static Path knownBefore(long batch, String checkpoint, Configuration hadoop)
      throws IOException {
    Path path = path(checkpoint, batch - 1);
    return Storage.of(path, hadoop).exists(path)
        ? path
        : new Path(new Path(checkpoint, FORMER), Long.toString(batch - 1));
  }

  private static void forgetBefore(long batch, String checkpoint, Configuration hadoop)
      throws IOException {
    for (String name : List.of(DIRECTORY, FORMER)) {
      Path directory = new Path(checkpoint, name);
      FileSystem fs = Storage.of(directory, hadoop);
      if (!fs.exists(directory)) {
        continue;
      }
      for (FileStatus status : fs.listStatus(directory)) {
        if (batch(status.getPath()) < batch) {
          fs.delete(status.getPath(), true);
        }
      }
      if (name.equals(FORMER) && fs.listStatus(directory).length == 0) {
        fs.delete(directory, false);
      }
    }
  }

  /** The batch of known ids, or of an attempt at them. */
  private static long batch(Path path) {
    return Long.parseLong(path.getName().split("-", 2)[0]);
  }
}
