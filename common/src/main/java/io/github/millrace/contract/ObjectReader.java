package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Reads an object into a row of its kept fields. */
final class ObjectReader implements ValueReader {
  private static final String EXPECTED = "an object";
  private static final int END = -2;

  private final Fields fields;

  ObjectReader(FieldType.Group group) {
    fields = new Fields(group);
  }

  @Override
  public GenericInternalRow read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      WrongType.of(parser, verdict, EXPECTED);
      return null;
    }
    Object[] values = new Object[fields.width()];
    boolean[] seen = new boolean[fields.count()];
    Set<String> unknown = null;
    int expected = 0;
    for (int i = next(parser, expected); i != END; i = next(parser, expected)) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      if (i == Fields.UNKNOWN) {
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
          fields.keep(i, fields.reader(i).read(parser, verdict), values);
          verdict.leave();
        } else if (fields.isRequired(i)) {
          verdict.violated(Reason.REQUIRED, key, "is null");
        }
      }
    }
    for (int i = 0; i < fields.count(); i++) {
      if (fields.isRequired(i) && !seen[i]) {
        verdict.violated(Reason.REQUIRED, fields.key(i).getValue(), "is missing");
      }
    }
    return new GenericInternalRow(values);
  }

  @Override
  public Object readText(TextValue text, Verdict verdict) {
    WrongType.of(text, verdict, EXPECTED);
    return null;
  }

  /** The fields of a struct are checked one by one, see {@link RowReader#of}. */
  @Override
  public ColumnReader column(DataType type) {
    return type instanceof StructType struct ? RowReader.of(fields, struct).orElse(null) : null;
  }

  /**
   * Goes on to the next key. Records of one source mostly have their keys in one order, so the next
   * in order is tried first: by its bytes, of which no string is made then.
   *
   * @return the field's number, {@link Fields#UNKNOWN} or {@link #END}
   */
  private int next(JsonParser parser, int expected) throws IOException {
    if (expected == fields.count()) {
      parser.nextToken();
    } else if (parser.nextFieldName(fields.key(expected))) {
      return expected;
    }
    if (parser.currentToken() != JsonToken.FIELD_NAME) {
      return END;
    }
    return fields.find(parser.currentName());
  }
}
