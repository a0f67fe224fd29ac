package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.ShadedJar;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/submit} in a checkout whose directory has a space, on a host that is badly set up. */
class SubmitScriptIT {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final String JOB = "invoice-flattener";

  @TempDir private Path directory;
  private Path script;
  private Path in;

  @BeforeEach
  void setUp() throws IOException {
    Path checkout = Files.createDirectories(directory.resolve("with a space"));
    for (String name : List.of("config", ".spark")) {
      if (Files.exists(REPOSITORY.resolve(name))) {
        Files.createSymbolicLink(checkout.resolve(name), REPOSITORY.resolve(name));
      }
    }
    Files.createDirectory(checkout.resolve("bin"));
    for (String name : List.of("submit", "setup-spark")) {
      Files.copy(REPOSITORY.resolve("bin").resolve(name), checkout.resolve("bin").resolve(name));
    }
    Path target = Files.createDirectories(checkout.resolve(JOB).resolve("target"));
    Files.copy(Path.of("pom.xml"), checkout.resolve(JOB).resolve("pom.xml"));
    Path jar = ShadedJar.pathOfThisModule();
    Files.createSymbolicLink(target.resolve(jar.getFileName()), jar);
    script =
        Files.createSymbolicLink(
            directory.resolve("link"), checkout.resolve("bin").resolve("submit"));
    in = Files.createDirectories(directory.resolve("in put"));
  }

  @Test
  void runsThroughALinkInAPosixLocaleOnAHostThatIsNotInDns() throws Exception {
    Path sample = Path.of("src/test/resources/samples/invoices-from-tills.jsonl");
    // By its bytes: this JVM's own locale may not know the name either.
    Files.copy(sample, Path.of(URI.create(in.toUri() + "Gr%C3%B6%C3%9Fe.json")));
    Files.copy(sample, in.resolve("2026-03-01T10:00.json"));

    Run run = onUnknownHost(JOB + "/", "flatten");

    assertThat(run.status()).as(run.text()).isZero();
    assertThat(run.text())
        .contains("12 read = 12 written + 0 quarantined")
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void aClusterCannotReachAHostThatIsNotInDns() throws Exception {
    Run run = onUnknownHost(Map.of("HADOOP_CONF_DIR", directory.toString()), JOB, "flatten");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.text())
        .isEqualTo(
            "submit: this host's name, nowhere.invalid, is not in DNS; set SPARK_LOCAL_IP to an"
                + " address that the cluster reaches\n");
  }

  @Test
  void anUnknownJobIsTold() throws Exception {
    Run run = run(Map.of(), List.of(script.toString(), "invoice-flatener", "flatten"));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.text())
        .isEqualTo("submit: there is no job 'invoice-flatener'; jobs:\n  invoice-flattener\n");
  }

  private Run onUnknownHost(String job, String command) throws Exception {
    return onUnknownHost(Map.of(), job, command);
  }

  /** In a namespace of its own, which takes root or user namespaces. */
  private Run onUnknownHost(Map<String, String> environment, String job, String command)
      throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                "unshare",
                "--map-root-user",
                "--uts",
                "sh",
                "-c",
                "hostname nowhere.invalid && exec \"$@\"",
                "sh",
                script.toString(),
                job,
                command));
    Map.of(
            "input.path", in,
            "output.hive", directory.resolve("hive"),
            "output.cassandra", directory.resolve("cassandra"),
            "checkpoint", directory.resolve("checkpoint"))
        .forEach((key, path) -> line.addAll(List.of("--set", key + "=" + path)));
    return run(environment, line);
  }

  private record Run(int status, String text) {}

  private Run run(Map<String, String> more, List<String> command) throws Exception {
    Path out = directory.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    Map<String, String> environment = builder.environment();
    if (Files.exists(REPOSITORY.resolve(".spark/home"))) {
      environment.remove("SPARK_HOME");
    }
    environment.remove("SPARK_LOCAL_IP");
    environment.remove("LANG");
    environment.put("LC_ALL", "C");
    environment.putAll(more);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
      return new Run(process.exitValue(), Files.readString(out));
    } finally {
      process.destroyForcibly();
    }
  }
}
