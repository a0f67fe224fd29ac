package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import io.github.millrace.record.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Reads a binary floating-point number. */
final class FloatingReader implements ValueReader {
  private static final String EXPECTED = "a number";

  private final FieldType.Floating type;
  private final boolean isFloat;

  FloatingReader(FieldType.Floating type) {
    this.type = type;
    isFloat = DataTypes.FloatType.equals(type.sparkType());
  }

  @Override
  public Object read(JsonParser parser, Verdict verdict) throws IOException {
    if (!parser.currentToken().isNumeric()) {
      WrongType.of(parser, verdict, EXPECTED);
      return null;
    }
    double value = isFloat ? parser.getFloatValue() : parser.getDoubleValue();
    if (Double.isInfinite(value) || !type.bounds().none()) {
      return judged(value, parser.getText(), verdict);
    }
    return boxed(value);
  }

  @Override
  public Object readText(TextValue text, Verdict verdict) {
    if (!NumberText.isNumber(text)) {
      WrongType.of(text, verdict, EXPECTED);
      return null;
    }
    String number = text.toString();
    return judged(isFloat ? Float.parseFloat(number) : Double.parseDouble(number), number, verdict);
  }

  /** Of a column whose values it holds without loss. */
  @Override
  public ColumnReader column(DataType from) {
    if (from.equals(type.sparkType()) && type.bounds().none()) {
      return (row, i, verdict) -> {
        Number value = (Number) row.get(i, from);
        return Double.isFinite(value.doubleValue())
            ? value
            : readValue(value.doubleValue(), verdict);
      };
    }
    if (DataTypes.FloatType.equals(from)) {
      return (row, i, verdict) -> readValue(row.getFloat(i), verdict);
    }
    if (isFloat || DataTypes.LongType.equals(from) || from instanceof DecimalType) {
      return null;
    }
    return DataTypes.DoubleType.equals(from)
        ? (row, i, verdict) -> readValue(row.getDouble(i), verdict)
        : Integrals.column(from, (value, verdict) -> readValue((double) value, verdict));
  }

  private Object readValue(double value, Verdict verdict) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      WrongType.of(Double.toString(value), verdict, EXPECTED);
      return null;
    }
    return type.bounds().none() ? boxed(value) : judged(value, Double.toString(value), verdict);
  }

  private Object judged(double value, String text, Verdict verdict) {
    if (Double.isInfinite(value)) {
      verdict.violated(
          Reason.RANGE,
          "is beyond the range of " + type.sparkType().sql() + ": " + Verdict.quoted(text));
      return null;
    }
    if (!type.bounds().none()) {
      // The shortest text of a FLOAT, or the 0.1 read would be above a maximum of 0.1.
      BigDecimal exact =
          isFloat ? new BigDecimal(Float.toString((float) value)) : BigDecimal.valueOf(value);
      type.bounds()
          .violation(exact)
          .ifPresent(limit -> verdict.violated(Reason.RANGE, limit + ": " + Verdict.quoted(text)));
    }
    return boxed(value);
  }

  private Object boxed(double value) {
    return isFloat ? (Object) (float) value : (Object) value;
  }
}
