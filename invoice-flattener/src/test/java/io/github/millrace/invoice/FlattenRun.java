package io.github.millrace.invoice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.testkit.FileTree;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shaded job in a directory of its own, run by the real spark-submit; and what it has left
 * there.
 */
record FlattenRun(Path root) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  static FlattenRun in(Path root) throws IOException {
    Files.createDirectories(root.resolve("in"));
    return new FlattenRun(root);
  }

  Path in() {
    return root.resolve("in");
  }

  Path hive() {
    return root.resolve("hive");
  }

  Path cassandra() {
    return root.resolve("cassandra");
  }

  Path checkpoint() {
    return root.resolve("checkpoint");
  }

  SparkSubmit.Result flatten(String... more) {
    return command("flatten", more);
  }

  SparkSubmit.Result command(String command, String... more) {
    return submit(arguments(command, more));
  }

  /** The same in a JVM of its own, as users start it. */
  SparkSubmit.Result commandByItself(String command, String... more) {
    return submitted(arguments(command, more)).run(PATIENCE);
  }

  private List<String> arguments(String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(
        List.of(
            "--set", "input.path=" + in(),
            "--set", "output.hive=" + hive(),
            "--set", "output.cassandra=" + cassandra(),
            "--set", "checkpoint=" + checkpoint()));
    args.addAll(List.of(more));
    return args;
  }

  static SparkSubmit.Result submit(Collection<String> args) {
    return submitted(args).warm().run(PATIENCE);
  }

  private static SparkSubmit submitted(Collection<String> args) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule()).args(args.toArray(String[]::new));
  }

  /** The committed entries, in order of their batches. */
  List<JsonNode> ledger() {
    return FileTree.files(hive().resolve("_ledger")).stream()
        .filter(path -> path.toString().matches(".*/\\d{4}-\\d\\d-\\d\\d/[^/]+\\.json"))
        .map(FlattenRun::json)
        .toList();
  }

  /** The quarantined records that wait for a replay. */
  List<JsonNode> quarantine() throws IOException {
    List<JsonNode> records = new ArrayList<>();
    for (Path file : FileTree.files(hive().resolve("_quarantine"))) {
      if (!file.toString().contains("/_replayed/")) {
        for (String line : Files.readAllLines(file)) {
          records.add(JSON.readTree(line));
        }
      }
    }
    return records;
  }

  /** Every file below a directory, hidden ones too, relative to it. */
  static List<String> listing(Path directory) {
    return FileTree.files(directory).stream()
        .map(file -> directory.relativize(file).toString())
        .sorted()
        .toList();
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

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
