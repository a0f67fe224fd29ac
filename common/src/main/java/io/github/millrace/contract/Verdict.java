package io.github.millrace.contract;

import io.github.millrace.config.OneLine;
import io.github.millrace.record.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What has been found about the record being parsed, and the path at which the parser stands. One
 * is reused for all records of a task, so that a good record costs it nothing.
 */
final class Verdict {
  private static final int MOST_REASONS = 20;
  private static final int MOST_QUOTED = 60;

  private final List<String> reasons = new ArrayList<>();
  private String[] names = new String[8];
  private int[] items = new int[8];
  private int depth;
  private int unmentioned;
  private int unknownFields;
  private int rounded;

  void begin() {
    reasons.clear();
    depth = 0;
    unmentioned = 0;
    unknownFields = 0;
    rounded = 0;
  }

  void enter(String field) {
    if (depth == names.length) {
      names = Arrays.copyOf(names, 2 * depth);
      items = Arrays.copyOf(items, 2 * depth);
    }
    names[depth++] = field;
  }

  /** The parser goes into the array at which it stands. */
  void enterItems() {
    enter(null);
  }

  /** The parser stands at the item of this index in the array whose items it entered last. */
  void item(int index) {
    items[depth - 1] = index;
  }

  void leave() {
    depth--;
  }

  void unknownField() {
    unknownFields++;
  }

  /** Nothing is known of the record's fields. */
  void forgetUnknownFields() {
    unknownFields = 0;
  }

  /** A value has lost digits, as its field allows. */
  void rounded() {
    rounded++;
  }

  /** A violation of the field at which the parser stands. */
  void violated(Reason reason, String detail) {
    add(depth == 0 ? reason.of(detail) : reason.of(path(), detail));
  }

  /** A violation of a field inside the object at which the parser stands. */
  void violated(Reason reason, String field, String detail) {
    enter(field);
    violated(reason, detail);
    leave();
  }

  /** A violation of the record as a whole. */
  void recordViolated(Reason reason, String detail) {
    add(reason.of(detail));
  }

  /** A violation of the record as a whole: a whole reason. */
  void recordViolated(String reason) {
    add(reason);
  }

  private void add(String reason) {
    if (reasons.size() < MOST_REASONS) {
      reasons.add(OneLine.of(reason));
    } else {
      unmentioned++;
    }
  }

  boolean isGood() {
    return reasons.isEmpty();
  }

  /** A row of {@link ContractFunction} about a record that became this row. */
  InternalRow result(InternalRow row) {
    return new GenericInternalRow(
        new Object[] {
          isGood() ? row : null, isGood() ? null : reasons(), unknownFields, isGood() ? rounded : 0
        });
  }

  /** The reasons in Spark's form; the last one says if there are more. */
  private GenericArrayData reasons() {
    List<String> all = new ArrayList<>(reasons);
    if (unmentioned > 0) {
      all.set(MOST_REASONS - 1, reasons.get(MOST_REASONS - 1) + " (and " + unmentioned + " more)");
    }
    return new GenericArrayData(all.stream().map(UTF8String::fromString).toArray());
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      if (names[i] == null) {
        path.append('[').append(items[i]).append(']');
      } else {
        path.append(i == 0 ? "" : ".").append(names[i]);
      }
    }
    return path.toString();
  }

  /** A value as a message shows it: cut to a readable length. */
  static String quoted(String value) {
    return shown(value, "\"");
  }

  /** A value as a message shows it, without quotes. */
  static String bare(String value) {
    return shown(value, "");
  }

  private static String shown(String value, String quote) {
    if (value.length() <= MOST_QUOTED) {
      return quote + value + quote;
    }
    int cut = Character.isHighSurrogate(value.charAt(MOST_QUOTED - 1)) ? 1 : 0;
    String begin = value.substring(0, MOST_QUOTED - cut);
    return quote + begin + "…" + quote + " (" + value.length() + " characters)";
  }
}
