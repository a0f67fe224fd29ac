package io.github.millrace.publish;

import static java.util.stream.Collectors.joining;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.PostgreSqlTable;
import io.github.millrace.ledger.PostgreSqlTable.Column;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The SQL for tables of a schema: how they are made, checked and written to. */
final class SchemaSql {
  /** What units have been written; a database without it has had none. */
  private static final PostgreSqlTable UNITS =
      new PostgreSqlTable(
          "millrace_units",
          List.of(
              new Column("unit", "text"), new Column("committed_at", "timestamp with time zone")),
          List.of("unit"));

  private static final String COLUMNS =
      """
      SELECT attname, format_type(atttypid, atttypmod) AS type,
        attnotnull AND NOT atthasdef AND attidentity = '' AS needed,
        attidentity = 'a' OR attgenerated <> '' AS generated
      FROM pg_attribute
      WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
      """;

  /** Those that ON CONFLICT takes. */
  private static final String UNIQUE_KEYS =
      """
      SELECT array(
        SELECT attname::text FROM pg_attribute
        WHERE attrelid = indrelid AND attnum = ANY ((indkey::int2[])[0:indnkeyatts - 1])) AS key
      FROM pg_index
      WHERE indrelid = to_regclass(?) AND indisunique AND indimmediate AND indisvalid
        AND indpred IS NULL AND indexprs IS NULL
      """;

  private static final String MISSING_GRANTS =
      """
      SELECT privilege FROM unnest(array['SELECT', 'INSERT', 'UPDATE']) AS privilege
      WHERE NOT has_any_column_privilege(to_regclass(?), privilege)
      """;

  private final String name;
  private final String target;

  /**
   * The SQL for a schema.
   *
   * @param target the same as messages name it
   */
  SchemaSql(String name, String target) {
    this.name = name;
    this.target = target;
  }

  private String qualified(PostgreSqlTable table) {
    return quoted(name) + "." + quoted(table.name());
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private static String quoted(List<String> identifiers) {
    return identifiers.stream().map(SchemaSql::quoted).collect(joining(", "));
  }

  /** The table in which the units stand. */
  String units() {
    return qualified(UNITS);
  }

  String insertUnit() {
    return "INSERT INTO %s (unit) VALUES (?) ON CONFLICT (unit) DO NOTHING".formatted(units());
  }

  /** Writes a row whole, whatever stands there. */
  String upsert(PostgreSqlTable table) {
    List<String> columns = table.columns().stream().map(Column::name).toList();
    String changes =
        columns.stream()
            .filter(column -> !table.key().contains(column))
            .map(column -> "%1$s = excluded.%1$s".formatted(quoted(column)))
            .collect(joining(", "));
    return "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) %s"
        .formatted(
            qualified(table),
            quoted(columns),
            columns.stream().map(column -> "?").collect(joining(", ")),
            quoted(table.key()),
            changes.isEmpty() ? "DO NOTHING" : "DO UPDATE SET " + changes);
  }

  /** What makes the tables, and the one of the units. */
  String ddl(Collection<PostgreSqlTable> tables) {
    return Stream.concat(tables.stream(), Stream.of(UNITS))
        .map(table -> ddl(table) + ";")
        .collect(joining(" "));
  }

  private String ddl(PostgreSqlTable table) {
    String columns =
        table.columns().stream()
            .map(column -> "%s %s".formatted(quoted(column.name()), definition(table, column)))
            .collect(joining(", "));
    return "CREATE TABLE IF NOT EXISTS %s (%s, PRIMARY KEY (%s))"
        .formatted(qualified(table), columns, quoted(table.key()));
  }

  private static String definition(PostgreSqlTable table, Column column) {
    String type = ColumnType.of(column.type()).sql();
    return table.equals(UNITS) && !UNITS.key().contains(column.name())
        ? type + " NOT NULL DEFAULT now()"
        : type;
  }

  /** Sees that tables are there and as described, or says what is to be done. */
  void check(Connection connection, Collection<PostgreSqlTable> wanted, boolean create)
      throws SQLException {
    List<PostgreSqlTable> tables = new ArrayList<>(wanted);
    tables.add(UNITS);
    List<String> missing = new ArrayList<>();
    List<String> problems = new ArrayList<>(encodingProblems(connection));
    for (PostgreSqlTable table : tables) {
      Map<String, Found> found = columns(connection, table);
      if (found.isEmpty() && create) {
        create(connection, table);
        found = columns(connection, table);
      }
      if (found.isEmpty()) {
        missing.add(ddl(table) + ";");
      } else {
        problems.addAll(problems(connection, table, found));
      }
    }
    if (!missing.isEmpty()) {
      problems.add(
          "tables are missing; start with --create-tables, or create them:\n"
              + String.join("\n", missing));
    }
    if (!problems.isEmpty()) {
      throw new JobException(
          ExitCode.USAGE,
          "PostgreSQL schema %s: %s".formatted(target, String.join("; ", problems)));
    }
  }

  /** What a database of another encoding cannot hold would be refused when the unit is prepared. */
  private static List<String> encodingProblems(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet encoding = statement.executeQuery("SHOW server_encoding")) {
      encoding.next();
      return encoding.getString(1).equals("UTF8")
          ? List.of()
          : List.of(
              "the database is encoded in %s, which does not hold every text; create one with ENCODING 'UTF8'"
                  .formatted(encoding.getString(1)));
    }
  }

  private void create(Connection connection, PostgreSqlTable table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(ddl(table));
    } catch (SQLException e) {
      if (columns(connection, table).isEmpty()) {
        throw new JobException(
            ExitCode.USAGE,
            "PostgreSQL schema %s: table %s cannot be created (%s); let one who may create it:\n%s;"
                .formatted(target, table.name(), Patience.message(e), ddl(table)),
            e);
      }
      // Another has, in the same moment.
    }
  }

  /** A column as it is. */
  private record Found(String type, boolean needed, boolean generated) {}

  private Map<String, Found> columns(Connection connection, PostgreSqlTable table)
      throws SQLException {
    Map<String, Found> found = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setString(1, qualified(table));
      try (ResultSet columns = query.executeQuery()) {
        while (columns.next()) {
          found.put(
              columns.getString("attname"),
              new Found(
                  columns.getString("type"),
                  columns.getBoolean("needed"),
                  columns.getBoolean("generated")));
        }
      }
    }
    return found;
  }

  private List<String> problems(
      Connection connection, PostgreSqlTable table, Map<String, Found> found) throws SQLException {
    List<String> problems = new ArrayList<>();
    String remedy = "; change it, or let the job write to another table: %s".formatted(ddl(table));
    for (Column column : table.columns()) {
      Found there = found.remove(column.name());
      String type = ColumnType.of(column.type()).sql();
      if (there == null) {
        problems.add("table %s has no column %s".formatted(table.name(), column.name()));
      } else if (there.generated()) {
        problems.add(
            "column %s of table %s is GENERATED ALWAYS, and takes no value of the job's"
                .formatted(column.name(), table.name()));
      } else if (!there.type().equals(type)) {
        problems.add(
            "column %s of table %s is of type %s and not %s"
                .formatted(column.name(), table.name(), there.type(), type));
      }
    }
    found.forEach(
        (column, there) -> {
          if (there.needed()) {
            problems.add(
                "column %s of table %s is NOT NULL without a default, and the job has no value for it"
                    .formatted(column, table.name()));
          }
        });
    if (!uniqueKeys(connection, table).contains(Set.copyOf(table.key()))) {
      problems.add(
          "table %s has no primary key or unique index over just (%s)"
              .formatted(table.name(), String.join(", ", table.key())));
    }
    List<String> grants = missingGrants(connection, table);
    if (!grants.isEmpty()) {
      problems.add(
          "the login lacks %s on table %s".formatted(String.join(", ", grants), table.name()));
    }
    return problems.isEmpty() ? problems : List.of(String.join("; ", problems) + remedy);
  }

  private Set<Set<String>> uniqueKeys(Connection connection, PostgreSqlTable table)
      throws SQLException {
    Set<Set<String>> keys = new HashSet<>();
    try (PreparedStatement query = connection.prepareStatement(UNIQUE_KEYS)) {
      query.setString(1, qualified(table));
      try (ResultSet indexes = query.executeQuery()) {
        while (indexes.next()) {
          Array key = indexes.getArray("key");
          keys.add(Set.of((String[]) key.getArray()));
        }
      }
    }
    return keys;
  }

  private List<String> missingGrants(Connection connection, PostgreSqlTable table)
      throws SQLException {
    List<String> grants = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(MISSING_GRANTS)) {
      query.setString(1, qualified(table));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          grants.add(rows.getString(1));
        }
      }
    }
    return grants;
  }
}
