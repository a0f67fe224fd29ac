package io.github.millrace.contract;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** The columns of whole numbers, of one byte to eight or up to 18 digits. */
final class Integrals {
  private Integrals() {}

  /** What becomes of a whole number. */
  interface Use extends Serializable {
    Object of(long value, Verdict verdict);
  }

  /** Gives the column's values to use; null if it is none of whole numbers. */
  static ColumnReader column(DataType type, Use use) {
    if (DataTypes.LongType.equals(type)) {
      return (row, i, verdict) -> use.of(row.getLong(i), verdict);
    }
    if (DataTypes.IntegerType.equals(type)) {
      return (row, i, verdict) -> use.of(row.getInt(i), verdict);
    }
    if (DataTypes.ShortType.equals(type)) {
      return (row, i, verdict) -> use.of(row.getShort(i), verdict);
    }
    if (DataTypes.ByteType.equals(type)) {
      return (row, i, verdict) -> use.of(row.getByte(i), verdict);
    }
    if (type instanceof DecimalType decimal && decimal.scale() == 0 && decimal.precision() <= 18) {
      return (row, i, verdict) ->
          use.of(row.getDecimal(i, decimal.precision(), 0).toUnscaledLong(), verdict);
    }
    return null;
  }
}
