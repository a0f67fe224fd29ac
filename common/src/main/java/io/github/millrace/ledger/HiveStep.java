package io.github.millrace.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * Points partitions of a Hive table at what the unit has published; registers those that are new.
 *
 * @param columns that the unit's files have and the table had not: they are added first
 */
public record HiveStep(
    String database,
    String table,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Column> columns,
    List<Partition> partitions)
    implements Step {

  /**
   * The partition's parameter that has the {@link LedgerEntry#identity} of what set its place: its
   * version.
   */
  public static final String VERSION = "millrace.unit";

  /** The version of a partition that is there and has none. */
  public static final String UNKNOWN = "";

  public HiveStep {
    // Entries of earlier versions have none.
    columns = columns == null ? List.of() : List.copyOf(columns);
    partitions = List.copyOf(partitions);
  }

  /** One that adds no columns. */
  public HiveStep(String database, String table, List<Partition> partitions) {
    this(database, table, List.of(), partitions);
  }

  /**
   * A column.
   *
   * @param type as in SQL
   */
  public record Column(String name, String type) {}

  @Override
  public String target() {
    return "Hive table " + database + "." + table;
  }

  /**
   * A partition.
   *
   * @param spec the value of each partition column
   * @param location its directory from now on
   * @param parameters what it has beside its version
   * @param expected the version that it had when the unit was prepared; {@link #UNKNOWN} if it had
   *     none, null if there was no such partition
   */
  public record Partition(
      Map<String, String> spec, String location, Map<String, String> parameters, String expected) {

    /** One of which it is not known yet whether it is there. */
    public Partition(Map<String, String> spec, String location, Map<String, String> parameters) {
      this(spec, location, parameters, null);
    }
  }
}
