package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/** Reads an object into a row of its kept fields. */
final class ObjectReader implements ValueReader {
  private static final int NOT_KEPT = -1;
  private static final int UNKNOWN = -1;
  private static final int END = -2;

  private final SerializedString[] keys;
  private final ValueReader[] readers;
  private final boolean[] required;
  private final int[] columns;
  private final int width;
  private final Map<String, Integer> byKey = new HashMap<>();

  ObjectReader(FieldType.Group group) {
    List<Field> fields = group.fields();
    keys = new SerializedString[fields.size()];
    readers = new ValueReader[fields.size()];
    required = new boolean[fields.size()];
    columns = new int[fields.size()];
    int column = 0;
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      keys[i] = new SerializedString(field.physicalName());
      readers[i] = ValueReader.of(field.type(), field.kept());
      required[i] = field.required();
      columns[i] = field.kept() ? column++ : NOT_KEPT;
      byKey.put(field.physicalName(), i);
    }
    width = column;
  }

  @Override
  public GenericInternalRow read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      Scalars.wrongType(parser, verdict, "an object");
      return null;
    }
    Object[] values = new Object[width];
    boolean[] seen = new boolean[keys.length];
    Set<String> unknown = null;
    int expected = 0;
    for (int i = next(parser, expected); i != END; i = next(parser, expected)) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      if (i == UNKNOWN) {
        verdict.unknownField();
        unknown = unknown == null ? new HashSet<>() : unknown;
        if (!unknown.add(key)) {
          verdict.violated(Reason.DUPLICATE_KEY, key, "stands twice");
        }
        parser.skipChildren();
      } else if (seen[i]) {
        verdict.violated(Reason.DUPLICATE_KEY, key, "stands twice");
        parser.skipChildren();
      } else {
        seen[i] = true;
        expected = i + 1;
        if (token != JsonToken.VALUE_NULL) {
          verdict.enter(key);
          Object value = readers[i].read(parser, verdict);
          verdict.leave();
          if (columns[i] != NOT_KEPT) {
            values[columns[i]] = value;
          }
        } else if (required[i]) {
          verdict.violated(Reason.REQUIRED, key, "is null");
        }
      }
    }
    for (int i = 0; i < keys.length; i++) {
      if (required[i] && !seen[i]) {
        verdict.violated(Reason.REQUIRED, keys[i].getValue(), "is missing");
      }
    }
    return new GenericInternalRow(values);
  }

  /**
   * Goes on to the next key. Records of one source mostly have their keys in one order, so the next
   * in order is tried first: by its bytes, of which no string is made then.
   *
   * @return the field's index, {@link #UNKNOWN} or {@link #END}
   */
  private int next(JsonParser parser, int expected) throws IOException {
    if (expected == keys.length) {
      parser.nextToken();
    } else if (parser.nextFieldName(keys[expected])) {
      return expected;
    }
    if (parser.currentToken() != JsonToken.FIELD_NAME) {
      return END;
    }
    return byKey.getOrDefault(parser.currentName(), UNKNOWN);
  }
}
