package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import io.github.millrace.testkit.Yarn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real YARN: from Kafka to HDFS. */
class LandOnYarnIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String ROOT = "/land-on-yarn";
  private static final String TOPIC = "land_on_yarn";

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);
  static final Shared<Yarn> YARN = Shared.of(Yarn.class, Yarn::ofRun);

  @TempDir private Path directory;

  @Test
  void clusterMode() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", TOPIC, 2);
    KAFKA
        .get()
        .send(
            TOPIC,
            LandRun.messages(
                List.of(
                    LandIT.click(1, "2026-03-01 10:00:00"),
                    "poison",
                    LandIT.click(2, "2026-03-01 12:00:00"))));
    submit("land").run(PATIENCE).expect(0);
    assertThat(YARN.get().named("land").finalStatus()).isEqualTo(Yarn.FinalStatus.SUCCEEDED);
    FileUtil.copy(
        HDFS.get().fileSystem(),
        path(ROOT + "/landed"),
        directory.resolve("landed").toFile(),
        false,
        HDFS.get().configuration());
    assertThat(run.query("SELECT customer_id FROM FILES ORDER BY 1", "*/*/*.parquet"))
        .containsExactly("1", "2");
    assertThat(run.reasons()).containsExactly("malformed");
    assertThat(run.complete()).containsExactly("event_date=2026-03-01/event_hour=10");

    submit("wrong land", "--set", "feeds.cab-clicks.format=avro").run(PATIENCE).expect(1);
    Yarn.Application wrong = YARN.get().named("wrong land");
    assertThat(wrong.finalStatus()).isEqualTo(Yarn.FinalStatus.FAILED);
    assertThat(wrong.diagnostics())
        .contains("exit status 2", "feeds.cab-clicks.format: is 'avro', must be one of");
  }

  private static SparkSubmit submit(String name, String... more) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .on(YARN.get())
        .conf("spark.app.name", name)
        .conf("spark.yarn.maxAppAttempts", "1")
        .args("land", "cab-clicks")
        .args("--set", "kafka.bootstrapServers=" + KAFKA.get().bootstrapServers())
        .args("--set", "output=" + HDFS.get().uri(ROOT + "/landed"))
        .args("--set", "checkpoint=" + HDFS.get().uri(ROOT + "/checkpoints"))
        .args("--set", "feeds.cab-clicks.kafka.topic=" + TOPIC)
        .args("--set", "feeds.cab-clicks.contract=classpath:contracts/cab-clicks.odcs.yaml")
        .args("--set", "feeds.cab-clicks.eventTime=timestamp")
        .args(more);
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
