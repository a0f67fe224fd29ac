package io.github.millrace.viewlog;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  private static final ReportConfig CONFIG =
      new ReportConfig(
          null,
          "campaigns.csv",
          "reports",
          null,
          null,
          "checkpoint",
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);

  @Test
  void aLaterWatermarkNeedsNoCodeOfItsOwn(SparkSession spark) throws IOException {
    Dataset<Row> messages = messages(spark);
    run(messages, new Campaigns(Map.of(10, 1), "first"), OpenWindows.BEGINNING);
    long compiled = compiled();
    assertThat(compiled).isPositive();
    run(messages, new Campaigns(Map.of(10, 2), "second"), 1_772_359_200_000_000L);
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

  private static void run(Dataset<Row> messages, Campaigns campaigns, long watermark)
      throws IOException {
    ContractSource source = new ContractSource(CONFIG.contract());
    ContractCatalog.settings(source, Views.needed(CONFIG))
        .forEach(messages.sparkSession().conf()::set);
    List<String> problems = new ArrayList<>();
    Contract contract = source.read(new Configuration(), problems).orElseThrow();
    Views.parts(messages, contract, new Views.Limits(CONFIG, campaigns, watermark))
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }

  /** The classes that Spark has generated and compiled. */
  private static long compiled() {
    return CodegenMetrics$.MODULE$.METRIC_COMPILATION_TIME().getCount();
  }
}
