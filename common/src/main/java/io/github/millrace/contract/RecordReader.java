package io.github.millrace.contract;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/** Reads a record from text in one syntax. */
interface RecordReader extends Serializable {

  /**
   * Reads a record; it never throws for what that holds.
   *
   * @param bytes where the record is: valid UTF-8, and more than white space
   * @return its row, which counts only if the verdict is good
   */
  GenericInternalRow read(byte[] bytes, int from, int to, Verdict verdict);

  /** Where the record ends if white space at its end says nothing. */
  int end(byte[] bytes, int from, int to);
}
