package io.github.millrace.contract;

import io.github.millrace.record.Reason;
import io.github.millrace.record.TextEncoding;
import io.github.millrace.record.Utf8;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * A contract compiled into a parser of text. It walks a record once, builds its row and finds every
 * violation in that same pass; it never throws for what a record holds. Used by one thread at a
 * time.
 */
final class RecordParser implements Serializable {
  private final RecordReader reader;
  private transient Verdict verdict;

  RecordParser(RecordReader reader) {
    this.reader = reader;
  }

  /**
   * Parses one record.
   *
   * @return a row of {@link ContractFunction}
   */
  InternalRow parse(byte[] bytes, int offset, int length) {
    if (verdict == null) {
      verdict = new Verdict();
    }
    verdict.begin();
    int end = reader.end(bytes, offset, offset + length);
    GenericInternalRow row = null;
    if (isText(bytes, offset, end)) {
      row = reader.read(bytes, offset, end, verdict);
    }
    return verdict.result(row);
  }

  private boolean isText(byte[] bytes, int from, int to) {
    String fault = TextEncoding.fault(bytes, from, to);
    if (fault != null) {
      verdict.recordViolated(Reason.ENCODING, fault);
      return false;
    }
    int invalid = Utf8.firstInvalid(bytes, from, to);
    if (invalid != Utf8.VALID) {
      if (Utf8.cutByEnd(bytes, invalid, to)) {
        verdict.recordViolated(Reason.TRUNCATED, "ends inside a character");
      } else {
        verdict.recordViolated(
            Reason.ENCODING,
            "not UTF-8 at byte %d (0x%02X)".formatted(invalid - from, bytes[invalid]));
      }
      return false;
    }
    if (from == to || (to - from == TextEncoding.MARK && TextEncoding.isMarked(bytes, from, to))) {
      verdict.recordViolated(Reason.BLANK, "nothing but white space");
      return false;
    }
    return true;
  }
}
