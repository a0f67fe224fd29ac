package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.testkit.DataContractTool.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataContractToolIT {
  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: numbers
      version: 1.0.0
      status: active
      schema:
        - name: numbers
          logicalType: object
          properties:
            - name: number
              logicalType: integer
              physicalType: INTEGER
              required: true
              logicalTypeOptions:
                minimum: 1
      """;

  @TempDir private Path directory;
  private Path valid;
  private Path invalid;

  @BeforeEach
  void write() throws Exception {
    valid = Files.writeString(directory.resolve("valid.odcs.yaml"), CONTRACT);
    invalid =
        Files.writeString(
            directory.resolve("invalid.odcs.yaml"), CONTRACT.replace("minimum: 1", "minimum: one"));
  }

  @Test
  void eachCommandLineHasItsOwnOutputAndOutcomeWhateverCameBefore() throws Exception {
    Path good = Files.writeString(directory.resolve("good.csv"), "number\n1\n2\n");
    Path bad = Files.writeString(directory.resolve("bad.csv"), "number\n1\n0\n");
    for (int i = 0; i < 2; i++) {
      assertThat(lint(valid).expect(0).output())
          .contains("Data contract is valid")
          .doesNotContain("Testing");
      assertThat(lint(invalid).expect(1).output())
          .contains("'one' is not of type")
          .doesNotContain("Data contract is valid");
      assertThat(DataContractTool.run("lint", "--no-such-option").expect(2).output())
          .contains("No such option: --no-such-option");
      assertThat(DataContractTool.test(valid, good.toString()).expect(0).output())
          .contains("Ran 3 checks");
      assertThat(DataContractTool.test(valid, bad.toString()).expect(1).output())
          .contains("Check that field number has a", "expected = 0")
          .doesNotContain("Data contract is valid");
      assertThat(lint(directory.resolve("nowhere.yaml")).expect(1).output())
          .contains("does not exist");
    }
    assertThat(forks()).as("one process, in which nothing runs").hasSize(1);
  }

  @Test
  void anOutcomeOtherThanExpectedIsShownWithTheOutput() {
    assertThatThrownBy(() -> lint(invalid).expect(0))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("exit code 1, not 0")
        .hasMessageContaining("'one' is not of type");
  }

  @Test
  void theContractsOfADirectoryAreJudgedTogether() throws Exception {
    Path contracts = Files.createDirectory(directory.resolve("contracts"));
    assertThatThrownBy(() -> DataContractTool.assertValid(contracts))
        .hasMessage("There is no contract in " + contracts);
    Files.copy(valid, contracts.resolve("valid.odcs.yaml"));
    DataContractTool.assertValid(contracts);
    Files.copy(invalid, contracts.resolve("invalid.odcs.yaml"));
    assertThatThrownBy(() -> DataContractTool.assertValid(contracts))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("'one' is not of type");
  }

  @Test
  void severalThreadsMayAskAtATime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Result>> results =
          threads.invokeAll(
              List.of(() -> lint(valid), () -> lint(invalid), () -> DataContractTool.run("--no")));
      assertThat(results.get(0).get().expect(0).output()).contains("Data contract is valid");
      assertThat(results.get(1).get().expect(1).output()).contains("'one' is not of type");
      assertThat(results.get(2).get().expect(2).output()).contains("No such option: --no");
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aProcessThatDiesIsToldAndTheNextCommandLineHasANewOne() throws Exception {
    lint(valid).expect(0);
    // Nobody writes into it, so its reader waits.
    Path pipe = directory.resolve("pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<Result> waiting = CompletableFuture.supplyAsync(() -> lint(pipe));
    Await.until("the fork", Duration.ofMinutes(1), () -> forks().size() == 2);
    forks().forEach(ProcessHandle::destroyForcibly);
    assertThatThrownBy(waiting::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("It ended with exit code 137")
        .hasMessageContaining("before the end of datacontract lint " + pipe)
        .hasMessageContaining("datacontract.log");
    lint(valid).expect(0);
  }

  private static Result lint(Path contract) {
    return DataContractTool.run("lint", contract.toString());
  }

  /** The process and what runs in it. */
  private static List<ProcessHandle> forks() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains("datacontract-forks"))
        .toList();
  }
}
