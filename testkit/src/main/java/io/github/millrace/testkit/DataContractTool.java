package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The public {@code datacontract} program, a third party's judge of contracts and output. */
public final class DataContractTool {

  private DataContractTool() {}

  /**
   * Runs it and returns what it prints, whatever its exit code.
   *
   * @param directory where it runs
   * @param args such as {@code lint FILE}
   * @throws IllegalStateException if MILLRACE_TOOLS is unset, or it does not end
   */
  public static String run(Path directory, String... args) {
    String tools = System.getenv("MILLRACE_TOOLS");
    if (tools == null) {
      throw new IllegalStateException("MILLRACE_TOOLS is not set: start the tests by bin/test");
    }
    List<String> command = new ArrayList<>(List.of(tools + "/datacontract"));
    command.addAll(List.of(args));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " did not end:\n" + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while running " + command, e);
    }
  }
}
