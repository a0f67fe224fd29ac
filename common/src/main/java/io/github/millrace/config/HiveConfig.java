package io.github.millrace.config;

import jakarta.validation.constraints.Pattern;
import java.util.Map;
import java.util.Objects;

/**
 * Where a job's Hive tables are: the block {@code hive} of a configuration.
 *
 * @param metastore {@code thrift://host:port}, several separated by commas; null for the one of
 *     Spark's own configuration
 * @param database by default {@code default}
 */
public record HiveConfig(
    @Pattern(
            regexp = "thrift://[^,\\s]+(,thrift://[^,\\s]+)*",
            message = "must be thrift://host:port, several separated by commas")
        String metastore,
    String database) {

  public HiveConfig {
    database = Objects.requireNonNullElse(database, "default");
  }

  /** What Spark needs for them; which version the metastore is of, is for the user to say. */
  public SparkSettings sparkSettings() {
    SparkSettings catalog =
        SparkSettings.forcing(Map.of("spark.sql.catalogImplementation", "hive"));
    return metastore == null
        ? catalog
        : catalog.plus(
            SparkSettings.forcing(Map.of("spark.hadoop.hive.metastore.uris", metastore)));
  }
}
