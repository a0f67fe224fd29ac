package io.github.millrace.contract;

import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFields;
import io.github.millrace.csv.CsvHeader;
import io.github.millrace.record.Reason;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Reads records that are lines of a CSV file with a header, or without one: its columns are the
 * contract's fields then, in their order. Fields that are missing at a record's end are null; more
 * of them than the header has are a violation, for nobody knows which column they are.
 */
final class CsvRecords implements RecordReader {
  private static final int ABSENT = -2;

  /** Of a header that has none of the fields. */
  private static final int[] NO_COLUMNS = {};

  private final CsvDialect dialect;
  private final Variants<Fields> variants;
  private transient CsvFields cells;
  private transient TextValue text;
  private transient UTF8String line;
  private transient CsvHeader header;
  private transient int chosenBy;
  private transient int[][] fieldsOfColumns;

  CsvRecords(Contract contract, CsvDialect dialect) {
    this.dialect = dialect;
    variants = Variants.of(contract, Fields::new);
  }

  /** The records that follow are of a file with this header; null for none. */
  void under(UTF8String newHeader) {
    if (cells == null) {
      cells = new CsvFields(dialect);
      text = new TextValue();
    } else if (newHeader == null ? line == null : newHeader.equals(line)) {
      return;
    }
    line = newHeader == null ? null : newHeader.copy();
    header = line == null ? null : CsvHeader.of(line.getBytes(), dialect);
    chosenBy = header == null ? -1 : firstThatChooses(header.names());
    fieldsOfColumns = new int[variants.count()][];
  }

  private int firstThatChooses(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (variants.isChosenBy(names.get(i))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int end(byte[] bytes, int from, int to) {
    return CsvFields.end(bytes, from, to);
  }

  @Override
  public GenericInternalRow read(byte[] bytes, int from, int to, Verdict verdict) {
    if (header != null && header.fault() != null) {
      verdict.recordViolated(header.fault());
      return null;
    }
    String fault = cells.split(bytes, from, to);
    if (fault != null) {
      verdict.recordViolated(Reason.MALFORMED, fault);
      return null;
    }
    if (!variants.areSeveral()) {
      return read(variants.only(), columns(0), verdict);
    }
    boolean isThere = chosenBy >= 0 && chosenBy < cells.count() && !cells.isMissing(chosenBy);
    String value = isThere ? cells.text(chosenBy) : null;
    int variant = variants.find(value);
    if (variant < 0) {
      variants.unknown(value, verdict);
      return null;
    }
    return variants.row(variant, read(variants.get(variant), columns(variant), verdict));
  }

  /** The field of each column of the header. */
  private int[] columns(int variant) {
    if (fieldsOfColumns[variant] == null) {
      Fields fields = variants.get(variant);
      if (header == null) {
        fieldsOfColumns[variant] = new int[fields.count()];
        Arrays.setAll(fieldsOfColumns[variant], i -> i);
      } else {
        int[] found = header.names().stream().mapToInt(fields::find).toArray();
        boolean areUnknown = Arrays.stream(found).allMatch(field -> field == Fields.UNKNOWN);
        fieldsOfColumns[variant] = areUnknown ? NO_COLUMNS : found;
      }
    }
    return fieldsOfColumns[variant];
  }

  private GenericInternalRow read(Fields fields, int[] columns, Verdict verdict) {
    if (columns == NO_COLUMNS) {
      verdict.recordViolated(header.noneKnown());
      return null;
    }
    if (cells.count() > columns.length) {
      verdict.recordViolated(
          Reason.MALFORMED,
          "has %d fields, %s %d"
              .formatted(
                  cells.count(), header == null ? "the contract" : "the header", columns.length));
      return null;
    }
    Object[] values = new Object[fields.width()];
    int[] cellOf = new int[fields.count()];
    Arrays.fill(cellOf, ABSENT);
    for (int column = 0; column < columns.length; column++) {
      int field = columns[column];
      if (field == Fields.UNKNOWN) {
        if (column < cells.count() && !cells.isMissing(column)) {
          verdict.unknownField();
        }
      } else if (cellOf[field] != ABSENT) {
        verdict.violated(Reason.DUPLICATE_KEY, name(fields, field), "stands twice in the header");
      } else {
        cellOf[field] = column;
      }
    }
    for (int field = 0; field < cellOf.length; field++) {
      int cell = cellOf[field];
      boolean isThere = cell != ABSENT && cell < cells.count();
      if (isThere && !cells.isMissing(cell)) {
        verdict.enter(name(fields, field));
        fields.keep(field, fields.reader(field).readText(text(cell), verdict), values);
        verdict.leave();
      } else if (fields.isRequired(field)) {
        verdict.violated(Reason.REQUIRED, name(fields, field), isThere ? "is empty" : "is missing");
      }
    }
    return new GenericInternalRow(values);
  }

  private TextValue text(int cell) {
    return text.set(cells.bytes(cell), cells.from(cell), cells.to(cell));
  }

  private static String name(Fields fields, int field) {
    return fields.key(field).getValue();
  }
}
