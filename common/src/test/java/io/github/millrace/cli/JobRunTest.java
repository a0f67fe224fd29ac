package io.github.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.cli.Program.Run;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs, each in a process of its own, for a run ends the session that it has started. */
class JobRunTest {
  /** Of incubator modules, and from JDK 24 on of what Spark uses. */
  private static final String OF_THE_JVM = "WARNING: ";

  @TempDir private Path dir;

  @Test
  void aRunStartsSparkAndEndsIt() throws Exception {
    Run run = run("-Dspark.millrace.test=from spark-submit", "result=" + dir.resolve("result"));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("counted to 3\n");
    assertThat(run.err().lines().filter(line -> !line.startsWith(OF_THE_JVM))).isEmpty();
    assertThat(dir.resolve("result"))
        .hasContent("program count UTC 7 from spark-submit by the job");
    assertThat(dir.resolve("end")).hasContent("0");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.sql.session.timeZone, Europe/Berlin, UTC",
    "spark.millrace.forced, by the user, by the job"
  })
  void aSettingAgainstOneThatIsForcedIsAProblem(String key, String asked, String forced)
      throws Exception {
    Run run = run("-D%s=%s".formatted(key, asked), "result=" + dir.resolve("result"));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("program count: 1 problem in the configuration:\n  Spark's " + key + ": is '")
        .contains("is '%s', but the job needs '%s'".formatted(asked, forced));
    assertThat(dir.resolve("result")).doesNotExist();
    assertThat(dir.resolve("end")).as("Spark was not started").doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "BAD_INPUT, 3, it was BAD_INPUT",
    "io, 1, cannot reach jdbc:postgresql://user:******@host/db",
    "error, 1, java.lang.NoClassDefFoundError: io/github/millrace/Missing"
  })
  void aRunThatFailsTellsItsMessageAndItsStatus(String how, int status, String message)
      throws Exception {
    Run run = run("-Dx=y", "result=" + dir.resolve("result"), "fails=run " + how);

    assertThat(run.status()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("program count: " + message + "\n").doesNotContain("\tat ");
    assertThat(dir.resolve("result")).doesNotExist();
    // By which YARN tells an application that has failed.
    assertThat(dir.resolve("end")).hasContent(Integer.toString(status));
  }

  /** Spark logs a failed task with its stack, once in the message and once beside it. */
  @Test
  void aTaskThatFailsIsToldInLinesWithoutAStack() throws Exception {
    Run run = run("-Dx=y", "result=" + dir.resolve("result"), "fails=task");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("torn page", "TaskSetManager").doesNotContain("\tat ");
    assertThat(run.err().lines())
        .filteredOn(line -> !line.startsWith(OF_THE_JVM))
        .allMatch(line -> line.matches("\\d\\d:.*|program count: .*"));
  }

  private Run run(String option, String... settings) throws IOException, InterruptedException {
    Path out = dir.resolve("out");
    Path err = dir.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dspark.master=local[1]",
            "-Dspark.ui.enabled=false",
            "-Dspark.extraListeners=" + Program.End.class.getName(),
            "-D" + Program.End.FILE + "=" + dir.resolve("end"),
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            option,
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            "count"));
    Arrays.stream(settings).forEach(setting -> command.addAll(List.of("--set", setting)));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
      return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
