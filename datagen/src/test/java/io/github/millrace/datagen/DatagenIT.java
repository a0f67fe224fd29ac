package io.github.millrace.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.invoice.InvoiceTruth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges the shaded JAR as a user runs it. */
final class DatagenIT {
  private static final String JAR = System.getProperty("millrace.jar");

  @TempDir private Path directory;

  @Test
  void theJarRunsAlone() throws IOException, InterruptedException {
    Path data = directory.resolve("data");

    String output = run(0, "invoices", "--count", "10", "--to", data.toString());

    assertThat(output).startsWith("10 records: 10 good");
    assertThat(InvoiceTruth.read(data).summary().good()).isEqualTo(10);
  }

  @Test
  void theJarReadsTimes() throws IOException, InterruptedException {
    String output =
        run(
            0,
            "view-logs",
            "--to=files",
            "--count=10",
            "--late-by=1 day 2 hours",
            "--out-of-order=1.5 seconds",
            "--dir=" + directory.resolve("views"));

    assertThat(output).startsWith("10 records: ");
  }

  @Test
  void theJarKnowsItsVersion() throws IOException, InterruptedException {
    assertThat(run(0, "--version")).matches("Millrace datagen \\d\\S+\\s+");
  }

  @Test
  void aUsageErrorExitsWithTwo() throws IOException, InterruptedException {
    assertThat(run(2, "invoices", "--count", "-1", "--to", directory.resolve("data").toString()))
        .startsWith("--count is -1");
  }

  @Test
  void theJarCarriesNoSpark() throws IOException {
    try (JarFile jar = new JarFile(JAR)) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .noneMatch(
              name -> name.startsWith("org/apache/spark/") || name.startsWith("org/apache/hadoop/"))
          .noneMatch(name -> name.startsWith("scala/"))
          .filteredOn(name -> name.matches("io/github/millrace/(?!datagen/).*\\.class"))
          .containsExactly("io/github/millrace/config/TimeSpan.class");
    }
  }

  private static String run(int expectedExit, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(JAR);
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(expectedExit);
    return output;
  }
}
