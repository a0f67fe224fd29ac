package io.github.millrace.publish;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private final List<String> columns;
  private final List<Expression> values = new ArrayList<>();
  private final List<Expression> data = new ArrayList<>();
  private final StructType dataSchema;
  private transient UnsafeProjection projection;

  Partitioner(StructType good, List<String> columns) {
    this.columns = columns;
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

  /** The row's directory, relative to a destination; empty if the output is not partitioned. */
  String directory(InternalRow good) {
    if (columns.isEmpty()) {
      return "";
    }
    String[] parts = new String[columns.size()];
    for (int i = 0; i < parts.length; i++) {
      Object value = values.get(i).eval(good);
      parts[i] =
          ExternalCatalogUtils.getPartitionPathString(
              columns.get(i), value == null ? null : value.toString());
    }
    return String.join("/", Arrays.asList(parts));
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
