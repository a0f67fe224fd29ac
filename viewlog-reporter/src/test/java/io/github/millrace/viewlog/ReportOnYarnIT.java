package io.github.millrace.viewlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import io.github.millrace.testkit.Yarn;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real YARN: from Kafka to HDFS. */
class ReportOnYarnIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String ROOT = "/report-on-yarn";

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  static final Shared<Yarn> YARN = Shared.of(Yarn.class, Yarn::ofRun);

  @TempDir private Path directory;

  @Test
  void clusterMode() throws Exception {
    ReportRun local = ReportRun.in(directory, KAFKA.get(), "on-yarn", 2);
    HDFS.get()
        .fileSystem()
        .copyFromLocalFile(path(local.campaigns().toString()), path(ROOT + "/campaigns.csv"));
    Instant ten = Instant.parse("2026-03-01T10:00:00Z");
    local.send(0, ten, View.of("2026-03-01T10:00:30Z").bytes(), "poison".getBytes(UTF_8));
    submit(local, "report").run(PATIENCE).expect(0);
    assertThat(YARN.get().named("report").finalStatus()).isEqualTo(Yarn.FinalStatus.SUCCEEDED);
    Map<ReportRun.Key, ReportRun.Sum> expected =
        Map.of(new ReportRun.Key(Campaigns.network(10), ten, 10), new ReportRun.Sum(2_000_000, 1));
    FileUtil.copy(
        HDFS.get().fileSystem(),
        path(ROOT + "/reports"),
        local.output().toFile(),
        false,
        HDFS.get().configuration());
    assertThat(local.reports()).isEqualTo(expected);
    assertThat(local.reasons()).containsExactly("malformed");

    submit(local, "wrong report", "--set", "maxBadShare=2").run(PATIENCE).expect(1);
    Yarn.Application wrong = YARN.get().named("wrong report");
    assertThat(wrong.finalStatus()).isEqualTo(Yarn.FinalStatus.FAILED);
    assertThat(wrong.diagnostics())
        .contains("exit status 2", "maxBadShare: is '2.0', must be from 0 to 1");
  }

  private static SparkSubmit submit(ReportRun run, String name, String... more) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .on(YARN.get())
        .conf("spark.app.name", name)
        .conf("spark.yarn.maxAppAttempts", "1")
        .args("report", "--flush", "--set", "kafka.topic=" + run.topic())
        .args("--set", "kafka.bootstrapServers=" + KAFKA.get().bootstrapServers())
        .args("--set", "campaigns=" + HDFS.get().uri(ROOT + "/campaigns.csv"))
        .args("--set", "output=" + HDFS.get().uri(ROOT + "/reports"))
        .args("--set", "checkpoint=" + HDFS.get().uri(ROOT + "/checkpoint"))
        .args(more);
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
