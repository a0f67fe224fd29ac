package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.Serializable;

/** Reads the value at which the parser stands, which is not null, into Spark's internal form. */
interface ValueReader extends Serializable {

  /**
   * Reads one value.
   *
   * @return the value, or null if it violates its type or rules, which {@code verdict} then has
   * @throws IOException if the text is not JSON
   */
  Object read(JsonParser parser, Verdict verdict) throws IOException;

  static ValueReader of(FieldType type, boolean kept) {
    if (type instanceof FieldType.Text text) {
      return new Scalars.TextReader(text, kept);
    }
    if (type instanceof FieldType.Whole whole) {
      return Scalars.whole(whole);
    }
    if (type instanceof FieldType.Exact exact) {
      return new DecimalReader(exact);
    }
    if (type instanceof FieldType.Floating floating) {
      return new Scalars.FloatingReader(floating);
    }
    if (type instanceof FieldType.AsWritten number) {
      return new Scalars.AsWrittenReader(number.bounds(), kept);
    }
    if (type instanceof FieldType.Any) {
      return new AnyReader(kept);
    }
    if (type instanceof FieldType.Bool) {
      return new Scalars.BoolReader();
    }
    if (type instanceof FieldType.Day day) {
      return new Scalars.DayReader(day);
    }
    if (type instanceof FieldType.Instant instant) {
      return new Scalars.InstantReader(instant);
    }
    if (type instanceof FieldType.Group group) {
      return new ObjectReader(group);
    }
    return new ArrayReader((FieldType.Many) type, kept);
  }
}
