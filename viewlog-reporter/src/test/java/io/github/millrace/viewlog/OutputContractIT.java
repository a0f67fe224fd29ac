package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.DataContractTool;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others make of the output: the public {@code datacontract} tool, DuckDB and PySpark. */
class OutputContractIT {
  private static final Path CONTRACTS = Path.of("src/main/resources/contracts");

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;

  @Test
  void contractsAreValid() {
    DataContractTool.assertValid(CONTRACTS);
  }

  @Test
  void outputKeepsItsContractAndItsTypes() throws Exception {
    ReportRun run = ReportRun.in(directory, KAFKA.get(), "contract", 1);
    Instant ten = Instant.parse("2026-03-01T10:00:00Z");
    run.send(
        0,
        ten,
        View.of("2026-03-01T10:00:30Z").bytes(),
        new View("2026-03-01T10:00:31Z", 20, 1.5).bytes());
    run.command("report", "--flush").expect(0);

    Path contract = CONTRACTS.resolve("minute-report.odcs.yaml");
    String files = run.output() + "/**/*.parquet";
    // It cannot check the types in Parquet files, and says so; the types follow below.
    assertThat(DataContractTool.test(contract, files).expect(0).output())
        .contains("Data contract has warnings")
        .contains("5 checks on campaign_id, network_id")
        .doesNotContain("failed");

    assertThat(duckdbTypes(run.output()))
        .containsExactlyInAnyOrder(
            "campaign_id INTEGER",
            "network_id INTEGER",
            "minute_timestamp TIMESTAMP",
            "avg_duration DOUBLE",
            "total_count INTEGER");
    Path script = directory.resolve("read.py");
    Files.writeString(
        script,
        """
        from pyspark.sql import SparkSession
        reports = SparkSession.builder.getOrCreate().read.parquet("%s")
        print("types", sorted(reports.dtypes))
        print("rows", reports.count())
        """
            .formatted(run.output()));
    assertThat(SparkSubmit.of(script).run(Duration.ofMinutes(2)).expect(0).stdout())
        .contains(
            "types [('avg_duration', 'double'), ('campaign_id', 'int'), ('minute_timestamp',"
                + " 'timestamp'), ('network_id', 'int'), ('total_count', 'int')]")
        .contains("rows 2");

    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute(
          "COPY (SELECT 10 AS campaign_id, 1.5 AS avg_duration, 0 AS total_count) TO '%s' (FORMAT parquet)"
              .formatted(ReportRun.files(run.output(), ".parquet").get(0)));
    }
    assertThat(DataContractTool.test(contract, files).expect(1).output())
        .contains("failed", "minimum of 1");
  }

  private static List<String> duckdbTypes(Path output) throws Exception {
    List<String> types = new ArrayList<>();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "DESCRIBE SELECT * FROM read_parquet('"
                    + output
                    + "/network_id=*/*/*.parquet', hive_partitioning = true,"
                    + " hive_types = {'minute_timestamp': TIMESTAMP, 'network_id': INT})")) {
      while (rows.next()) {
        types.add(rows.getString(1) + " " + rows.getString(2));
      }
    }
    return types;
  }
}
