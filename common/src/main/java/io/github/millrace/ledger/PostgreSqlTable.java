package io.github.millrace.ledger;

import java.util.List;

/**
 * A table whose rows have a key: what comes later under a key takes the place of what is there.
 *
 * @param name without a schema, which is the connection's
 * @param key those of the columns that make a row unique
 */
public record PostgreSqlTable(String name, List<Column> columns, List<String> key) {

  public PostgreSqlTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    List<String> names = columns.stream().map(Column::name).toList();
    if (key.isEmpty() || !names.containsAll(key)) {
      throw new IllegalArgumentException(
          "table %s: its key %s must be columns out of %s".formatted(name, key, names));
    }
  }

  /**
   * A column.
   *
   * @param type as PostgreSQL writes it: {@code text}, {@code boolean}, {@code integer}, {@code
   *     bigint}, {@code double precision}, {@code numeric(12,2)}, {@code date} or {@code timestamp
   *     with time zone}
   */
  public record Column(String name, String type) {}
}
