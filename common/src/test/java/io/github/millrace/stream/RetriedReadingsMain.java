package io.github.millrace.stream;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.github.millrace.record.SinkColumns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * Runs {@link Readings} without duplicates, in a process of its own, where a task may be tried
 * twice. The first attempt fails behind the state, at the reading with the id {@value #LAST}.
 */
final class RetriedReadingsMain {
  static final long LAST = 9;

  private RetriedReadingsMain() {}

  public static void main(String[] args) throws IOException {
    SparkSession session = SparkSession.builder().master("local[2,2]").getOrCreate();
    Readings job = new Readings(session, Path.of(args[0]));
    job.deduplicate = true;
    UDF2<Boolean, Long, Boolean> once =
        (first, id) -> {
          if (id != null && id == LAST && TaskContext.get().attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt");
          }
          return first;
        };
    job.transform =
        rows ->
            rows.withColumn(
                SinkColumns.FIRST,
                udf(once, DataTypes.BooleanType)
                    .asNonNullable()
                    .asNondeterministic()
                    .apply(col(SinkColumns.FIRST), col(SinkColumns.GOOD + ".Id")));
    SparkSession ours = job.session();
    Readings.run(ours, System.out::println, List.of(job.query(ours)));
  }
}
