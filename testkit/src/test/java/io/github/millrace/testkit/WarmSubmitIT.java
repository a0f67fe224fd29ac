package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmSubmitIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @TempDir private Path dir;

  @Test
  void aJvmTakesOneCommandLineAfterTheOther() throws IOException {
    Path jar = SingleClassJar.of(RepeatedMain.class, dir);
    SparkSubmit.Result first = submit(jar, "0", "a b", "").run(TIMEOUT).expect(0);
    SparkSubmit.Result second = submit(jar, "3", "ü\n").run(TIMEOUT).expect(3);

    assertThat(first.stdout()).startsWith("run 1 of ").contains(": 10 rows in local-");
    assertThat(first.stderr()).contains("0|a b| null").contains("WARN RepeatedMain: warned of 0");
    assertThat(second.stderr()).contains("WARN RepeatedMain: warned of 3");
    assertThat(second.stdout()).startsWith("run 2 of " + pid(first)).contains(": 10 rows in");
    assertThat(second.stdout()).isNotEqualTo(first.stdout());
    assertThat(second.stderr()).contains("3|ü\n null").doesNotContain("a b");

    // Other settings have a JVM of their own.
    SparkSubmit.Result other =
        submit(jar, "0").conf("spark.millrace.test", "x").run(TIMEOUT).expect(0);
    assertThat(other.stdout()).startsWith("run 1 of ");
    assertThat(pid(other)).isNotEqualTo(pid(first));
    assertThat(submit(jar, "0").run(TIMEOUT).expect(0).stdout())
        .startsWith("run 3 of " + pid(first));

    // A run that throws is a failure; one that ends the JVM is none of a job's.
    assertThat(submit(jar, "throw").run(TIMEOUT).exitCode()).isEqualTo(1);
    assertThatThrownBy(() -> submit(jar, "exit").run(TIMEOUT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended with exit code 7");
    SparkSubmit.Result fresh = submit(jar, "0").run(TIMEOUT).expect(0);
    assertThat(fresh.stdout()).startsWith("run 1 of ");
    assertThat(pid(fresh)).isNotEqualTo(pid(first));
  }

  private static String pid(SparkSubmit.Result result) {
    return result.stdout().replaceFirst("(?s)run \\d+ of (\\d+):.*", "$1");
  }

  private static SparkSubmit submit(Path jar, String... args) throws IOException {
    return SparkSubmit.of(jar).driverMemory("512m").warm().args(args);
  }
}
