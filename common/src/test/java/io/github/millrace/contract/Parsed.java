package io.github.millrace.contract;

import io.github.millrace.csv.CsvDialect;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What the parser made of a record, in Java's types.
 *
 * @param record null if bad
 * @param reasons empty if good
 */
record Parsed(Map<String, Object> record, List<String> reasons, int unknownFields, int rounded) {

  /** A parser of JSON. */
  static RecordParser parser(Contract contract) {
    return new RecordParser(new JsonRecords(contract));
  }

  static Parsed of(Contract contract, String text) {
    return of(contract, text.getBytes(StandardCharsets.UTF_8));
  }

  static Parsed of(Contract contract, byte[] bytes) {
    return of(contract, parser(contract).parse(bytes, 0, bytes.length));
  }

  /** Parses a CSV record; the header may be null. */
  static Parsed ofCsv(Contract contract, String header, String text) {
    CsvRecords records = new CsvRecords(contract, CsvDialect.STANDARD);
    records.under(UTF8String.fromString(header));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return of(contract, new RecordParser(records).parse(bytes, 0, bytes.length));
  }

  /** Reads the function's {@code STRUCT<record, reasons, unknownFields, rounded>}. */
  static Parsed of(Contract contract, InternalRow result) {
    StructType schema = contract.schema();
    List<String> reasons = new ArrayList<>();
    if (!result.isNullAt(1)) {
      ArrayData array = result.getArray(1);
      for (int i = 0; i < array.numElements(); i++) {
        reasons.add(array.getUTF8String(i).toString());
      }
    }
    return new Parsed(
        result.isNullAt(0) ? null : map(result.getStruct(0, schema.size()), schema),
        reasons,
        result.getInt(2),
        result.getInt(3));
  }

  boolean good() {
    return reasons.isEmpty();
  }

  private static Map<String, Object> map(InternalRow row, StructType schema) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < schema.size(); i++) {
      StructField field = schema.apply(i);
      map.put(field.name(), java(row.get(i, field.dataType()), field.dataType()));
    }
    return map;
  }

  private static Object java(Object value, DataType type) {
    if (value == null) {
      return null;
    }
    if (type instanceof StructType struct) {
      return map((InternalRow) value, struct);
    }
    if (type instanceof ArrayType array) {
      List<Object> items = new ArrayList<>();
      for (Object item : ((ArrayData) value).toObjectArray(array.elementType())) {
        items.add(java(item, array.elementType()));
      }
      return items;
    }
    if (value instanceof Decimal decimal) {
      return decimal.toJavaBigDecimal();
    }
    if (DataTypes.StringType.equals(type)) {
      return value.toString();
    }
    if (DataTypes.DateType.equals(type)) {
      return LocalDate.ofEpochDay((int) value);
    }
    return DataTypes.TimestampType.equals(type)
        ? Instant.EPOCH.plus((long) value, ChronoUnit.MICROS)
        : value;
  }
}
