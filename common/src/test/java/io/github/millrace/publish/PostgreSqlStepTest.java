package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.PostgreSqlStep;
import io.github.millrace.ledger.PostgreSqlTable;
import io.github.millrace.ledger.PostgreSqlTable.Column;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.PostgreSql;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Units that write rows to a real PostgreSQL. */
class PostgreSqlStepTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  static final Shared<PostgreSql> SERVER = Shared.of(PostgreSql.class, PostgreSql::start);

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Patience SHORT = new Patience(2, Duration.ofMillis(1));
  private static final Patience LONG = new Patience(12, Duration.ofMillis(10));
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final PostgreSqlTable DAILY =
      new PostgreSqlTable(
          "daily",
          List.of(
              new Column("day", "date"),
              new Column("network", "text"),
              new Column("views", "bigint")),
          List.of("day", "network"));

  private static final LocalDate MON = LocalDate.of(2026, 11, 23);

  @TempDir private Path dir;

  private final String database = "steps" + NEXT.incrementAndGet();
  private Disk disk;
  private Output output;
  private Ledger ledger;
  private Connection own;

  @BeforeEach
  void setUp() throws IOException, SQLException {
    SERVER.get().createDatabase(database);
    own = SERVER.get().connect(database);
    disk = Disk.Kind.LOCAL.create(dir, HDFS);
    output =
        new Output(
            List.of(new Output.Destination("out", disk.path("out"))),
            Format.CSV,
            List.of(),
            null,
            null);
    ledger = new Ledger(output.ledger(), disk.hadoop());
  }

  @AfterEach
  void disconnect() throws SQLException {
    own.close();
  }

  private PostgreSqlSchema schema(Patience patience) {
    return new PostgreSqlSchema(
        SERVER.get().jdbcUrl(database), SERVER.get().user(), SERVER.get().password(), patience);
  }

  private void createTables() throws IOException {
    schema(SHORT).check(List.of(DAILY), true);
  }

  private static CommitSteps steps(PostgreSqlSchema schema) {
    return new CommitSteps(null, List.of(schema));
  }

  private static List<Object> row(LocalDate day, String network, long views) {
    return Arrays.asList(day, network, views);
  }

  private LedgerEntry publish(String unit, Unit.Completion completion) throws IOException {
    try (Publisher publisher =
        Publisher.open(output, Role.STREAM, steps(schema(SHORT)), disk.hadoop())) {
      return publisher.publish(null, spec(output, unit), completion);
    }
  }

  private LedgerEntry publish(String unit, List<List<Object>> rows) throws IOException {
    return publish(unit, pending -> pending.upsert(schema(SHORT), DAILY, rows));
  }

  private List<LedgerEntry> recover(Patience patience) throws IOException {
    try (Publisher publisher =
        Publisher.open(output, Role.STREAM, steps(schema(patience)), disk.hadoop())) {
      return publisher.recovered();
    }
  }

  private void takeBack(LedgerEntry entry) throws IOException {
    disk.move(
        "out/_ledger/" + Entries.today(entry.unit()),
        "out/_ledger/prepared/" + entry.unit() + ".json");
  }

  private void sql(String sql) throws SQLException {
    try (Statement statement = own.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = own.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }

  private List<String> daily() throws SQLException {
    return query("SELECT concat_ws(' ', day, network, views) FROM daily ORDER BY 1");
  }

  private List<String> units() throws SQLException {
    return query("SELECT split_part(unit, '@', 1) FROM millrace_units ORDER BY 1");
  }

  private static void assertEnds(ExitCode code, ThrowingCallable call, String... messages) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(JobException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContainingAll(messages)
        .hasMessageNotContaining(SERVER.get().password());
  }

  // --- What comes there

  @Test
  void rowsComeWithTheirUnitAndReplaceThoseOfTheirKeys() throws IOException, SQLException {
    createTables();
    publish("u1", List.of(row(MON, "a", 1), row(MON, "b", 2)));
    LedgerEntry entry =
        publish("u2", List.of(row(MON, "b", 5), row(MON, "c", 6), row(MON, "b", 7)));

    assertThat(daily()).containsExactly("2026-11-23 a 1", "2026-11-23 b 7", "2026-11-23 c 6");
    assertThat(units()).containsExactly("u1", "u2");
    assertThat(query("SELECT 1 FROM millrace_units WHERE committed_at > now() - interval '1 h'"))
        .hasSize(2);
    assertThat(ledger.committed("u2")).contains(entry);
    assertThat(disk.files())
        .containsExactly(
            "out/_ledger/" + Entries.today("u1"), "out/_ledger/" + Entries.today("u2"));
  }

  @Test
  void rowsOfAllTablesOfASchemaComeTogether() throws IOException, SQLException {
    PostgreSqlTable keys =
        new PostgreSqlTable("Odd \"name\"", List.of(new Column("a.b", "text")), List.of("a.b"));
    schema(SHORT).check(List.of(DAILY, keys), true);

    LedgerEntry entry =
        publish(
            "u",
            unit -> {
              unit.upsert(schema(SHORT), DAILY, List.of(row(MON, "a", 1)));
              unit.upsert(schema(SHORT), keys, List.of(List.of("x"), List.of("x")));
              unit.upsert(schema(SHORT), DAILY, List.of(row(MON, "a", 2)));
              unit.upsert(schema(SHORT), DAILY, List.of());
            });

    assertThat(entry.steps())
        .singleElement()
        .isInstanceOfSatisfying(
            PostgreSqlStep.class,
            step ->
                assertThat(step.rows())
                    .extracting(PostgreSqlStep.Rows::count)
                    .containsExactly(1L, 2L, 1L));
    assertThat(daily()).containsExactly("2026-11-23 a 2");
    assertThat(query("SELECT \"a.b\" FROM \"Odd \"\"name\"\"\"")).containsExactly("x");
  }

  @Test
  void valuesOfAllTypesComeAsTheyAre() throws IOException, SQLException {
    PostgreSqlTable all =
        new PostgreSqlTable(
            "types",
            List.of(
                new Column("id", "integer"),
                new Column("t", "text"),
                new Column("b", "boolean"),
                new Column("l", "bigint"),
                new Column("d", "double precision"),
                new Column("n", "numeric(6, 2)"),
                new Column("day", "date"),
                new Column("at", "timestamp with time zone")),
            List.of("id"));
    schema(SHORT).check(List.of(all), true);
    Instant at = Instant.parse("2026-11-23T10:00:00.123456Z");
    String text = "ü😀\\N \"x\",\n{}'";

    publish(
        "u",
        unit ->
            unit.upsert(
                schema(SHORT),
                all,
                List.of(
                    List.of(
                        1,
                        text,
                        true,
                        Long.MIN_VALUE,
                        0.1 + 0.2,
                        new BigDecimal("-9999.9"),
                        MON,
                        at),
                    Arrays.asList(2, null, null, 3, Double.NaN, 7L, null, Timestamp.from(at)))));

    try (Statement statement = own.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM types ORDER BY id")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString("t")).isEqualTo(text);
      assertThat(row.getBoolean("b")).isTrue();
      assertThat(row.getLong("l")).isEqualTo(Long.MIN_VALUE);
      assertThat(row.getDouble("d")).isEqualTo(0.1 + 0.2);
      assertThat(row.getBigDecimal("n")).isEqualTo(new BigDecimal("-9999.90"));
      assertThat(row.getObject("day", LocalDate.class)).isEqualTo(MON);
      assertThat(row.getTimestamp("at").toInstant()).isEqualTo(at);
      assertThat(row.next()).isTrue();
      assertThat(row.getString("t")).isNull();
      assertThat(row.getDouble("d")).isNaN();
      assertThat(row.getTimestamp("at").toInstant()).isEqualTo(at);
    }
    schema(SHORT).check(List.of(all), false);
  }

  @Test
  void aUnitOfManyRowsComesInBatches() throws IOException, SQLException {
    createTables();
    publish("u", LongStream.range(0, 2_500).mapToObj(i -> row(MON.plusDays(i), "a", i)).toList());

    assertThat(query("SELECT count(*) || ' ' || sum(views) FROM daily"))
        .containsExactly("2500 3123750");
  }

  /** As users set it for speed: the driver makes one statement of many rows then. */
  @Test
  void aKeyMayComeTwiceWhereTheDriverRewritesStatements() throws IOException, SQLException {
    createTables();
    PostgreSqlSchema rewriting = rewriting();
    try (Publisher publisher =
        Publisher.open(output, Role.STREAM, steps(rewriting), disk.hadoop())) {
      publisher.publish(
          null,
          spec(output, "u"),
          unit ->
              unit.upsert(
                  rewriting,
                  DAILY,
                  List.of(row(MON, "a", 1), row(MON, "b", 2), row(MON, "a", 3), row(MON, "a", 4))));
    }
    assertThat(daily()).containsExactly("2026-11-23 a 4", "2026-11-23 b 2");
  }

  /** Of an output that was restored, with its checkpoint, to what it was before the unit. */
  @Test
  void aUnitWhoseNameComesAgainIsDone() throws IOException, SQLException {
    createTables();
    publish("u", List.of(row(MON, "a", 1)));
    disk.delete("out");

    publish("u", List.of(row(MON, "a", 2), row(MON, "b", 5)));

    assertThat(daily()).containsExactly("2026-11-23 a 2", "2026-11-23 b 5");
    assertThat(units()).containsExactly("u", "u");
  }

  @Test
  void aDatabaseThatDoesNotHoldEveryTextIsRefused() throws SQLException {
    sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    PostgreSqlSchema latin =
        new PostgreSqlSchema(
            SERVER.get().jdbcUrl("latin"), SERVER.get().user(), SERVER.get().password(), SHORT);

    assertThatThrownBy(() -> latin.check(List.of(DAILY), true))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("the database is encoded in LATIN1");
  }

  /** As users ask for many rows in a statement. */
  private PostgreSqlSchema rewriting() {
    String url = SERVER.get().jdbcUrl(database);
    return new PostgreSqlSchema(
        url + (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true",
        SERVER.get().user(),
        SERVER.get().password(),
        SHORT);
  }

  @Test
  void keysThatAreEqualInAnotherSpellingMayComeTogether() throws IOException, SQLException {
    PostgreSqlTable prices =
        new PostgreSqlTable(
            "prices",
            List.of(
                new PostgreSqlTable.Column("price", "numeric(10,2)"),
                new PostgreSqlTable.Column("ratio", "double precision"),
                new PostgreSqlTable.Column("items", "bigint")),
            List.of("price", "ratio"));
    PostgreSqlSchema rewriting = rewriting();
    rewriting.check(List.of(prices), true);
    try (Publisher publisher =
        Publisher.open(output, Role.STREAM, steps(rewriting), disk.hadoop())) {
      publisher.publish(
          null,
          spec(output, "u"),
          unit ->
              unit.upsert(
                  rewriting,
                  prices,
                  List.of(
                      List.of(new BigDecimal("1.0"), 0.0, 1L),
                      List.of(new BigDecimal("1.00"), -0.0, 2L),
                      List.of(BigDecimal.ONE, 0.0, 3L))));
    }
    assertThat(query("SELECT items::text FROM prices")).containsExactly("3");
  }

  /** What Spark has as a timestamp is a date of the Julian calendar before 1582. */
  @Test
  void valuesAreWrittenAsTheyAreOrNotAtAll() {
    assertThat(
            ColumnType.of("timestamp with time zone")
                .text(
                    DateTimeUtils.toJavaTimestamp(
                        DateTimeUtils.instantToMicros(Instant.parse("1000-01-01T00:00:00Z")))))
        .isEqualTo("1000-01-01T00:00:00Z");
    assertThatThrownBy(() -> ColumnType.of("text").text("a\ud800b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** After the unit is prepared there is no way back. */
  @ParameterizedTest
  @CsvSource({
    "text, 1, a value of Long does not fit text",
    "integer, 2147483648, a value of Long does not fit integer",
    "'numeric(3,1)', 100, 'a value of Long does not fit numeric(3,1)'",
    "date, 1, a value of Long does not fit date",
    "money, 1, a column cannot be of type money; choose text"
  })
  void aValueThatDoesNotFitEndsTheUnitBeforeItIsPrepared(String type, long value, String message)
      throws IOException {
    PostgreSqlTable table = new PostgreSqlTable("t", List.of(new Column("a", type)), List.of("a"));

    assertThatThrownBy(
            () -> publish("u", unit -> unit.upsert(schema(SHORT), table, List.of(List.of(value)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(
            () ->
                publish("u", unit -> unit.upsert(schema(SHORT), DAILY, List.of(row(MON, null, 1)))))
        .hasMessageContaining("table daily, column network: a key cannot be null");
    assertThat(disk.files()).isEmpty();
  }

  // --- Done twice, late, and cut off

  @Test
  void aUnitThatIsThereIsDone() throws IOException, SQLException {
    createTables();
    LedgerEntry entry = publish("u1", List.of(row(MON, "a", 1)));
    publish("u2", List.of(row(MON, "a", 2)));
    takeBack(entry);
    steps(schema(SHORT)).run(entry, ledger, disk.hadoop());
    assertThat(recover(SHORT)).containsExactly(entry);

    assertThat(daily()).containsExactly("2026-11-23 a 2");
    assertThat(units()).containsExactly("u1", "u2");
  }

  /** A paused step, whose unit others have completed, in a database that is an older copy. */
  @Test
  void aUnitThatIsInTheLedgerIsDone() throws IOException, SQLException {
    createTables();
    LedgerEntry entry = publish("u1", List.of(row(MON, "a", 1)));
    sql("DELETE FROM millrace_units");
    sql("DELETE FROM daily");

    steps(schema(SHORT)).run(entry, ledger, disk.hadoop());

    assertThat(daily()).isEmpty();
    assertThat(units()).isEmpty();
    takeBack(entry);
    assertEnds(
        ExitCode.INTEGRITY,
        () -> recover(SHORT),
        "unit u1",
        "neither file:",
        "nor the unit in \"public\".\"millrace_units\" exists; restore one and start again");
    assertThat(ledger.prepared()).hasSize(1);
  }

  /** Blocks the unit's transaction at a row until the own transaction ends. */
  private CompletableFuture<LedgerEntry> publishBlocked(Patience patience, List<List<Object>> rows)
      throws SQLException {
    own.setAutoCommit(false);
    sql("SELECT 1 FROM daily FOR UPDATE");
    CompletableFuture<LedgerEntry> published =
        CompletableFuture.supplyAsync(
            () -> {
              try (Publisher publisher =
                  Publisher.open(output, Role.STREAM, steps(schema(patience)), disk.hadoop())) {
                return publisher.publish(
                    null,
                    spec(output, "u2"),
                    pending -> pending.upsert(schema(patience), DAILY, rows));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    blocked();
    return published;
  }

  private String blocked() {
    return Await.value(
        "a blocked transaction",
        SOON,
        () -> {
          try (Connection connection = SERVER.get().connect(database);
              Statement statement = connection.createStatement();
              ResultSet found =
                  statement.executeQuery(
                      "SELECT pid FROM pg_stat_activity WHERE application_name = 'millrace'"
                          + " AND wait_event_type = 'Lock'")) {
            return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
          } catch (SQLException e) {
            throw new IOException(e);
          }
        });
  }

  private void terminate(String backend) throws SQLException {
    try (Connection connection = SERVER.get().connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_terminate_backend(" + backend + ")");
    }
  }

  @Test
  void aTransactionThatIsCutOffIsBegunAnew() throws IOException, SQLException {
    createTables();
    publish("u1", List.of(row(MON, "b", 1)));
    CompletableFuture<LedgerEntry> published =
        publishBlocked(LONG, List.of(row(MON, "a", 7), row(MON, "b", 7)));
    terminate(blocked());
    own.rollback();

    LedgerEntry entry = published.join();

    assertThat(daily()).containsExactly("2026-11-23 a 7", "2026-11-23 b 7");
    assertThat(units()).containsExactly("u1", "u2");
    assertThat(ledger.committed("u2")).contains(entry);
  }

  @Test
  void aTransactionThatIsCutOffForGoodLeavesNothing() throws IOException, SQLException {
    createTables();
    publish("u1", List.of(row(MON, "b", 1)));
    CompletableFuture<LedgerEntry> published =
        publishBlocked(new Patience(1, Duration.ZERO), List.of(row(MON, "a", 7), row(MON, "b", 7)));
    terminate(blocked());
    assertThatThrownBy(published::join).hasCauseInstanceOf(JobException.class);
    own.rollback();
    assertThat(daily()).containsExactly("2026-11-23 b 1");
    assertThat(units()).containsExactly("u1");

    assertThat(recover(SHORT)).extracting(LedgerEntry::unit).containsExactly("u2");

    assertThat(daily()).containsExactly("2026-11-23 a 7", "2026-11-23 b 7");
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
  }

  /** Two that complete the same unit: the second waits, and finds it done. */
  @Test
  void isDoneOnceByTwoAtATime() throws IOException, SQLException {
    createTables();
    publish("u1", List.of(row(MON, "b", 1)));
    CompletableFuture<LedgerEntry> published = publishBlocked(LONG, List.of(row(MON, "b", 7)));
    LedgerEntry prepared = ledger.prepared("u2").orElseThrow();
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              try {
                steps(schema(LONG)).run(prepared, ledger, disk.hadoop());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            // Not the common pool, which may have one thread, and that waits.
            task -> new Thread(task).start());
    Await.until(
        "both to wait",
        SOON,
        () -> {
          try (Connection connection = SERVER.get().connect(database);
              Statement statement = connection.createStatement();
              ResultSet found =
                  statement.executeQuery(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")) {
            return found.next() && found.getInt(1) == 2;
          } catch (SQLException e) {
            throw new IOException(e);
          }
        });
    own.rollback();

    other.join();
    published.join();

    assertThat(daily()).containsExactly("2026-11-23 b 7");
    assertThat(units()).containsExactly("u1", "u2");
  }

  @Test
  void aStagedFileThatLacksRowsIsRefused() throws IOException, SQLException {
    createTables();
    sql("ALTER TABLE daily RENAME TO away");
    assertEnds(
        ExitCode.USAGE,
        () -> publish("u", List.of(row(MON, "a", 1), row(MON, "b", 2))),
        "PostgreSQL refuses it");
    sql("ALTER TABLE away RENAME TO daily");
    String file =
        disk.files().stream().filter(name -> name.endsWith(".jsonl")).findFirst().orElseThrow();
    disk.write(file, disk.text(file).lines().findFirst().orElseThrow() + "\n");

    assertEnds(ExitCode.INTEGRITY, () -> recover(SHORT), "has 1 rows of 2");
    assertThat(daily()).isEmpty();
    assertThat(units()).isEmpty();
  }

  // --- A server that does not answer, or refuses

  @Test
  void aUnitStaysPreparedWhileTheServerIsDown() throws IOException, SQLException {
    createTables();
    own.close();
    SERVER.get().stop();
    assertEnds(
        ExitCode.FAILED,
        () -> publish("u", List.of(row(MON, "a", 1))),
        "unit u, PostgreSQL schema localhost:",
        "/" + database + "/public: PostgreSQL does not do it (",
        "The unit stays prepared, and the next run of job flatten completes it");
    assertThat(ledger.prepared()).hasSize(1);
    assertThat(disk.files()).anyMatch(name -> name.endsWith(".jsonl"));

    CompletableFuture<Void> start = CompletableFuture.runAsync(SERVER.get()::startAgain);
    assertThat(recover(LONG)).hasSize(1);

    start.join();
    own = SERVER.get().connect(database);
    assertThat(daily()).containsExactly("2026-11-23 a 1");
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
  }

  @Test
  void aTableThatIsGoneIsNamedAndTheUnitStaysPrepared() throws IOException, SQLException {
    createTables();
    sql("DROP TABLE daily");

    assertEnds(
        ExitCode.USAGE,
        () -> publish("u", List.of(row(MON, "a", 1))),
        "unit u, PostgreSQL schema localhost:",
        "relation \"public.daily\" does not exist, SQLSTATE 42P01",
        "CREATE TABLE IF NOT EXISTS \"public\".\"daily\"");
    createTables();
    assertThat(recover(SHORT)).hasSize(1);
    assertThat(daily()).containsExactly("2026-11-23 a 1");
  }

  @Test
  void noLoginIsToldAnywhere() throws IOException, SQLException {
    createTables();
    sql("DROP TABLE daily");
    String url =
        SERVER.get().jdbcUrl(database)
            + "?user=%s&password=%s".formatted(SERVER.get().user(), SERVER.get().password());
    PostgreSqlSchema inUrl = new PostgreSqlSchema(url, null, null, SHORT);
    assertThat(inUrl.schema()).matches("localhost:\\d+/" + database + "/public");
    try (Publisher publisher = Publisher.open(output, Role.STREAM, steps(inUrl), disk.hadoop())) {
      assertEnds(
          ExitCode.USAGE,
          () ->
              publisher.publish(
                  null,
                  spec(output, "u"),
                  unit -> unit.upsert(inUrl, DAILY, List.of(row(MON, "a", 1)))),
          "PostgreSQL refuses it");
    }
    for (String file : disk.files()) {
      assertThat(disk.text(file)).doesNotContain(SERVER.get().password(), SERVER.get().user());
    }
    PostgreSqlSchema wrong =
        new PostgreSqlSchema(SERVER.get().jdbcUrl(database), "someone", "wrong-pass", SHORT);
    assertThatThrownBy(() -> wrong.check(List.of(DAILY), false))
        .hasMessageContaining("PostgreSQL refuses the login (SQLSTATE 28P01); correct user")
        .hasStackTraceContaining("28P01")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("someone", "wrong-pass"));
    assertEnds(
        ExitCode.USAGE,
        () -> new PostgreSqlSchema("jdbc:mysql://x/y?password=wrong-pass", null, null),
        "the URL of PostgreSQL must be like jdbc:postgresql://host:5432/database");
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  @Test
  void aRunWithoutTheConnectionNamesTheJobThatHasIt() throws IOException {
    createTables();
    LedgerEntry entry = publish("u", List.of(row(MON, "a", 1)));
    takeBack(entry);

    assertEnds(
        ExitCode.FAILED,
        () -> Rows.recover(output, disk.hadoop()),
        "unit u is prepared, and this run has no connection for its step on PostgreSQL schema",
        "start the job flatten");
  }

  // --- Before a run

  @Test
  void missingTablesAreToldWithTheirDdl() throws IOException, SQLException {
    assertEnds(
        ExitCode.USAGE,
        () -> schema(SHORT).check(List.of(DAILY), false),
        "start with --create-tables, or create them:",
        "CREATE TABLE IF NOT EXISTS \"public\".\"daily\" (\"day\" date, \"network\" text,"
            + " \"views\" bigint, PRIMARY KEY (\"day\", \"network\"));",
        "CREATE TABLE IF NOT EXISTS \"public\".\"millrace_units\" (\"unit\" text,");
    assertThat(query("SELECT to_regclass('millrace_units')::text")).containsExactly((String) null);

    schema(SHORT).check(List.of(DAILY), true);
    schema(SHORT).check(List.of(DAILY), true);
    schema(SHORT).check(List.of(DAILY), false);
  }

  @Test
  void theDdlToldMakesTheTables() throws IOException, SQLException {
    JobException told =
        (JobException) catchThrowable(() -> schema(SHORT).check(List.of(DAILY), false));
    sql(told.getMessage().substring(told.getMessage().indexOf("CREATE")));

    schema(SHORT).check(List.of(DAILY), false);
    publish("u", List.of(row(MON, "a", 1)));
    assertThat(daily()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day date, network text, PRIMARY KEY (day, network)" + " | table daily has no column views",
        "day date, network text, views integer, PRIMARY KEY (day, network)"
            + " | column views of table daily is of type integer and not bigint",
        "day date, network text, views bigint, PRIMARY KEY (day)"
            + " | table daily has no primary key or unique index over just (day, network)",
        "day date, network text, views bigint, UNIQUE (day, network, views)"
            + " | table daily has no primary key or unique index over just (day, network)",
        "day date, network text, views bigint, PRIMARY KEY (day, network) DEFERRABLE"
            + " | table daily has no primary key or unique index over just (day, network)",
        "day date, network text, views bigint, price numeric NOT NULL, UNIQUE (network, day)"
            + " | column price of table daily is NOT NULL without a default, and the job has no",
        "day date, network text, views bigint GENERATED ALWAYS AS IDENTITY, UNIQUE (day, network)"
            + " | column views of table daily is GENERATED ALWAYS",
        "day date, network text, views bigint GENERATED ALWAYS AS (length(network)) STORED,"
            + " UNIQUE (day, network) | column views of table daily is GENERATED ALWAYS"
      })
  void tablesThatDifferAreRefused(String columns, String difference)
      throws IOException, SQLException {
    createTables();
    sql("DROP TABLE daily");
    sql("CREATE TABLE daily (" + columns + ")");

    assertEnds(
        ExitCode.USAGE,
        () -> schema(SHORT).check(List.of(DAILY), true),
        difference,
        "change it, or let the job write to another table");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRIMARY KEY (network, day)",
        "note text NOT NULL DEFAULT '', id bigint GENERATED ALWAYS AS IDENTITY,"
            + " UNIQUE (day, network) INCLUDE (views)"
      })
  void tablesMayHaveMoreThanTheirRows(String more) throws IOException, SQLException {
    createTables();
    sql("DROP TABLE daily");
    sql("CREATE TABLE daily (views bigint, network text, day date, " + more + ")");

    schema(SHORT).check(List.of(DAILY), false);
    publish("u1", List.of(row(MON, "a", 1)));
    publish("u2", List.of(row(MON, "a", 2)));
    assertThat(daily()).containsExactly("2026-11-23 a 2");
  }

  @Test
  void missingGrantsAreTold() throws IOException, SQLException {
    createTables();
    String user = "reader_" + database;
    sql("CREATE USER %s PASSWORD 'r-42'".formatted(user));
    sql("GRANT SELECT ON daily TO " + user);
    sql("GRANT SELECT, INSERT, UPDATE ON millrace_units TO " + user);
    PostgreSqlSchema poor =
        new PostgreSqlSchema(SERVER.get().jdbcUrl(database), user, "r-42", SHORT);

    assertEnds(
        ExitCode.USAGE,
        () -> poor.check(List.of(DAILY), false),
        "the login lacks INSERT, UPDATE on table daily");
    sql("DROP TABLE daily");
    assertEnds(
        ExitCode.USAGE,
        () -> poor.check(List.of(DAILY), true),
        "table daily cannot be created (ERROR: permission denied for schema public); let one",
        "CREATE TABLE IF NOT EXISTS \"public\".\"daily\"");
  }

  @Test
  void theSchemaIsTheUrls() throws IOException, SQLException {
    sql("CREATE SCHEMA reports");
    PostgreSqlSchema reports =
        new PostgreSqlSchema(
            SERVER.get().jdbcUrl(database) + "?currentSchema=reports,public",
            SERVER.get().user(),
            SERVER.get().password(),
            SHORT);
    assertThat(reports.schema()).endsWith("/" + database + "/reports");
    reports.check(List.of(DAILY), true);
    try (Publisher publisher = Publisher.open(output, Role.STREAM, steps(reports), disk.hadoop())) {
      publisher.publish(
          null, spec(output, "u"), unit -> unit.upsert(reports, DAILY, List.of(row(MON, "a", 1))));
    }

    assertThat(query("SELECT views FROM reports.daily")).containsExactly("1");
    assertThat(query("SELECT split_part(unit, '@', 1) FROM reports.millrace_units"))
        .containsExactly("u");
  }
}
