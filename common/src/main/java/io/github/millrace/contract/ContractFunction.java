package io.github.millrace.contract;

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
 * A contract as a SQL function: {@code millrace.<name>(value)} of a {@code STRING} or {@code
 * BINARY} that holds one record's text, giving {@code STRUCT<record: STRUCT, reasons:
 * ARRAY<STRING>, unknownFields: INT>}; a null value gives null.
 */
record ContractFunction(Contract contract) implements UnboundFunction {

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
    if (input.size() == 1
        && (input.apply(0).dataType().equals(DataTypes.BinaryType)
            || input.apply(0).dataType().equals(DataTypes.StringType))) {
      return new Bound(contract, input.apply(0).dataType());
    }
    throw new UnsupportedOperationException(
        "millrace.%s takes one STRING or BINARY, was given (%s)"
            .formatted(name(), input.catalogString()));
  }

  /** Public, with its {@code invoke} methods, for the code that Spark generates. */
  public static final class Bound implements ScalarFunction<InternalRow> {
    private final String name;
    private final String version;
    private final DataType input;
    private final StructType result;
    private final RecordParser parser;

    private Bound(Contract contract, DataType input) {
      this.name = contract.name();
      this.version = contract.id() + "@" + contract.version();
      this.input = input;
      this.parser = new RecordParser(contract);
      this.result =
          new StructType()
              .add("record", contract.schema())
              .add("reasons", DataTypes.createArrayType(DataTypes.StringType, false))
              .add("unknownFields", DataTypes.IntegerType, false);
    }

    public InternalRow invoke(byte[] value) {
      return value == null ? null : parser.parse(value, 0, value.length);
    }

    public InternalRow invoke(UTF8String value) {
      if (value == null) {
        return null;
      }
      if (value.getBaseObject() instanceof byte[] bytes) {
        int offset = (int) (value.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
        return parser.parse(bytes, offset, value.numBytes());
      }
      return invoke(value.getBytes());
    }

    @Override
    public DataType[] inputTypes() {
      return new DataType[] {input};
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
      return "millrace." + version + "." + name + "(" + input.catalogString() + ")";
    }
  }
}
