package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;

/** Reads an array; a null item is a violation. */
final class ArrayReader implements ValueReader {
  private static final String EXPECTED = "an array";

  private final ValueReader item;
  private final int minItems;
  private final int maxItems;
  private final boolean kept;

  ArrayReader(FieldType.Many type, boolean kept) {
    item = ValueReader.of(type.item(), type.spelling(), true, kept);
    minItems = type.minItems();
    maxItems = type.maxItems();
    this.kept = kept;
  }

  @Override
  public GenericArrayData read(JsonParser parser, Verdict verdict) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      WrongType.of(parser, verdict, EXPECTED);
      return null;
    }
    List<Object> items = new ArrayList<>();
    int count = 0;
    verdict.enterItems();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      verdict.item(count);
      if (token == JsonToken.VALUE_NULL) {
        verdict.violated(Reason.REQUIRED, "is null");
      } else {
        Object value = item.read(parser, verdict);
        if (kept) {
          items.add(value);
        }
      }
      count++;
    }
    verdict.leave();
    judgeCount(count, verdict);
    return new GenericArrayData(items.toArray());
  }

  @Override
  public Object readText(TextValue text, Verdict verdict) {
    WrongType.of(text, verdict, EXPECTED);
    return null;
  }

  @Override
  public ColumnReader column(DataType type) {
    ColumnReader items = type instanceof ArrayType array ? item.column(array.elementType()) : null;
    return items == null ? null : (row, i, verdict) -> readItems(row.getArray(i), items, verdict);
  }

  private GenericArrayData readItems(ArrayData array, ColumnReader items, Verdict verdict) {
    Object[] values = new Object[kept ? array.numElements() : 0];
    verdict.enterItems();
    for (int i = 0; i < array.numElements(); i++) {
      verdict.item(i);
      if (array.isNullAt(i)) {
        verdict.violated(Reason.REQUIRED, "is null");
        continue;
      }
      Object value = items.read(array, i, verdict);
      if (kept) {
        values[i] = value;
      }
    }
    verdict.leave();
    judgeCount(array.numElements(), verdict);
    return new GenericArrayData(values);
  }

  private void judgeCount(int count, Verdict verdict) {
    if (count < minItems) {
      verdict.violated(Reason.ITEMS, "has " + count + " items, must have at least " + minItems);
    } else if (count > maxItems) {
      verdict.violated(Reason.ITEMS, "has " + count + " items, must have at most " + maxItems);
    }
  }
}
