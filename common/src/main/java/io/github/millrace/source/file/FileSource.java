package io.github.millrace.source.file;

import io.github.millrace.record.RawRecords;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code millrace-files}: the records of a directory's files, as a stream. Spark's
 * own file source passes over empty files, and fails or falls silent on damaged ones; this one
 * gives each a row that says so, and after each file the count of its records. Used through {@link
 * FileInput}.
 */
public final class FileSource implements TableProvider, DataSourceRegister {
  static final String FORMAT = "millrace-files";

  @Override
  public String shortName() {
    return FORMAT;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return RawRecords.SCHEMA;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new FileTable();
  }

  private record FileTable() implements Table, SupportsRead {
    @Override
    public Column[] columns() {
      return Arrays.stream(RawRecords.SCHEMA.fields())
          .map(field -> Column.create(field.name(), field.dataType(), true))
          .toArray(Column[]::new);
    }

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.MICRO_BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return () -> new FileScan(FileInput.fromOptions(options));
    }
  }

  private record FileScan(FileInput input) implements Scan {
    @Override
    public StructType readSchema() {
      return RawRecords.SCHEMA;
    }

    @Override
    public String description() {
      return FORMAT + " " + input.path();
    }

    @Override
    public MicroBatchStream toMicroBatchStream(String checkpoint) {
      org.apache.spark.sql.classic.SparkSession session =
          (org.apache.spark.sql.classic.SparkSession) SparkSession.active();
      return new FileStream(
          input,
          checkpoint,
          session.sparkContext()::defaultParallelism,
          session.sessionState().newHadoopConf());
    }
  }
}
