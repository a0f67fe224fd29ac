package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * Reads the values of one type into Spark's internal form and judges them by its rules, whatever
 * they come in. A value that violates its type or rules gives what {@code verdict} then has, and
 * may give null.
 */
interface ValueReader extends Serializable {

  /**
   * Reads the value at which the parser stands, which is not null.
   *
   * @throws IOException if the text is not JSON
   */
  Object read(JsonParser parser, Verdict verdict) throws IOException;

  /** Reads a value from its text alone: a field of a CSV record, or what a JSON string holds. */
  Object readText(TextValue text, Verdict verdict);

  /**
   * Whether a JSON string is a value of the type, and {@link #readText} of what it holds the same.
   */
  default boolean takesStrings() {
    return false;
  }

  /**
   * How the values of a typed column are read.
   *
   * @return null if its type is none that the values may have
   */
  ColumnReader column(DataType type);

  static ValueReader of(FieldType type, boolean kept) {
    if (type instanceof FieldType.Text text) {
      return new TextReader(text, kept);
    }
    if (type instanceof FieldType.Whole whole) {
      return WholeReader.of(whole);
    }
    if (type instanceof FieldType.Exact exact) {
      return new DecimalReader(exact);
    }
    if (type instanceof FieldType.Floating floating) {
      return new FloatingReader(floating);
    }
    if (type instanceof FieldType.AsWritten number) {
      return new AsWrittenReader(number.bounds(), kept);
    }
    if (type instanceof FieldType.Any) {
      return new AnyReader(kept);
    }
    if (type instanceof FieldType.Bool bool) {
      return new BoolReader(bool);
    }
    if (type instanceof FieldType.Day day) {
      return new DayReader(day);
    }
    if (type instanceof FieldType.Instant instant) {
      return new InstantReader(instant);
    }
    if (type instanceof FieldType.Group group) {
      return new ObjectReader(group);
    }
    return new ArrayReader((FieldType.Many) type, kept);
  }

  /** The same for values that senders spell in their own way. */
  static ValueReader of(FieldType type, Spelling spelling, boolean required, boolean kept) {
    ValueReader reader = of(type, kept);
    return spelling.equals(Spelling.PLAIN) ? reader : new SpelledReader(reader, spelling, required);
  }
}
