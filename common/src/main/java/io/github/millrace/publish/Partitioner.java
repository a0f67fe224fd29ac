package io.github.millrace.publish;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Splits an output row into its directory ({@code column=value/...}, as Hive and Spark name it) and
 * its data.
 */
final class Partitioner implements Serializable {
  private final String root;
  private final List<String> columns;
  private final List<Expression> values = new ArrayList<>();
  private final List<Expression> data = new ArrayList<>();
  private final StructType dataSchema;
  private transient UnsafeProjection projection;

  /**
   * Prepares the splitting.
   *
   * @param day on which the rows are written, such as {@code 2026-11-27}
   */
  Partitioner(StructType good, Layout layout, String day) {
    root = layout.directory(day);
    columns = layout.partitionBy();
    for (String column : columns) {
      int i = good.fieldIndex(column);
      values.add(
          new Cast(
              new BoundReference(i, good.apply(i).dataType(), true),
              DataTypes.StringType,
              Option.apply("UTC"),
              EvalMode.LEGACY()));
    }
    List<StructField> kept = new ArrayList<>();
    for (int i = 0; i < good.size(); i++) {
      if (!columns.contains(good.apply(i).name())) {
        kept.add(good.apply(i));
        data.add(new BoundReference(i, good.apply(i).dataType(), true));
      }
    }
    dataSchema = new StructType(kept.toArray(StructField[]::new));
  }

  /** The columns that stand in the files. */
  StructType dataSchema() {
    return dataSchema;
  }

  /** The row's directory, relative to a destination; empty if it is the destination itself. */
  String directory(InternalRow good) {
    if (columns.isEmpty()) {
      return root;
    }
    StringJoiner directory = new StringJoiner("/", root.isEmpty() ? "" : root + "/", "");
    for (int i = 0; i < columns.size(); i++) {
      Object value = values.get(i).eval(good);
      directory.add(
          ExternalCatalogUtils.getPartitionPathString(
              columns.get(i), value == null ? null : value.toString()));
    }
    return directory.toString();
  }

  /** The row's data, valid until the next call. */
  InternalRow data(InternalRow good) {
    if (columns.isEmpty()) {
      return good;
    }
    if (projection == null) {
      projection = UnsafeProjection.create(CollectionConverters.asScala(data).toSeq());
    }
    return projection.apply(good);
  }
}
