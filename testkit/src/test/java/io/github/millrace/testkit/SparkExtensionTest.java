package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SparkExtension.class)
class SparkExtensionTest {

  private final SparkSession spark;

  SparkExtensionTest(SparkSession spark) {
    this.spark = spark;
  }

  @Test
  void runsQueriesInUtc() {
    assertThat(spark.sql("SELECT CAST(timestamp_seconds(0) AS STRING)").first().getString(0))
        .isEqualTo("1970-01-01 00:00:00");
    assertThat(spark.range(10).groupBy("id").count().count()).isEqualTo(10);
  }

  @Test
  void keepsTablesInATemporaryDirectory() {
    assertThat(spark.conf().get("spark.sql.warehouse.dir"))
        .contains(System.getProperty("java.io.tmpdir"));
  }

  @Nested
  class AnotherClass {

    @Test
    void sharesTheSession(SparkSession other) {
      assertThat(other).isSameAs(spark);
    }
  }
}
