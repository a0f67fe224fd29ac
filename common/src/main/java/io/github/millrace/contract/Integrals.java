package io.github.millrace.contract;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The columns of whole numbers, of one byte to eight. */
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
    return null;
  }
}
