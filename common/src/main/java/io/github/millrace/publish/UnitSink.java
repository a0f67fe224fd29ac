package io.github.millrace.publish;

import io.github.millrace.record.SinkColumns;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code millrace}: the one way to write. It takes rows of {@link SinkColumns} and
 * a {@link UnitSpec}, and makes them visible as one unit. Used through {@link Publisher}.
 */
public final class UnitSink implements TableProvider, DataSourceRegister {
  static final String FORMAT = "millrace";
  static final String SPEC = "spec";

  @Override
  public String shortName() {
    return FORMAT;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return new StructType();
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new SinkTable();
  }

  private record SinkTable() implements Table, SupportsWrite {
    /** The sink takes what a write brings; {@link UnitWrite} checks it. */
    @Override
    public Column[] columns() {
      return new Column[0];
    }

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_WRITE, TableCapability.ACCEPT_ANY_SCHEMA);
    }

    @Override
    public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
      return new WriteBuilder() {
        @Override
        public UnitWrite build() {
          return new UnitWrite(UnitSpec.fromJson(info.options().get(SPEC)), info.schema());
        }
      };
    }
  }
}
