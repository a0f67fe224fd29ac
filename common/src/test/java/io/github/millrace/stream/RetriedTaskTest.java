package io.github.millrace.stream;

import static io.github.millrace.stream.Readings.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.ledger.Counts;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class RetriedTaskTest {

  @Test
  void duplicatesAreThoseOfTheAttemptThatIsCommitted(SparkSession spark, @TempDir Path dir)
      throws IOException, InterruptedException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1), reading(1), "bad", reading(1), reading(9), reading(9));
    Path log = dir.resolve("log");

    assertThat(run(dir, log)).as(Files.readString(log)).isZero();

    assertThat(Files.readString(log)).contains("the first attempt");
    assertThat(job.total()).isEqualTo(new Counts(6, 2, 1, 0, 3));
    assertThat(job.written()).containsExactly(reading(1), reading(9));
  }

  private static int run(Path dir, Path log) throws IOException, InterruptedException {
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
            // One task, which has the duplicates behind it when it fails.
            "-Dspark.sql.shuffle.partitions=1",
            "-cp",
            System.getProperty("java.class.path"),
            RetriedReadingsMain.class.getName(),
            dir.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
