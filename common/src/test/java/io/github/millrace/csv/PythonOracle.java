package io.github.millrace.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A script of Python among the resources, which answers each line with a line. */
public final class PythonOracle {
  private PythonOracle() {}

  /**
   * Its answers.
   *
   * @param directory where its files may lie
   */
  public static List<String> answers(String script, List<String> lines, Path directory)
      throws IOException, InterruptedException {
    Path copy = directory.resolve("oracle.py");
    try (InputStream in = PythonOracle.class.getResourceAsStream(script)) {
      Files.write(copy, in.readAllBytes());
    }
    Path in = Files.write(directory.resolve("in"), lines);
    Path out = directory.resolve("out");
    Path errors = directory.resolve("errors");
    int status =
        new ProcessBuilder("python3", copy.toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(errors)).isZero();
    List<String> answers = Files.readAllLines(out);
    assertThat(answers).hasSameSizeAs(lines);
    return answers;
  }
}
