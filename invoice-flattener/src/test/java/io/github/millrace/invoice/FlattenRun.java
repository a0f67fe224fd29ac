package io.github.millrace.invoice;

import io.github.millrace.testkit.JobRun;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The job {@code flatten} in a directory of its own, and the rows that it has left there. */
final class FlattenRun extends JobRun {
  private FlattenRun(Path root) {
    super(
        root,
        root.resolve("hive"),
        "input.path=" + root.resolve("in"),
        "output.hive=" + root.resolve("hive"),
        "output.cassandra=" + root.resolve("cassandra"));
  }

  static FlattenRun in(Path root) throws IOException {
    Files.createDirectories(root.resolve("in"));
    return new FlattenRun(root);
  }

  Path in() {
    return root().resolve("in");
  }

  Path hive() {
    return root().resolve("hive");
  }

  Path cassandra() {
    return root().resolve("cassandra");
  }

  SparkSubmit.Result flatten(String... more) {
    return command("flatten", more);
  }

  static List<String> csvFiles(Path directory) {
    return listing(directory).stream().filter(name -> name.endsWith(".csv")).toList();
  }

  /**
   * The rows of a directory's CSV files as DuckDB reads them: text as it stands, null if missing.
   */
  static List<List<String>> rows(Path directory) throws SQLException {
    String sql =
        "SELECT * FROM read_csv('%s/*.csv', header = true, all_varchar = true, delim = ',', quote = '\"',"
                .formatted(directory)
            + " escape = '\"', allow_quoted_nulls = false, auto_detect = false, columns = "
            + "{'InvoiceNumber':'VARCHAR','CreatedTime':'VARCHAR','StoreID':'VARCHAR','PosID':'VARCHAR',"
            + "'CustomerType':'VARCHAR','PaymentMethod':'VARCHAR','DeliveryType':'VARCHAR','City':'VARCHAR',"
            + "'State':'VARCHAR','PinCode':'VARCHAR','ItemCode':'VARCHAR','ItemDescription':'VARCHAR',"
            + "'ItemPrice':'VARCHAR','ItemQty':'VARCHAR','TotalValue':'VARCHAR'})";
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** How often each row occurs; for many rows, which are slow to compare in any order. */
  static Map<List<String>, Integer> counted(List<List<String>> rows) {
    Map<List<String>, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(row, 1, Integer::sum));
    return counts;
  }
}
