package io.github.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.cli.Program.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told and decided before Spark starts; a whole run is in {@link JobRunTest}. */
class JobCommandTest {
  @TempDir private Path dir;
  private Path config;

  @BeforeEach
  void setUp() throws IOException {
    config = dir.resolve("count.yaml");
    Files.writeString(
        config,
        """
        result: %s
        password: ${PATH}
        """
            .formatted(dir.resolve("result")));
  }

  // --- Help

  @Test
  void helpOfTheProgramNamesItsCommands() {
    Run run = Program.run("--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("A program of the tests.", "count", "ledger", "--version");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void helpOfACommandNamesItsOptions() {
    Run run = Program.run("count", "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains(
            "Counts to a number.",
            "--config=FILE",
            "--set=KEY=VALUE",
            "--print-config",
            "--dry-run",
            "--adopt",
            "--verbose");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "count --version", "ledger -V"})
  void theVersionIsTold(String line) {
    Run run = Program.run(line.split(" ", -1));

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Millrace ");
  }

  // --- Wrong usage

  @ParameterizedTest
  @CsvSource({
    "count --cofnig x, --cofnig",
    "count stray, stray",
    "cuont, cuont",
    "count --config, --config",
    "ledger, OUTPUT"
  })
  void wrongUsageIsTold(String line, String named) {
    Run run = Program.run(line.split(" ", -1));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(named);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void noCommandIsWrongUsage() {
    Run run = Program.run();

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("Missing required subcommand", "Usage: program");
  }

  // --- Configuration

  @Test
  void theEffectiveConfigurationIsShownMasked() {
    Run run =
        Program.run("count", "--config", config.toString(), "--set", "number=5", "--print-config");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            result: %s
            number: 5
            password: '******'
            fails: null
            """
                .formatted(dir.resolve("result")));
    assertThat(run.out()).doesNotContain(System.getenv("PATH"));
  }

  @Test
  void aConfigurationWithProblemsIsNotShown() {
    Run run =
        Program.run("count", "--config", config.toString(), "--set", "numbr=5", "--print-config");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void allProblemsAreToldAtOnce() {
    Run run = Program.run("count", "--set", "number=-1", "--set", "numbr=5", "--set", "nonsense");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err().lines())
        .first()
        .isEqualTo("program count: 4 problems in the configuration:");
    assertThat(run.err())
        .contains(
            "\n  result: is missing; set it to a file\n",
            "\n  number: is '-1', must be 0 or more\n",
            "\n  numbr: unknown key, did you mean 'number'?\n",
            "\n  --set nonsense: must be key=value, such as --set trigger=availableNow\n");
    assertThat(run.err().lines()).hasSize(5);
  }

  @Test
  void oneProblemIsOne() {
    Run run = Program.run("count", "--config", config.toString(), "--set", "number=11");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            program count: 1 problem in the configuration:
              number: is '11', must be 10 or less
            """);
  }

  @Test
  void aConfigurationThatIsNotThereIsNamed() {
    String missing = dir.resolve("missing.yaml").toString();

    Run run = Program.run("count", "--config", missing);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--config " + missing + ": there is no such file");
  }

  @Test
  void aConfigurationMustBeAFile() {
    Run run = Program.run("count", "--config", dir.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--config " + dir + ": is a directory; name the file in it\n");
  }

  @Test
  void aHomeDirectoryThatNoShellHasExpandedIsTold() {
    Run run = Program.run("count", "--config=~/count.yaml");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "--config ~/count.yaml: there is no such file; your shell has not expanded ~, write"
                + " --config and the file as two words\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nowhere://host/count.yaml", "s3a://bucket/count.yaml", ":"})
  void aConfigurationThatCannotBeReadIsNamed(String location) {
    Run run = Program.run("count", "--config=" + location);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--config " + location + ": cannot be read: ");
  }

  // --- Dry run

  @Test
  void aDryRunTouchesNothing() {
    Run run = Program.run("count", "--config", config.toString(), "--dry-run", "--adopt");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo("checked, and nothing written: would count to 3, having adopted\n");
    assertThat(run.err()).isEmpty();
    assertThat(dir).isDirectoryNotContaining(file -> !file.equals(config));
  }

  @Test
  void aDryRunTellsProblems() {
    Run run =
        Program.run("count", "--config", config.toString(), "--dry-run", "--set", "number=-1");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  // --- The end of a check

  @ParameterizedTest
  @CsvSource({"FAILED, 1", "USAGE, 2", "BAD_INPUT, 3", "INTEGRITY, 4"})
  void aRefusalHasItsOwnStatus(String code, int status) {
    Run run = failing("check " + code);

    assertThat(run.status()).isEqualTo(status);
    assertThat(run.err()).isEqualTo("program count: it was " + code + "\n");
  }

  @Test
  void anyOtherFailureMayBeRetried() {
    Run run = failing("check io");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .as("the message, without a stack and with its secret masked")
        .isEqualTo("program count: cannot reach jdbc:postgresql://user:******@host/db\n");
  }

  @Test
  void aFailureWithoutAMessageIsNamed() {
    Run run = failing("check bug");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("program count: java.lang.IllegalStateException\n");
  }

  private Run failing(String how) {
    return Program.run(
        "count", "--config", config.toString(), "--dry-run", "--set", "fails=" + how);
  }
}
