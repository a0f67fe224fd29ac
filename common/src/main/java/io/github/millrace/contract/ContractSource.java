package io.github.millrace.contract;

import io.github.millrace.config.OneLine;
import io.github.millrace.config.PathChecks;
import io.github.millrace.record.TextEncoding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where a contract's document is.
 *
 * @param location {@code classpath:<resource>} for one inside the JAR, else a path on any file
 *     system that Hadoop knows
 */
public record ContractSource(String location) {
  private static final String CLASSPATH = "classpath:";

  /**
   * Reads the contract.
   *
   * @param problems receives a message for each problem of the document
   * @throws IOException if the document cannot be read
   */
  public Optional<Contract> read(Configuration hadoop, List<String> problems) throws IOException {
    byte[] bytes;
    try (InputStream in = open(hadoop)) {
      bytes = in.readAllBytes();
    }
    String fault = TextEncoding.fault(bytes, 0, bytes.length);
    if (fault != null) {
      problems.add("contract " + location + ": " + fault);
      return Optional.empty();
    }
    return ContractReader.read(location, new String(bytes, StandardCharsets.UTF_8), problems);
  }

  /**
   * Reads the contract that a configuration names by its key {@code contract}; none if it names
   * none, which the configuration tells.
   *
   * @param problems receives a message for each problem of the document, or that it cannot be read
   */
  public Optional<Contract> check(Configuration hadoop, List<String> problems) {
    if (location == null) {
      return Optional.empty();
    }
    if (!location.startsWith(CLASSPATH)
        && !new PathChecks(hadoop, problems).hasConnector("contract", location)) {
      return Optional.empty();
    }
    try {
      return read(hadoop, problems);
    } catch (IOException | RuntimeException e) {
      problems.add(
          "contract: is '%s', which cannot be read: %s".formatted(location, OneLine.first(e)));
      return Optional.empty();
    }
  }

  private InputStream open(Configuration hadoop) throws IOException {
    if (!location.startsWith(CLASSPATH)) {
      Path path = new Path(location);
      return path.getFileSystem(hadoop).open(path);
    }
    String resource = location.substring(CLASSPATH.length());
    InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException("no resource '" + resource + "' in the JAR");
    }
    return in;
  }
}
