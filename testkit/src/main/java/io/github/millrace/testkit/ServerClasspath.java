package io.github.millrace.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The class paths of servers, which are kept apart from the tests' own. The POM under servers/
 * writes each to a file, which is a resource here.
 */
final class ServerClasspath {

  private ServerClasspath() {}

  /**
   * Returns the JARs of a server.
   *
   * @param server the name of its directory under testkit/servers
   * @throws IllegalStateException if the build did not write them or they are gone since
   */
  static List<Path> of(String server) {
    String resource = server + ".classpath";
    try (InputStream in = ServerClasspath.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "The testkit was built without "
                + resource
                + ": build it together with testkit/servers/"
                + server
                + " (mvn -pl testkit -am verify)");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      List<Path> jars = Stream.of(text.split(File.pathSeparator, -1)).map(Path::of).toList();
      jars.stream()
          .filter(Files::notExists)
          .findFirst()
          .ifPresent(
              jar -> {
                throw new IllegalStateException(
                    jar + " of " + resource + " is gone: build the testkit again (mvn verify)");
              });
      return jars;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource, e);
    }
  }
}
