package io.github.millrace.contract;

import com.fasterxml.jackson.core.io.SerializedString;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of an object, compiled: each by its number, in the contract's order. */
final class Fields implements Serializable {
  static final int UNKNOWN = -1;
  private static final int NOT_KEPT = -1;

  private final SerializedString[] keys;
  private final ValueReader[] readers;
  private final boolean[] required;
  private final int[] columns;
  private final int width;
  private final Map<String, Integer> byKey = new HashMap<>();

  Fields(FieldType.Group group) {
    List<Field> fields = group.fields();
    keys = new SerializedString[fields.size()];
    readers = new ValueReader[fields.size()];
    required = new boolean[fields.size()];
    columns = new int[fields.size()];
    int column = 0;
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      keys[i] = new SerializedString(field.physicalName());
      readers[i] = ValueReader.of(field.type(), field.spelling(), field.required(), field.kept());
      required[i] = field.required();
      columns[i] = field.kept() ? column++ : NOT_KEPT;
      byKey.put(field.physicalName(), i);
      for (String alias : field.aliases()) {
        byKey.put(alias, i);
      }
    }
    width = column;
  }

  int count() {
    return keys.length;
  }

  /** How many of them are kept. */
  int width() {
    return width;
  }

  SerializedString key(int field) {
    return keys[field];
  }

  ValueReader reader(int field) {
    return readers[field];
  }

  boolean isRequired(int field) {
    return required[field];
  }

  /** The field of a key or an alias, or {@link #UNKNOWN}. */
  int find(String key) {
    return byKey.getOrDefault(key, UNKNOWN);
  }

  /** Puts a value into a row of the kept fields, if it is one of them. */
  void keep(int field, Object value, Object[] row) {
    if (columns[field] != NOT_KEPT) {
      row[columns[field]] = value;
    }
  }
}
