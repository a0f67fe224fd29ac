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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real YARN: from Kafka to HDFS. */
class ReportOnYarnIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @RegisterExtension static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::start);
  @RegisterExtension static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::start);

  @RegisterExtension
  static final Shared<Yarn> YARN = Shared.of(Yarn.class, () -> Yarn.start(HDFS.get()));

  @TempDir private Path directory;

  @Test
  void clusterModeTwice() throws Exception {
    ReportRun local = ReportRun.in(directory, KAFKA.get(), "on-yarn", 2);
    HDFS.get()
        .fileSystem()
        .copyFromLocalFile(path(local.campaigns().toString()), path("/campaigns.csv"));
    Instant ten = Instant.parse("2026-03-01T10:00:00Z");
    local.send(0, ten, View.of("2026-03-01T10:00:30Z").bytes(), "poison".getBytes(UTF_8));
    submit(local, "first").run(PATIENCE).expect(0);
    assertThat(status("first")).isEqualTo(Yarn.FinalStatus.SUCCEEDED);
    Map<ReportRun.Key, ReportRun.Sum> expected =
        Map.of(new ReportRun.Key(Campaigns.network(10), ten, 10), new ReportRun.Sum(2_000_000, 1));
    submit(local, "second").run(PATIENCE).expect(0);
    FileUtil.copy(
        HDFS.get().fileSystem(),
        path("/reports"),
        local.output().toFile(),
        false,
        HDFS.get().configuration());
    assertThat(local.reports()).isEqualTo(expected);
    assertThat(local.reasons()).containsExactly("malformed");
  }

  private static SparkSubmit submit(ReportRun run, String name) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .on(YARN.get())
        .conf("spark.app.name", name)
        .conf("spark.yarn.maxAppAttempts", "1")
        .args("report", "--flush", "--set", "kafka.topic=" + run.topic())
        .args("--set", "kafka.bootstrapServers=" + KAFKA.get().bootstrapServers())
        .args("--set", "campaigns=" + HDFS.get().uri("/campaigns.csv"))
        .args("--set", "output=" + HDFS.get().uri("/reports"))
        .args("--set", "checkpoint=" + HDFS.get().uri("/checkpoint"));
  }

  private static Yarn.FinalStatus status(String name) {
    return YARN.get().applications().stream()
        .filter(application -> application.name().equals(name))
        .findFirst()
        .orElseThrow()
        .finalStatus();
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
