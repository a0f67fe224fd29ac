package io.github.millrace.contract;

import io.github.millrace.record.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Reads rows of typed columns, such as a database's, into rows of the kept fields. Columns that the
 * contract does not know are left out.
 */
final class RowReader implements ColumnReader {
  private static final int MISSING = -1;
  private static final int TWICE = -2;

  private final Fields fields;
  private final int width;
  private final int[] ordinals;
  private final ColumnReader[] columns;

  private RowReader(Fields fields, int width, int[] ordinals, ColumnReader[] columns) {
    this.fields = fields;
    this.width = width;
    this.ordinals = ordinals;
    this.columns = columns;
  }

  /** The reader of rows of this schema; empty if {@link #problems} has some. */
  static Optional<RowReader> of(Fields fields, StructType schema) {
    int[] ordinals = new int[fields.count()];
    ColumnReader[] columns = new ColumnReader[fields.count()];
    for (int field = 0; field < fields.count(); field++) {
      int ordinal = ordinal(fields, field, schema);
      ordinals[field] = ordinal;
      columns[field] = ordinal < 0 ? null : column(fields, field, schema, ordinal);
      if (columns[field] == null) {
        return Optional.empty();
      }
    }
    return Optional.of(new RowReader(fields, schema.size(), ordinals, columns));
  }

  /** What keeps rows of this schema from being read: columns that are missing, twice, or else. */
  static List<String> problems(Fields fields, StructType schema) {
    List<String> problems = new ArrayList<>();
    for (int field = 0; field < fields.count(); field++) {
      String name = fields.key(field).getValue();
      int ordinal = ordinal(fields, field, schema);
      if (ordinal == MISSING) {
        problems.add("column '" + name + "' is missing" + inOtherCase(name, schema));
      } else if (ordinal == TWICE) {
        problems.add("column '" + name + "' is there twice, by its name or an alias");
      } else if (column(fields, field, schema, ordinal) == null) {
        DataType type = schema.apply(ordinal).dataType();
        problems.add(
            "column '%s' is %s, which is none of the contract's type"
                .formatted(schema.apply(ordinal).name(), type.sql()));
      }
    }
    return problems;
  }

  private static String inOtherCase(String name, StructType schema) {
    return Arrays.stream(schema.fieldNames())
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .map(other -> "; there is '" + other + "', which may be one of its aliases")
        .orElse("");
  }

  /** Where the field's column stands, {@link #MISSING} or {@link #TWICE}. */
  private static int ordinal(Fields fields, int field, StructType schema) {
    int found = MISSING;
    for (int i = 0; i < schema.size(); i++) {
      if (fields.find(schema.apply(i).name()) == field) {
        found = found == MISSING ? i : TWICE;
      }
    }
    return found;
  }

  private static ColumnReader column(Fields fields, int field, StructType schema, int ordinal) {
    return fields.reader(field).column(schema.apply(ordinal).dataType());
  }

  @Override
  public GenericInternalRow read(SpecializedGetters parent, int ordinal, Verdict verdict) {
    return read(parent.getStruct(ordinal, width), verdict);
  }

  GenericInternalRow read(InternalRow row, Verdict verdict) {
    Object[] values = new Object[fields.width()];
    for (int field = 0; field < columns.length; field++) {
      int ordinal = ordinals[field];
      if (!row.isNullAt(ordinal)) {
        verdict.enter(fields.key(field).getValue());
        fields.keep(field, columns[field].read(row, ordinal, verdict), values);
        verdict.leave();
      } else if (fields.isRequired(field)) {
        verdict.violated(Reason.REQUIRED, fields.key(field).getValue(), "is null");
      }
    }
    return new GenericInternalRow(values);
  }
}
