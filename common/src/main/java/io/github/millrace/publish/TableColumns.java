package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.HiveStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** The columns of a Hive table beside those of a step's files; Hive's names have no case. */
final class TableColumns {
  /** The types of a metastore, beside texts, decimals, and what is made of them. */
  private static final Set<DataType> HIVE_TYPES =
      Set.of(
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.BinaryType,
          DataTypes.DateType,
          DataTypes.TimestampType);

  private final String target;
  private final StructType columns;
  private final Set<String> partitionedBy = new HashSet<>();

  /** Those of the step's table. */
  TableColumns(HiveStep step, CatalogTable table) {
    this.target = step.target();
    this.columns = table.dataSchema();
    for (String column : CollectionConverters.asJava(table.partitionColumnNames())) {
      partitionedBy.add(key(column));
    }
  }

  /**
   * The columns that files have and the table has not.
   *
   * @param rows the files' columns; those of the partitions may be among them
   * @throws JobException with {@link ExitCode#USAGE} if the table has one that they have not, or
   *     has as another type: its readers would find nulls, or fail; or if it cannot have one
   */
  List<HiveStep.Column> lacking(StructType rows) {
    Map<String, StructField> written = new HashMap<>();
    for (StructField column : rows.fields()) {
      if (!partitionedBy.contains(key(column.name()))
          && written.put(key(column.name()), column) != null) {
        throw unfit("cannot have two columns " + column.name() + ", for Hive's names have no case");
      }
    }
    for (StructField column : columns.fields()) {
      StructField same = written.remove(key(column.name()));
      if (same == null) {
        throw unfit(
            "has the column %s, which is not written; keep it in the contract, where it may be optional, or drop it from the table"
                .formatted(column.name()));
      }
      requireSame(column, same.dataType(), ExitCode.USAGE);
    }
    List<HiveStep.Column> lacking = new ArrayList<>();
    for (StructField column : rows.fields()) {
      if (written.containsKey(key(column.name()))) {
        requireOfHive(column.name(), column.name(), column.dataType());
        lacking.add(new HiveStep.Column(column.name(), column.dataType().sql()));
      }
    }
    return lacking;
  }

  /**
   * The table's columns, and further ones that it may have by now.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if it has one of them as another type
   */
  StructType plus(Collection<HiveStep.Column> more) {
    Map<String, StructField> present = new HashMap<>();
    for (StructField column : columns.fields()) {
      present.put(key(column.name()), column);
    }
    StructType all = columns;
    for (HiveStep.Column column : more) {
      DataType type = DataType.fromDDL(column.type());
      StructField same = present.get(key(column.name()));
      if (same == null) {
        StructField added = new StructField(column.name(), type, true, Metadata.empty());
        all = all.add(added);
        present.put(key(column.name()), added);
      } else {
        requireSame(same, type, ExitCode.INTEGRITY);
      }
    }
    return all;
  }

  /** What the metastore refuses when the unit is prepared already, it would refuse for ever. */
  private void requireOfHive(String column, String name, DataType type) {
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        requireOfHive(column, field.name(), field.dataType());
      }
    } else if (type instanceof ArrayType array) {
      requireOfHive(column, name, array.elementType());
    } else if (!HIVE_TYPES.contains(type)
        && !(type instanceof StringType)
        && !(type instanceof DecimalType)) {
      throw unfit("cannot have the column %s: Hive has no type %s".formatted(column, type.sql()));
    }
    if (name.isEmpty() || name.chars().anyMatch(c -> ",:;`<>".indexOf(c) >= 0)) {
      throw unfit("cannot have the column %s: Hive takes no name '%s'".formatted(column, name));
    }
  }

  private void requireSame(StructField column, DataType written, ExitCode code) {
    if (!column.dataType().catalogString().equalsIgnoreCase(written.catalogString())) {
      throw new JobException(
          code,
          "%s has the column %s as %s, and %s is written; let it be %s in the contract, or change the column (ALTER TABLE ... CHANGE COLUMN)"
              .formatted(
                  target,
                  column.name(),
                  column.dataType().sql(),
                  written.sql(),
                  column.dataType().sql()));
    }
  }

  private JobException unfit(String fault) {
    return new JobException(ExitCode.USAGE, target + " " + fault);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
