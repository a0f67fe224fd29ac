package io.github.millrace.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs in {@link Hive}'s child JVM: reads a statement per line as a JSON string, answers each with
 * a line of JSON, a {@link Hive.Answer}. It knows Hive by JDBC alone.
 */
final class HiveMain {

  private static final ObjectMapper JSON = new ObjectMapper();

  private HiveMain() {}

  public static void main(String[] args) {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // Hive prints to standard output, too; that must not get between the answers.
    System.setOut(System.err);
    int exitCode = 0;
    try {
      serve(answers);
    } catch (IOException | SQLException | RuntimeException | LinkageError e) {
      e.printStackTrace();
      exitCode = 1;
    }
    // Hive's own threads would keep the JVM alive.
    System.exit(exitCode);
  }

  private static void serve(PrintStream answers) throws IOException, SQLException {
    try (BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Connection connection = DriverManager.getConnection("jdbc:hive2:///")) {
      // The first answer shows that Hive is ready.
      answers.println(JSON.writeValueAsString(Hive.Answer.none()));
      String request;
      while ((request = requests.readLine()) != null) {
        Hive.Answer answer = run(connection, JSON.readValue(request, String.class));
        answers.println(JSON.writeValueAsString(answer));
      }
    }
  }

  private static Hive.Answer run(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql) ? rows(statement.getResultSet()) : Hive.Answer.none();
    } catch (SQLException e) {
      return Hive.Answer.failure(e.getMessage());
    }
  }

  private static Hive.Answer rows(ResultSet result) throws SQLException {
    int width = result.getMetaData().getColumnCount();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      columns.add(result.getMetaData().getColumnLabel(i));
    }
    List<List<String>> rows = new ArrayList<>();
    while (result.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= width; i++) {
        row.add(result.getString(i));
      }
      rows.add(row);
    }
    return new Hive.Answer(columns, rows, null);
  }
}
