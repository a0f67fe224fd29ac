package io.github.millrace.viewlog;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.metrics.source.CodegenMetrics$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SparkExtension.class)
class ViewsTest {
  /** 2026-03-01T10:00:00Z, in microseconds. */
  private static final long LATER = 1_772_359_200_000_000L;

  @Test
  void aLaterWatermarkNeedsNoCodeOfItsOwn(SparkSession spark) throws IOException {
    ReportConfig config = ConfigFilesTest.load("minimal.yaml");
    ContractSource source = new ContractSource(config.contract());
    ContractCatalog.settings(source, Views.needed(config)).forEach(spark.conf()::set);
    Contract contract = source.read(new Configuration(), new ArrayList<>()).orElseThrow();
    Dataset<Row> messages = messages(spark);
    Campaigns campaigns = new Campaigns(Map.of(10, 1), "first");
    Campaigns changed = new Campaigns(Map.of(10, 2), "second");

    run(
        Views.parts(
            messages, contract, new Views.Limits(config, campaigns, OpenWindows.BEGINNING)));
    long compiled = compiled();
    assertThat(compiled).isPositive();
    run(Views.parts(messages, contract, new Views.Limits(config, changed, LATER)));
    assertThat(compiled()).isEqualTo(compiled);
  }

  private static Dataset<Row> messages(SparkSession spark) {
    String view =
        """
        {"view_id": "a", "start_timestamp": "2026-03-01T10:00:00Z", \
        "end_timestamp": "2026-03-01T10:00:05Z", "banner_id": 7, "campaign_id": 10}""";
    Dataset<Row> stored =
        spark
            .range(1)
            .selectExpr(
                "CAST('" + view + "' AS BINARY) AS value",
                "0 AS partition",
                "id AS offset",
                "TIMESTAMP '2026-03-01 10:00:05' AS timestamp");
    return KafkaTopic.messages(stored, lit("view_log"));
  }

  private static void run(Dataset<Row> parts) {
    parts.write().format("noop").mode("overwrite").save();
  }

  /** The classes that Spark has generated and compiled. */
  private static long compiled() {
    return CodegenMetrics$.MODULE$.METRIC_COMPILATION_TIME().getCount();
  }
}
