package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgreSqlIT {

  static final Shared<PostgreSql> POSTGRESQL = Shared.of(PostgreSql.class, PostgreSql::start);

  @Test
  void keepsWhatWasCommittedWhenItIsStoppedAndStartedAgain() throws SQLException {
    try (PostgreSql postgreSql = PostgreSql.start()) {
      String url = postgreSql.jdbcUrl();
      try (Connection connection = postgreSql.connect();
          Connection unfinished = postgreSql.connect()) {
        run(connection, "CREATE TABLE kept (name TEXT)", "INSERT INTO kept VALUES ('čistá')");
        unfinished.setAutoCommit(false);
        run(unfinished, "INSERT INTO kept VALUES ('lost')");

        postgreSql.stop();

        assertThatThrownBy(postgreSql::connect)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("refused");
        assertThatThrownBy(() -> run(connection, "SELECT 1")).isInstanceOf(SQLException.class);
      }

      postgreSql.startAgain();

      assertThat(postgreSql.jdbcUrl()).isEqualTo(url);
      try (Connection connection = postgreSql.connect()) {
        run(connection, "INSERT INTO kept VALUES ('new')");
        assertThat(column(connection, "SELECT name FROM kept ORDER BY name"))
            .containsExactly("new", "čistá");
      }
    }
  }

  @Test
  void makesDatabasesThatKnowNothingOfEachOther() throws SQLException {
    PostgreSql postgreSql = POSTGRESQL.get();

    String url = postgreSql.createDatabase("fresh");

    try (Connection fresh = postgreSql.connect("fresh");
        Connection other = postgreSql.connect()) {
      assertThat(fresh.getMetaData().getURL()).isEqualTo(url);
      run(fresh, "CREATE TABLE here (id INT)", "INSERT INTO here VALUES (1)");
      assertThat(column(fresh, "SELECT id FROM here")).containsExactly("1");
      assertThatThrownBy(() -> run(other, "SELECT id FROM here"))
          .hasMessageContaining("does not exist");
    }
  }

  @Test
  void tellsWhatPostgreSqlRefused() {
    POSTGRESQL.get().createDatabase("twice");

    assertThatThrownBy(() -> POSTGRESQL.get().createDatabase("twice"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("twice")
        .hasMessageContaining("already exists");
  }

  @Test
  void letsInWhoKnowsThePassword() throws SQLException {
    PostgreSql postgreSql = POSTGRESQL.get();
    String url = postgreSql.jdbcUrl();

    try (Connection connection =
        DriverManager.getConnection(url, postgreSql.user(), postgreSql.password())) {
      assertThat(column(connection, "SELECT current_user")).containsExactly(postgreSql.user());
    }
    assertThatThrownBy(() -> DriverManager.getConnection(url, postgreSql.user(), "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> column(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
