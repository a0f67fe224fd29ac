package io.github.millrace.stream;

import static io.github.millrace.stream.Readings.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.ledger.Counts;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class SigtermTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int SIGTERM = 143;

  @Test
  void theBatchIsFinishedAndNoOtherBegun(SparkSession spark, @TempDir Path dir)
      throws IOException, InterruptedException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1), "bad").drop("b", reading(2)).drop("c", reading(3));
    Path log = dir.resolve("log");
    Process process = start(dir, log);
    try {
      Await.until(
          "a batch",
          PATIENCE,
          () -> {
            assertThat(process.isAlive()).as("ended: %s", Files.readString(log)).isTrue();
            return Files.exists(dir.resolve(SlowReadingsMain.IN_BATCH));
          });

      process.destroy();
      Await.until("the signal", PATIENCE, () -> Files.exists(dir.resolve(SlowReadingsMain.ENDING)));
      assertThat(process.isAlive()).isTrue();
      assertThat(job.committed()).isEmpty();
      Files.createFile(dir.resolve(SlowReadingsMain.GO));

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM);
    } finally {
      process.destroyForcibly();
    }

    assertThat(Files.readAllLines(dir.resolve(SlowReadingsMain.TOLD)))
        .singleElement()
        .asString()
        .startsWith("batch 0: 2 read, 1 written (1 rows), 1 quarantined; ");
    assertThat(job.committed()).hasSize(1);
    assertThat(job.prepared()).isEmpty();
    assertThat(job.everything()).doesNotContainKey("_staging");
    assertThat(job.checkpoint.resolve("commits/0")).exists();
    assertThat(job.out.resolve("_ledger/_lease/stream/free")).isEmptyDirectory();

    job.maxFilesPerBatch = 1;
    List<String> told = job.run();

    assertThat(told).hasSize(2);
    assertThat(told.get(0)).startsWith("batch 1: 1 read, 1 written");
    assertThat(told.get(1)).startsWith("batch 2: 1 read, 1 written");
    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.total()).isEqualTo(new Counts(4, 3, 1, 0, 0));
  }

  private static Process start(Path dir, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.sql.shuffle.partitions=2",
            "-cp",
            System.getProperty("java.class.path"),
            SlowReadingsMain.class.getName(),
            dir.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
