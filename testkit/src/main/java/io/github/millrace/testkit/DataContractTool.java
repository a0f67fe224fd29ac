package io.github.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The public {@code datacontract} program, a third party's judge of contracts and output. Its
 * start, of seconds, is paid once: a process with the program in memory stays as long as this JVM,
 * and each command line runs in a fork of it, so that none sees what an earlier one has left.
 */
public final class DataContractTool {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SCRIPT = "datacontract-forks.py";

  private static Optional<ChildProcess> started = Optional.empty();

  private DataContractTool() {}

  /** How a command line ended: what it printed, and 0 if all that it checked is good. */
  public record Result(int exitCode, String output) {

    /**
     * Returns this if the exit code is the expected one.
     *
     * @throws AssertionError with the output if it is not
     */
    public Result expect(int expected) {
      if (exitCode != expected) {
        throw new AssertionError(
            "datacontract ended with exit code %d, not %d\n%s"
                .formatted(exitCode, expected, output));
      }
      return this;
    }
  }

  /**
   * Asserts that the contracts in a directory, {@code *.odcs.yaml}, are valid without a warning.
   *
   * @throws AssertionError with what the tool says of those that are not, or if there is none
   */
  public static void assertValid(Path directory) {
    List<Path> contracts = JobRun.files(directory, ".odcs.yaml");
    if (contracts.isEmpty()) {
      throw new AssertionError("There is no contract in " + directory);
    }
    List<String> refused =
        contracts.stream()
            .map(contract -> run("lint", contract.toAbsolutePath().toString()))
            .map(Result::output)
            .filter(output -> !output.contains("Data contract is valid"))
            .toList();
    if (!refused.isEmpty()) {
      throw new AssertionError(String.join("\n", refused));
    }
  }

  /**
   * Tests files by a contract that names no servers.
   *
   * @param files a pattern such as {@code /output/*.csv}; its ending is the format
   */
  public static Result test(Path contract, String files) {
    String format = files.substring(files.lastIndexOf('.') + 1);
    String servers =
        """
        servers:
          - server: output
            type: local
            path: %s
            format: %s
            delimiter: ","
        """
            .formatted(files, format);
    try (ScratchDir dir = ScratchDir.create("contract")) {
      Path copy = dir.path().resolve(contract.getFileName());
      Files.writeString(copy, Files.readString(contract) + servers);
      return run("test", copy.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy " + contract, e);
    }
  }

  /**
   * Runs a command line to its end, in a directory of its own.
   *
   * @param args such as {@code lint FILE}
   * @throws IllegalStateException with the log's end if MILLRACE_TOOLS is unset, the process with
   *     the program dies, or the command line does not end
   */
  public static synchronized Result run(String... args) {
    ChildProcess process = started.filter(ChildProcess::alive).orElseGet(DataContractTool::start);
    started = Optional.of(process);
    boolean ended = false;
    try (ScratchDir dir = ScratchDir.create("datacontract")) {
      Files.writeString(dir.path().resolve("arguments"), String.join("\0", args));
      process.writeLine(dir.path().toString());
      Path status = dir.path().resolve("status");
      process.awaitReady(
          "the end of datacontract " + String.join(" ", args),
          PATIENCE,
          () -> Files.exists(status));
      Result result =
          new Result(
              Integer.parseInt(ChildProcess.read(status)),
              ChildProcess.read(dir.path().resolve("output")));
      ended = true;
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the arguments of datacontract", e);
    } finally {
      if (!ended) {
        process.kill();
      }
    }
  }

  private static ChildProcess start() {
    String tools = System.getenv("MILLRACE_TOOLS");
    if (tools == null) {
      throw new IllegalStateException("MILLRACE_TOOLS is not set: start the tests by bin/test");
    }
    Path dir = ScratchDir.create("datacontract-forks").path();
    try (InputStream in = DataContractTool.class.getResourceAsStream(SCRIPT)) {
      Path script = dir.resolve(SCRIPT);
      Files.copy(in, script);
      ProcessBuilder builder =
          new ProcessBuilder(Path.of(tools, "python").toString(), script.toString());
      builder.environment().put("PYTHONUTF8", "1");
      return ChildProcess.start("datacontract", builder, dir.resolve("datacontract.log"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + SCRIPT, e);
    }
  }
}
