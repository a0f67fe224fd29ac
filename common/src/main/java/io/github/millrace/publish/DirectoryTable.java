package io.github.millrace.publish;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.types.StructType;

/**
 * The Hive table of the Parquet files in a directory of an output: those whose directories are
 * named by the table's partition columns.
 *
 * @param directory of the table
 * @param columns of the files
 * @param partitionedBy columns in the names of directories, outermost first
 */
public record DirectoryTable(
    String database, String table, String directory, StructType columns, StructType partitionedBy) {

  /** The values of the partition columns of a directory; empty if it is none of the table's. */
  Optional<Map<String, String>> spec(Path partition) {
    Path at = partition;
    Map<String, String> spec = new LinkedHashMap<>();
    String[] names = partitionedBy.fieldNames();
    for (int i = names.length - 1; i >= 0; i--) {
      String prefix = names[i] + "=";
      if (at == null || !at.getName().startsWith(prefix)) {
        return Optional.empty();
      }
      String value = at.getName().substring(prefix.length());
      spec.put(names[i], ExternalCatalogUtils.unescapePathName(value));
      at = at.getParent();
    }
    return new Path(directory).equals(at) ? Optional.of(spec) : Optional.empty();
  }

  /** The statement that makes the table. */
  String ddl() {
    return "CREATE EXTERNAL TABLE IF NOT EXISTS `%s`.`%s` (%s) PARTITIONED BY (%s) STORED AS PARQUET LOCATION '%s'"
        .formatted(
            database,
            table,
            columns(columns),
            columns(partitionedBy),
            directory.replace("\\", "\\\\").replace("'", "\\'"));
  }

  private static String columns(StructType columns) {
    return Arrays.stream(columns.fields())
        .map(
            column ->
                "`%s` %s".formatted(column.name().replace("`", "``"), column.dataType().sql()))
        .collect(joining(", "));
  }
}
