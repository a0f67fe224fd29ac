package io.github.millrace.contract;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** A field's type with the rules that belong to it. The set is closed: the parser knows each. */
public sealed interface FieldType extends Serializable {

  /** The Spark type of a parsed value. */
  DataType sparkType();

  /**
   * Text.
   *
   * @param minLength fewest code points, or 0
   * @param maxLength most code points, or {@link Integer#MAX_VALUE}
   * @param pattern an expression that occurs in the text (anchor it to match the whole), or null
   * @param format a named format, or null
   */
  record Text(int minLength, int maxLength, Pattern pattern, TextFormat format)
      implements FieldType {
    @Override
    public DataType sparkType() {
      return DataTypes.StringType;
    }

    boolean hasRules() {
      return minLength > 0 || maxLength < Integer.MAX_VALUE || looksInside();
    }

    /** Whether a rule is about more than its length. */
    boolean looksInside() {
      return pattern != null || format != null;
    }
  }

  /** A whole number of {@code TINYINT} to {@code BIGINT}; the bounds are inclusive. */
  record Whole(DataType sparkType, long minimum, long maximum) implements FieldType {}

  /**
   * An exact number.
   *
   * @param unitScale 2 where a whole number of cents comes for an amount, else 0
   * @param rounding how digits beyond the type's scale go, or null: they are a violation
   */
  record Exact(
      DecimalType sparkType, int unitScale, RoundingMode rounding, Bounds<BigDecimal> bounds)
      implements FieldType {}

  /** A binary floating-point number, {@code FLOAT} or {@code DOUBLE}. */
  record Floating(DataType sparkType, Bounds<BigDecimal> bounds) implements FieldType {}

  /** A number of any size that is kept with the characters it came with; bounds may be null. */
  record AsWritten(Bounds<BigDecimal> bounds) implements FieldType {
    @Override
    public DataType sparkType() {
      return DataTypes.StringType;
    }
  }

  /** A value of any type, kept as text: of a string the string, of all else its JSON. */
  record Any() implements FieldType {
    @Override
    public DataType sparkType() {
      return DataTypes.StringType;
    }
  }

  /**
   * true or false.
   *
   * @param trueValues texts that stand for true, in any case; without any in these two lists only
   *     {@code true} and {@code false} do
   */
  record Bool(List<String> trueValues, List<String> falseValues) implements FieldType {
    public Bool {
      trueValues = List.copyOf(trueValues);
      falseValues = List.copyOf(falseValues);
    }

    @Override
    public DataType sparkType() {
      return DataTypes.BooleanType;
    }
  }

  /**
   * A calendar day; days since 1970-01-01.
   *
   * @param formats of its text, as {@link TimeFormats} has them; none for ISO-8601
   */
  record Day(List<String> formats, Bounds<Integer> bounds) implements FieldType {
    public Day {
      formats = List.copyOf(formats);
    }

    @Override
    public DataType sparkType() {
      return DataTypes.DateType;
    }
  }

  /**
   * An instant; microseconds since the epoch.
   *
   * @param formats of its text, as {@link TimeFormats} has them; none for ISO-8601
   * @param zone of a time that names none; null where each must name one
   */
  record Instant(List<String> formats, ZoneId zone, Bounds<Long> bounds) implements FieldType {
    public Instant {
      formats = List.copyOf(formats);
    }

    @Override
    public DataType sparkType() {
      return DataTypes.TimestampType;
    }
  }

  /** A nested object. */
  record Group(List<Field> fields) implements FieldType {
    public Group {
      fields = List.copyOf(fields);
    }

    @Override
    public StructType sparkType() {
      StructType struct = new StructType();
      for (Field field : fields) {
        if (field.kept()) {
          struct = struct.add(field.name(), field.type().sparkType(), true);
        }
      }
      return struct;
    }
  }

  /** An array of {@code minItems} to {@code maxItems} items; null items are not allowed. */
  record Many(FieldType item, Spelling spelling, int minItems, int maxItems) implements FieldType {
    @Override
    public DataType sparkType() {
      return new ArrayType(item.sparkType(), false);
    }
  }

  /** Limits of an ordered value; each may be null. */
  record Bounds<T extends Comparable<T>>(T least, T most, boolean excludeLeast, boolean excludeMost)
      implements Serializable {

    /** What is wrong with the value, if anything. */
    Optional<String> violation(T value) {
      return violation(value, T::toString);
    }

    Optional<String> violation(T value, Function<T, String> shown) {
      if (least != null) {
        int order = value.compareTo(least);
        if (order < 0 || (excludeLeast && order == 0)) {
          return Optional.of(
              "must be " + (excludeLeast ? "above " : "at least ") + shown.apply(least));
        }
      }
      if (most != null) {
        int order = value.compareTo(most);
        if (order > 0 || (excludeMost && order == 0)) {
          return Optional.of(
              "must be " + (excludeMost ? "below " : "at most ") + shown.apply(most));
        }
      }
      return Optional.empty();
    }

    boolean none() {
      return least == null && most == null;
    }
  }
}
