package io.github.millrace.stream;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.github.millrace.config.StreamTrigger;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Runs {@link Readings} by interval, a file a batch, in a process of its own. A batch waits in its
 * middle for a file to appear; and the process tells by files how far it is.
 */
final class SlowReadingsMain {
  static final String IN_BATCH = "in-batch";
  static final String ENDING = "ending";
  static final String GO = "go";
  static final String TOLD = "told";

  private SlowReadingsMain() {}

  public static void main(String[] args) throws IOException {
    Path dir = Path.of(args[0]);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> mark(dir.resolve(ENDING))));
    SparkSession session = SparkSession.builder().master("local[2]").getOrCreate();
    Readings job = new Readings(session, dir);
    job.trigger = StreamTrigger.parse("10 milliseconds");
    job.maxFilesPerBatch = 1;
    String here = args[0];
    UDF1<Boolean, Boolean> gate =
        first -> {
          mark(Path.of(here, IN_BATCH));
          Await.until("the gate", Duration.ofSeconds(60), () -> Files.exists(Path.of(here, GO)));
          return first;
        };
    job.transform =
        rows ->
            rows.withColumn(
                SinkColumns.FIRST,
                udf(gate, DataTypes.BooleanType)
                    .asNonNullable()
                    .asNondeterministic()
                    .apply(col(SinkColumns.FIRST)));
    SparkSession ours = job.session();
    Readings.run(ours, line -> tell(dir.resolve(TOLD), line), List.of(job.query(ours)));
  }

  private static void mark(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(Path file, String line) {
    try {
      Files.writeString(
          file,
          line + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
