package io.github.millrace.contract;

import io.github.millrace.csv.CsvDialect;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A contract as a SQL function, giving {@code STRUCT<record: STRUCT, reasons: ARRAY<STRING>,
 * unknownFields: INT, rounded: INT>}: the record, null if it is bad; why it is bad, null if it is
 * good; how many fields it has that the contract does not know; how many of its values have lost
 * digits, as their fields allow. A null value gives null.
 *
 * <ul>
 *   <li>{@code millrace.<name>(value)}: of a {@code STRING} or {@code BINARY} that holds one
 *       record's JSON
 *   <li>{@code millrace.<name>(value, header)}: of one that holds a CSV record, and a {@code
 *       STRING} that holds its file's header, or null if the columns are the contract's fields
 *   <li>{@code millrace.<name>(row)}: of a {@code STRUCT} whose fields have the types of the
 *       contract's; a field that is missing or of another type is an error of the query
 * </ul>
 */
record ContractFunction(Contract contract, CsvDialect dialect) implements UnboundFunction {

  @Override
  public String name() {
    return contract.name();
  }

  @Override
  public String description() {
    return "%s(value): parses and judges a record by contract %s %s"
        .formatted(name(), contract.id(), contract.version());
  }

  @Override
  public BoundFunction bind(StructType input) {
    boolean isText =
        !input.isEmpty()
            && (input.apply(0).dataType().equals(DataTypes.BinaryType)
                || input.apply(0).dataType().equals(DataTypes.StringType));
    if (isText && input.size() == 1) {
      return new OfJson(contract, input.apply(0).dataType());
    }
    if (isText && input.size() == 2 && isHeader(input.apply(1).dataType())) {
      return new OfCsv(contract, dialect, input.apply(0).dataType());
    }
    if (input.size() == 1 && input.apply(0).dataType() instanceof StructType row) {
      return ofRows(row);
    }
    throw new UnsupportedOperationException(
        "millrace.%s takes one STRING or BINARY, and for CSV the STRING of the header, or a STRUCT; was given (%s)"
            .formatted(name(), input.catalogString()));
  }

  private static boolean isHeader(DataType type) {
    return type.equals(DataTypes.StringType) || type.equals(DataTypes.NullType);
  }

  private OfRows ofRows(StructType row) {
    if (contract.variantBy() != null) {
      throw new UnsupportedOperationException(
          "contract %s has variants, which typed rows have not".formatted(contract.id()));
    }
    Fields fields = new Fields(contract.record());
    RowReader reader =
        RowReader.of(fields, row)
            .orElseThrow(
                () ->
                    new UnsupportedOperationException(
                        "rows do not fit contract %s %s: %s"
                            .formatted(
                                contract.id(),
                                contract.version(),
                                String.join("; ", RowReader.problems(fields, row)))));
    return new OfRows(contract, reader, row);
  }

  /** Of typed rows; public, with its {@code invoke} method, for the code that Spark generates. */
  public static final class OfRows extends Bound {
    private final RowReader reader;
    private transient Verdict verdict;

    private OfRows(Contract contract, RowReader reader, StructType row) {
      super(contract, row);
      this.reader = reader;
    }

    public InternalRow invoke(InternalRow row) {
      if (row == null) {
        return null;
      }
      if (verdict == null) {
        verdict = new Verdict();
      }
      verdict.begin();
      return verdict.result(reader.read(row, verdict));
    }
  }

  /** Of JSON; public, with its {@code invoke} methods, for the code that Spark generates. */
  public static final class OfJson extends OfText {
    private OfJson(Contract contract, DataType value) {
      super(contract, new JsonRecords(contract), value);
    }

    public InternalRow invoke(byte[] value) {
      return parse(value);
    }

    public InternalRow invoke(UTF8String value) {
      return parse(value);
    }
  }

  /** Of CSV; public, with its {@code invoke} methods, for the code that Spark generates. */
  public static final class OfCsv extends OfText {
    private final CsvRecords records;

    private OfCsv(Contract contract, CsvDialect dialect, DataType value) {
      this(contract, new CsvRecords(contract, dialect), value);
    }

    private OfCsv(Contract contract, CsvRecords records, DataType value) {
      super(contract, records, value, DataTypes.StringType);
      this.records = records;
    }

    public InternalRow invoke(byte[] value, UTF8String header) {
      records.under(header);
      return parse(value);
    }

    public InternalRow invoke(UTF8String value, UTF8String header) {
      records.under(header);
      return parse(value);
    }
  }

  private abstract static class OfText extends Bound {
    private final RecordParser parser;

    private OfText(Contract contract, RecordReader reader, DataType... input) {
      super(contract, input);
      this.parser = new RecordParser(reader);
    }

    final InternalRow parse(byte[] value) {
      return value == null ? null : parser.parse(value, 0, value.length);
    }

    final InternalRow parse(UTF8String value) {
      if (value == null) {
        return null;
      }
      if (value.getBaseObject() instanceof byte[] bytes) {
        int offset = (int) (value.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
        return parser.parse(bytes, offset, value.numBytes());
      }
      return parse(value.getBytes());
    }
  }

  private abstract static class Bound implements ScalarFunction<InternalRow> {
    private final String name;
    private final String version;
    private final DataType[] input;
    private final StructType result;

    private Bound(Contract contract, DataType... input) {
      this.name = contract.name();
      this.version = contract.id() + "@" + contract.version();
      this.input = input;
      this.result =
          new StructType()
              .add("record", contract.schema())
              .add("reasons", DataTypes.createArrayType(DataTypes.StringType, false))
              .add("unknownFields", DataTypes.IntegerType, false)
              .add("rounded", DataTypes.IntegerType, false);
    }

    @Override
    public DataType[] inputTypes() {
      return input.clone();
    }

    @Override
    public DataType resultType() {
      return result;
    }

    /** Not so, in truth; but said, it keeps the optimizer from parsing a record twice. */
    @Override
    public boolean isDeterministic() {
      return false;
    }

    @Override
    public String name() {
      return name;
    }

    /** What a plan calls it, and a column without a name. */
    @Override
    public String toString() {
      return ContractCatalog.NAME + "." + name;
    }

    @Override
    public String canonicalName() {
      return "millrace.%s.%s(%s)"
          .formatted(
              version,
              name,
              Arrays.stream(input).map(DataType::catalogString).collect(Collectors.joining(", ")));
    }
  }
}
