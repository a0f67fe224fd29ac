package io.github.millrace.publish;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
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
  /** Directories are few; where they are not, each is made anew now and then. */
  private static final int MOST_KNOWN = 10_000;

  private final String root;
  private final List<String> columns;
  private final List<Expression> partition = new ArrayList<>();
  private final List<Expression> values = new ArrayList<>();
  private final List<Expression> data = new ArrayList<>();
  private final List<Variant> variants = new ArrayList<>();
  private final int variantBy;
  private transient UnsafeProjection projection;
  private transient UnsafeProjection keys;
  private transient Map<UnsafeRow, Place> known;

  /**
   * A kind of row.
   *
   * @param name its value of the column that tells kinds apart; null if all rows are alike
   * @param column of its data in the row; -1 for the row itself
   * @param schema of the columns that stand in its files
   */
  record Variant(String name, int column, StructType schema) implements Serializable {}

  /**
   * Where a row belongs.
   *
   * @param directory relative to a destination; empty if it is the destination itself
   * @param variant its number in {@link #variants}
   */
  record Place(String directory, int variant) {}

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
      Expression value = new BoundReference(i, good.apply(i).dataType(), true);
      partition.add(value);
      values.add(new Cast(value, DataTypes.StringType, Option.apply("UTC"), EvalMode.LEGACY()));
    }
    variantBy = layout.variantBy() == null ? -1 : columns.indexOf(layout.variantBy());
    List<StructField> kept = new ArrayList<>();
    for (int i = 0; i < good.size(); i++) {
      StructField column = good.apply(i);
      if (columns.contains(column.name())) {
        continue;
      }
      if (variantBy >= 0) {
        variants.add(new Variant(column.name(), i, (StructType) column.dataType()));
      } else {
        kept.add(column);
        data.add(new BoundReference(i, column.dataType(), true));
      }
    }
    if (variantBy < 0) {
      variants.add(new Variant(null, -1, new StructType(kept.toArray(StructField[]::new))));
    }
  }

  /** The kinds of row; one if all are alike. */
  List<Variant> variants() {
    return variants;
  }

  Place place(InternalRow good) {
    if (columns.isEmpty()) {
      return new Place(root, 0);
    }
    if (known == null) {
      known = new HashMap<>();
      keys = UnsafeProjection.create(CollectionConverters.asScala(partition).toSeq());
    }
    UnsafeRow key = keys.apply(good);
    Place place = known.get(key);
    if (place == null) {
      if (known.size() == MOST_KNOWN) {
        known.clear();
      }
      place = newPlace(good);
      known.put(key.copy(), place);
    }
    return place;
  }

  private Place newPlace(InternalRow good) {
    StringJoiner directory = new StringJoiner("/", root.isEmpty() ? "" : root + "/", "");
    for (int i = 0; i < columns.size(); i++) {
      directory.add(ExternalCatalogUtils.getPartitionPathString(columns.get(i), text(good, i)));
    }
    return new Place(directory.toString(), variantBy < 0 ? 0 : variant(text(good, variantBy)));
  }

  private String text(InternalRow good, int column) {
    Object value = values.get(column).eval(good);
    return value == null ? null : value.toString();
  }

  private int variant(String name) {
    for (int i = 0; i < variants.size(); i++) {
      if (variants.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalStateException(
        "a row of the kind '%s', of which there is no column".formatted(name));
  }

  /** The row's data, valid until the next call. */
  InternalRow data(InternalRow good, Place place) {
    Variant variant = variants.get(place.variant());
    if (variant.column() >= 0) {
      return good.getStruct(variant.column(), variant.schema().size());
    }
    if (columns.isEmpty()) {
      return good;
    }
    if (projection == null) {
      projection = UnsafeProjection.create(CollectionConverters.asScala(data).toSeq());
    }
    return projection.apply(good);
  }
}
