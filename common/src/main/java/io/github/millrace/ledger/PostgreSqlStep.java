package io.github.millrace.ledger;

import java.util.List;

/**
 * Writes rows to tables of a schema in PostgreSQL, all in one transaction.
 *
 * @param schema {@code host:port/database/schema}
 */
public record PostgreSqlStep(String schema, List<Rows> rows) implements Step {

  public PostgreSqlStep {
    rows = List.copyOf(rows);
  }

  @Override
  public String target() {
    return "PostgreSQL schema " + schema;
  }

  /**
   * Rows for a table.
   *
   * @param file staged; each line an array of the columns' values as text
   * @param count how many lines it has
   */
  public record Rows(PostgreSqlTable table, String file, long count) {}
}
