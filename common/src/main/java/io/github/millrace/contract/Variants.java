package io.github.millrace.contract;

import io.github.millrace.record.Reason;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * The kinds of record that a contract knows, each compiled: one, or several of which the value of a
 * field chooses.
 */
final class Variants<R> implements Serializable {
  private final String by;
  private final List<String> keys = new ArrayList<>();
  private Spelling spelling = Spelling.PLAIN;
  private final List<R> readers = new ArrayList<>();
  private final Map<String, Integer> byValue = new HashMap<>();
  private final R none;
  private final int[] columns;
  private final int width;

  private Variants(Contract contract, Function<FieldType.Group, R> compile) {
    by = contract.variantBy();
    none = compile.apply(new FieldType.Group(List.of()));
    if (by == null) {
      readers.add(compile.apply(contract.record()));
      columns = new int[0];
      width = 0;
      return;
    }
    keys.add(by);
    List<Field> variants = contract.record().fields();
    variants.stream()
        .flatMap(variant -> ((FieldType.Group) variant.type()).fields().stream())
        .filter(field -> field.name().equals(by) || field.physicalName().equals(by))
        .forEach(this::chosenBy);
    columns = new int[variants.size()];
    int column = 0;
    for (int i = 0; i < variants.size(); i++) {
      readers.add(compile.apply((FieldType.Group) variants.get(i).type()));
      byValue.put(variants.get(i).physicalName(), i);
      columns[i] = variants.get(i).kept() ? column++ : -1;
    }
    width = column;
  }

  static <R> Variants<R> of(Contract contract, Function<FieldType.Group, R> compile) {
    return new Variants<>(contract, compile);
  }

  /** Its other names in a record, and how senders spell it. */
  private void chosenBy(Field field) {
    keys.add(field.physicalName());
    keys.addAll(field.aliases());
    spelling = spelling.equals(Spelling.PLAIN) ? field.spelling() : spelling;
  }

  /** Whether there are several kinds. */
  boolean areSeveral() {
    return by != null;
  }

  /** Whether a key, or a column of a header, is the field whose value chooses. */
  boolean isChosenBy(String key) {
    return keys.contains(key);
  }

  R only() {
    return readers.get(0);
  }

  int count() {
    return readers.size();
  }

  R get(int variant) {
    return readers.get(variant);
  }

  /** What knows no field. */
  R none() {
    return none;
  }

  /** The variant of the value of the field that chooses, or -1; the value may be null. */
  int find(String value) {
    return value == null ? -1 : byValue.getOrDefault(cleaned(value), -1);
  }

  /** Notes that no variant has this value, or that there is none. */
  void unknown(String value, Verdict verdict) {
    if (value == null) {
      verdict.violated(Reason.REQUIRED, by, "is missing");
    } else {
      verdict.violated(
          Reason.VARIANT,
          by,
          "is %s, must be one of %s"
              .formatted(
                  Verdict.quoted(value),
                  String.join(", ", byValue.keySet().stream().sorted().toList())));
    }
  }

  /** The value as its field is read; one that is too long to clean is no variant's. */
  private String cleaned(String value) {
    TextValue text = new TextValue().set(value);
    return spelling.clean(text) ? text.toString() : value;
  }

  /** The record's row: a column for each kept variant, of which all but this one are null. */
  GenericInternalRow row(int variant, GenericInternalRow fields) {
    if (variant < 0 || fields == null) {
      return null;
    }
    Object[] row = new Object[width];
    if (columns[variant] >= 0) {
      row[columns[variant]] = fields;
    }
    return new GenericInternalRow(row);
  }
}
