package io.github.millrace.contract;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a changed contract means beside what was written by the one before. Rules and spellings may
 * change: they say which records are good from now on, not what a column holds.
 */
public final class ContractChange {
  private static final List<DataType> INTEGRALS =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private final List<String> taken = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private ContractChange() {}

  /**
   * Compares columns.
   *
   * @param before those of {@link #columns} by the former contract
   * @param now those by the present one
   */
  public static ContractChange between(StructType before, StructType now) {
    ContractChange change = new ContractChange();
    change.compare("", before, now);
    return change;
  }

  /** The kept fields of a contract as columns, of which those that are not required may be null. */
  public static StructType columns(Contract contract) {
    return columns(contract.record());
  }

  private static StructType columns(FieldType.Group group) {
    StructType columns = new StructType();
    for (Field field : group.fields()) {
      if (field.kept()) {
        columns = columns.add(field.name(), type(field.type()), !field.required());
      }
    }
    return columns;
  }

  private static DataType type(FieldType type) {
    if (type instanceof FieldType.Group group) {
      return columns(group);
    }
    return type instanceof FieldType.Many many
        ? new ArrayType(type(many.item()), false)
        : type.sparkType();
  }

  /** What is new and does no harm, a line for each field. */
  public List<String> taken() {
    return List.copyOf(taken);
  }

  /** What does not fit what was written before, a line for each field, with the remedy. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  private void compare(String path, StructType before, StructType now) {
    for (StructField field : now.fields()) {
      String name = path + field.name();
      int place = indexOf(before, field.name());
      if (place >= 0) {
        compare(name, before.apply(place), field);
      } else if (field.nullable()) {
        taken.add(name + " is new, and null in what was written before");
      } else {
        refused.add(
            name + " is new and required, and what was written lacks it; let it be optional");
      }
    }
    for (StructField field : before.fields()) {
      if (indexOf(now, field.name()) < 0) {
        refused.add(path + field.name() + " is gone; keep it, it may be optional");
      }
    }
  }

  private void compare(String name, StructField before, StructField now) {
    if (before.nullable() && !now.nullable()) {
      refused.add(
          name + " is required now, and may be null in what was written; let it be optional");
    } else if (!before.nullable() && now.nullable()) {
      taken.add(name + " may be null now");
    }
    compare(name, before.dataType(), now.dataType());
  }

  private void compare(String name, DataType before, DataType now) {
    if (before instanceof StructType struct && now instanceof StructType other) {
      compare(name + ".", struct, other);
    } else if (before instanceof ArrayType array && now instanceof ArrayType other) {
      compare(name + "[]", array.elementType(), other.elementType());
    } else if (!before.equals(now)) {
      String was = "%s was %s and is %s".formatted(name, before.sql(), now.sql());
      if (isWider(before, now)) {
        taken.add(was + ", which holds all that was written");
      } else {
        refused.add(was + ", which may not hold what was written; let it be " + before.sql());
      }
    }
  }

  private static boolean isWider(DataType before, DataType now) {
    if (before instanceof DecimalType decimal && now instanceof DecimalType other) {
      return other.scale() >= decimal.scale()
          && other.precision() - other.scale() >= decimal.precision() - decimal.scale();
    }
    if (now.equals(DataTypes.StringType)) {
      return !(before instanceof StructType) && !(before instanceof ArrayType);
    }
    int place = INTEGRALS.indexOf(before);
    return (place >= 0 && place < INTEGRALS.indexOf(now))
        || (before.equals(DataTypes.FloatType) && now.equals(DataTypes.DoubleType));
  }

  private static int indexOf(StructType columns, String name) {
    return List.of(columns.fieldNames()).indexOf(name);
  }
}
