package io.github.millrace.viewlog.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.time.LocalDate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class PartsByDayTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);

  @TempDir private java.nio.file.Path dir;

  private PartsByDay write(SparkSession spark) throws IOException {
    Dataset<Row> parts =
        spark.sql(
            "SELECT struct(timestamp'2026-03-01 10:00:00' AS start, 7 AS campaign) AS good"
                + " UNION ALL"
                + " SELECT struct(timestamp'2026-03-03 10:00:00' AS start, 8 AS campaign)");
    return PartsByDay.write(parts, new Path(dir.toUri()), new Configuration());
  }

  @Test
  void eachDayHasItsOwn(SparkSession spark) throws IOException {
    try (PartsByDay parts = write(spark)) {
      assertThat(parts.days()).containsExactlyInAnyOrder(FIRST, FIRST.plusDays(2));
      assertThat(parts.of(FIRST).select("good.campaign").first().getInt(0)).isEqualTo(7);
      assertThat(parts.of(FIRST.plusDays(1)).count()).isZero();
      assertThat(parts.of(FIRST.plusDays(2)).select("good.campaign").first().getInt(0))
          .isEqualTo(8);
    }
    assertThat(dir.resolve("recomputed")).doesNotExist();
  }

  /** Of one that was paused, and one that was started as it showed no life. */
  @Test
  void ofTwoTheFirstEndsAndTakesNothingFromTheSecond(SparkSession spark) throws IOException {
    PartsByDay first = write(spark);
    try (PartsByDay second = write(spark)) {
      assertThatThrownBy(() -> first.of(FIRST))
          .isInstanceOfSatisfying(
              JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
          .hasMessageContaining("is gone, as another recompute has begun");

      first.close();

      assertThat(second.of(FIRST).count()).isEqualTo(1);
    }
  }
}
