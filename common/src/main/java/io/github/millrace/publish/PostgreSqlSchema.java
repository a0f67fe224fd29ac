package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.PostgreSqlStep;
import io.github.millrace.ledger.PostgreSqlTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A schema of a PostgreSQL database. The rows of a unit and the unit's name come there in one
 * transaction; a unit whose name is there is done. A row is written whole, so that what comes after
 * a restore of the one or the other side is never added twice.
 */
public final class PostgreSqlSchema {
  private static final int BATCH = 1_000;

  /** SQLSTATE classes of what passes: connection, resources, the server's own system. */
  private static final Set<String> PASSING_CLASSES = Set.of("08", "53", "58");

  /**
   * And single ones: serialization, deadlock, locks; shutdown, start, a connection that was ended;
   * a server that is a standby for the moment.
   */
  private static final Set<String> PASSING =
      Set.of(
          "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57014", "57P05", "25P03", "25006");

  private static final String LOGIN_CLASS = "28";

  private final String url;
  private final Properties login = new Properties();
  private final String schema;
  private final SchemaSql tables;
  private final Patience patience;

  /**
   * The schema that the URL names as {@code currentSchema}, or {@code public}.
   *
   * @param url of JDBC: {@code jdbc:postgresql://host:port/database}
   * @param user null if the URL has it
   * @param password null if the URL has it, or the server asks for none
   * @throws JobException with {@link ExitCode#USAGE} if the URL names no database
   */
  public PostgreSqlSchema(String url, String user, String password) {
    this(url, user, password, Patience.USUAL);
  }

  PostgreSqlSchema(String url, String user, String password, Patience patience) {
    // Each name is written with its schema, and a pooler takes no search_path.
    this.url = url.replaceFirst("(?<=[?&])currentSchema=[^&]*&?", "");
    this.patience = patience;
    Properties parsed = Driver.parseURL(url, new Properties());
    String database = parsed == null ? null : PGProperty.PG_DBNAME.getOrDefault(parsed);
    if (database == null) {
      // Not the URL itself, which may hold a password.
      throw new JobException(
          ExitCode.USAGE,
          "the URL of PostgreSQL must be like jdbc:postgresql://host:5432/database");
    }
    String name = PGProperty.CURRENT_SCHEMA.getOrDefault(parsed);
    String first = name == null ? "public" : unquoted(name.split(",", 2)[0].strip());
    this.schema = "%s/%s/%s".formatted(hosts(parsed), database, first);
    this.tables = new SchemaSql(first, schema);
    if (user != null) {
      PGProperty.USER.set(login, user);
    }
    if (password != null) {
      PGProperty.PASSWORD.set(login, password);
    }
    PGProperty.APPLICATION_NAME.set(login, "millrace");
    // A server that is gone without a word is noticed.
    PGProperty.CONNECT_TIMEOUT.set(login, 10);
    PGProperty.SOCKET_TIMEOUT.set(login, 300);
    PGProperty.TCP_KEEP_ALIVE.set(login, true);
    // Details hold values of rows, which do not belong into a log.
    PGProperty.LOG_SERVER_ERROR_DETAIL.set(login, false);
  }

  /** PostgreSQL wants a name with capitals in quotes. */
  private static String unquoted(String name) {
    return name.length() > 2 && name.startsWith("\"") && name.endsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }

  private static String hosts(Properties parsed) {
    String[] hosts = PGProperty.PG_HOST.getOrDefault(parsed).split(",", -1);
    String[] ports = PGProperty.PG_PORT.getOrDefault(parsed).split(",", -1);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < hosts.length; i++) {
      all.add(hosts[i] + ":" + ports[i]);
    }
    return String.join(",", all);
  }

  /** How steps name it: {@code host:port/database/schema}, without the login. */
  public String schema() {
    return schema;
  }

  /**
   * Sees before a run that tables are there and are as they are described, and so is the one in
   * which the units stand.
   *
   * @param create whether missing ones are created
   * @throws JobException with {@link ExitCode#USAGE} if not, with what differs, or the DDL
   */
  public void check(Collection<PostgreSqlTable> wanted, boolean create) throws IOException {
    String what = "PostgreSQL schema " + schema;
    patience.attempt(
        what,
        () -> {
          try (Connection connection = connect()) {
            tables.check(connection, wanted, create);
          }
        },
        PostgreSqlSchema::isPassing,
        e -> failure(what, "see that the login may read the catalog", "Start again", e));
  }

  /** Does a step of a unit that is prepared, unless that has been done. */
  void apply(PostgreSqlStep step, LedgerEntry entry, Ledger ledger, Configuration hadoop)
      throws IOException {
    String what = "unit %s, %s".formatted(entry.unit(), step.target());
    String next =
        "The unit stays prepared, and the next run of job %s completes it".formatted(entry.job());
    List<PostgreSqlTable> wanted =
        step.rows().stream().map(PostgreSqlStep.Rows::table).distinct().toList();
    patience.attempt(
        what,
        () -> attempt(step, entry, ledger, hadoop),
        PostgreSqlSchema::isPassing,
        e -> failure(what, "see that the tables are as by: " + tables.ddl(wanted), next, e));
  }

  private static JobException failure(String what, String remedy, String next, Exception e) {
    if (!(e instanceof SQLException refused)) {
      return new JobException(
          ExitCode.FAILED, "%s: %s. %s".formatted(what, Patience.message(e), next), e);
    }
    if (isPassing(e)) {
      return new JobException(
          ExitCode.FAILED,
          "%s: PostgreSQL does not do it (%s); see that it runs. %s"
              .formatted(what, message(refused), next),
          e);
    }
    if (state(refused).startsWith(LOGIN_CLASS)) {
      // Without what the server says, for that names the user.
      return new JobException(
          ExitCode.USAGE,
          "%s: PostgreSQL refuses the login (SQLSTATE %s); correct user and password in the configuration. %s"
              .formatted(what, state(refused), next));
    }
    return new JobException(
        ExitCode.USAGE,
        "%s: PostgreSQL refuses it (%s, SQLSTATE %s); %s. %s"
            .formatted(what, message(refused), state(refused), remedy, next),
        e);
  }

  private static boolean isPassing(Exception e) {
    if (!(e instanceof SQLException refused)) {
      return false;
    }
    String state = state(refused);
    return PASSING.contains(state) || PASSING_CLASSES.contains(state.substring(0, 2));
  }

  private static String state(SQLException e) {
    String state = e.getSQLState();
    return state == null || state.length() < 2 ? "??" : state;
  }

  /** Of a batch what the server says, and not which statement it was. */
  private static String message(SQLException e) {
    return Patience.message(e.getNextException() == null ? e : e.getNextException());
  }

  private Connection connect() throws SQLException {
    return new Driver().connect(url, login);
  }

  private void attempt(PostgreSqlStep step, LedgerEntry entry, Ledger ledger, Configuration hadoop)
      throws SQLException, IOException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      setUp(connection);
      if (begin(connection, entry.identity())) {
        for (PostgreSqlStep.Rows rows : step.rows()) {
          if (!upsert(connection, rows, entry, ledger, hadoop)) {
            connection.rollback();
            return;
          }
        }
      }
      connection.commit();
    }
  }

  private static void setUp(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // What is committed here stays, however the server is set up: the ledger says that it is
      // there.
      statement.execute("SET LOCAL synchronous_commit = on");
      // A paused process that is in the middle of this holds up no other for long.
      statement.execute("SET LOCAL lock_timeout = '10s'");
      statement.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'");
    }
  }

  /** Whether the unit is not there yet; waits for another that is just about to write it. */
  private boolean begin(Connection connection, String unit) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(tables.insertUnit())) {
      insert.setString(1, unit);
      return insert.executeUpdate() == 1;
    }
  }

  /** Whether there is still something to do. */
  private boolean upsert(
      Connection connection,
      PostgreSqlStep.Rows rows,
      LedgerEntry entry,
      Ledger ledger,
      Configuration hadoop)
      throws SQLException, IOException {
    try (PreparedStatement upsert = connection.prepareStatement(tables.upsert(rows.table()))) {
      Batch batch = new Batch(upsert, rows.table());
      long read = RowFile.read(new Path(rows.file()), batch::add, hadoop);
      if (read != rows.count()) {
        throw damaged(entry, "%s has %d rows of %d".formatted(rows.file(), read, rows.count()));
      }
      batch.execute();
      return true;
    } catch (FileNotFoundException e) {
      if (ledger.prepared(entry.unit()).isEmpty()) {
        // Another has completed the unit, and cleared its staging, while this process was paused.
        return false;
      }
      throw damaged(
          entry, "neither %s nor the unit in %s exists".formatted(rows.file(), tables.units()));
    }
  }

  private JobException damaged(LedgerEntry entry, String fault) {
    return new JobException(
        ExitCode.INTEGRITY,
        "unit %s, PostgreSQL schema %s: %s; restore one and start again"
            .formatted(entry.unit(), schema, fault));
  }

  /** Statements on their way to the server. */
  private static final class Batch {
    private final PreparedStatement statement;
    private final int[] key;
    private final boolean[] number;
    private final Set<List<String>> keys = new HashSet<>();
    private int size;

    Batch(PreparedStatement statement, PostgreSqlTable table) {
      this.statement = statement;
      List<String> columns = table.columns().stream().map(PostgreSqlTable.Column::name).toList();
      this.key = table.key().stream().mapToInt(columns::indexOf).toArray();
      this.number = new boolean[columns.size()];
      for (int column : key) {
        String type = ColumnType.of(table.columns().get(column).type()).sql();
        number[column] = type.startsWith("numeric") || type.startsWith("double");
      }
    }

    void add(String[] row) throws SQLException {
      List<String> ofRow = Arrays.stream(key).mapToObj(column -> keyPart(row, column)).toList();
      if (!keys.add(ofRow)) {
        // One statement for many rows, as the URL's reWriteBatchedInserts asks for, takes none
        // twice.
        execute();
        keys.add(ofRow);
      }
      for (int i = 0; i < row.length; i++) {
        // Of no type: PostgreSQL reads it as the column's.
        statement.setObject(i + 1, row[i], Types.OTHER);
      }
      statement.addBatch();
      size++;
      if (size == BATCH) {
        execute();
      }
    }

    /** Equal where PostgreSQL's values are, as of 1.0 and 1.00. */
    private String keyPart(String[] row, int column) {
      if (!number[column]) {
        return row[column];
      }
      try {
        return new BigDecimal(row[column]).stripTrailingZeros().toString();
      } catch (NumberFormatException e) {
        return row[column]; // Infinity, and what is no number.
      }
    }

    void execute() throws SQLException {
      statement.executeBatch();
      keys.clear();
      size = 0;
    }
  }
}
