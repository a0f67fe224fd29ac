package io.github.millrace.source.file;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unbase64;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.record.SinkColumns;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** What stands in files of the quarantine, as a dataset. */
public final class Quarantine {
  private Quarantine() {}

  /** The lines of files: {@link SinkColumns#QUARANTINED}. */
  public static Dataset<Row> read(SparkSession session, List<Path> files) {
    return session
        .read()
        .schema(SinkColumns.QUARANTINED)
        // A record may be longer than Spark lets a text be, and would come out as one without any.
        .option("maxStringLen", Integer.MAX_VALUE)
        .json(files.stream().map(Path::toString).toArray(String[]::new));
  }

  /** The bytes of a line's record (BINARY); null where its place alone is kept. */
  public static Column raw() {
    return when(col("encoding").equalTo(SinkColumns.BASE64), unbase64(col("raw")))
        .otherwise(col("raw").cast(DataTypes.BinaryType));
  }
}
