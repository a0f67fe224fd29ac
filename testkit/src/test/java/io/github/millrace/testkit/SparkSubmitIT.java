package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSubmitIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @TempDir static Path dir;

  @Test
  void runsAnApplicationToItsEnd() throws IOException {
    SparkSubmit.Result result =
        submit("end").conf("spark.millrace.test", "a b").run(TIMEOUT).expect(0);

    assertThat(result.stdout()).contains("rows=1000");
    assertThat(result.stderr()).contains("conf=a b");
  }

  @Test
  void returnsTheExitCodeAndShowsTheOutputIfALineNeverComes() throws IOException {
    try (SparkSubmit.Running running = submit("exit").start()) {
      assertThatThrownBy(() -> running.awaitLine("never"::equals, TIMEOUT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("exit code 78")
          .hasMessageContaining("stderr.log");
      SparkSubmit.Result result = running.await(TIMEOUT);
      assertThat(result.exitCode()).isEqualTo(78);
      assertThatThrownBy(() -> result.expect(0))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("exit code 78, not 0");
    }
  }

  @Test
  void terminatesTheJvmGently() throws IOException {
    try (SparkSubmit.Running running = submit("sleep").start()) {
      assertThat(running.awaitLine(line -> line.startsWith("rows="), TIMEOUT))
          .isEqualTo("rows=1000");
      running.terminate();
      assertThat(running.await(TIMEOUT).exitCode()).isEqualTo(128 + 15);
    }
  }

  @Test
  void killsTheJvm() throws IOException {
    try (SparkSubmit.Running running = submit("sleep").start()) {
      running.awaitLine(line -> line.startsWith("rows="), TIMEOUT);
      running.kill();
      assertThat(running.await(TIMEOUT).exitCode()).isEqualTo(128 + 9);
    }
  }

  private static SparkSubmit submit(String what) throws IOException {
    return SparkSubmit.of(SingleClassJar.of(SubmittedMain.class, dir))
        .driverMemory("512m")
        .args(what, "1000");
  }
}
