package io.github.millrace.stream;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.contract.Validation;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Drops records of a stream that have the key of an earlier one. */
public final class Deduplication {
  static final String KEY = "key";
  static final String NO_KEY = "noKey";

  private Deduplication() {}

  /**
   * Keeps the first of the good records with one key, over the whole life of the checkpoint. Bad
   * records, tallies, and good records without a part of the key pass, and leave nothing in the
   * state. How many it drops, the sink reads off Spark's operator.
   *
   * @param judged as from {@link Validation#validate}
   * @param key columns of the record that identify it
   */
  public static Dataset<Row> firstOfEachKey(Dataset<Row> judged, List<String> key) {
    KeyedDeduplication.register(judged.sparkSession());
    Column[] parts = key.stream().map(c -> col(Validation.RECORD + "." + c)).toArray(Column[]::new);
    Column hasKey = Arrays.stream(parts).map(Column::isNotNull).reduce(lit(true), Column::and);
    return judged
        .withColumn(KEY, when(hasKey, struct(parts)))
        // Never equal to another: what has no key is not for this step to drop.
        .withColumn(NO_KEY, when(not(hasKey), expr("uuid()")))
        .dropDuplicates(KEY, NO_KEY)
        .drop(KEY, NO_KEY);
  }
}
