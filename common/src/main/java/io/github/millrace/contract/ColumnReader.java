package io.github.millrace.contract;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/**
 * Reads the values of a typed column, of one type of Spark's, and judges them. A value that stays
 * as it is, is passed on as the object that it came as: a new one each would cost more than the
 * checks.
 */
interface ColumnReader extends Serializable {

  /** Reads a value that is not null; gives what {@link ValueReader#read} does. */
  Object read(SpecializedGetters row, int ordinal, Verdict verdict);
}
