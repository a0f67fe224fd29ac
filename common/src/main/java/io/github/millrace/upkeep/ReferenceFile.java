package io.github.millrace.upkeep;

import io.github.millrace.config.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A small file in which a job looks things up, and which is read again when it has changed and is
 * good.
 *
 * @param key of the configuration, which messages begin with
 * @param path of the file, on any file system
 * @param version of the file that was looked at last; changes when the file does
 * @param content of the last good one
 * @param <T> what is made of a file's bytes; immutable
 */
public record ReferenceFile<T>(String key, String path, String version, T content) {
  private static final String UNREADABLE = "unreadable ";

  /** Reads what a file holds. */
  @FunctionalInterface
  public interface Parser<T> {
    /**
     * Parses.
     *
     * @param problems receives a message for each, such as {@code line 3: ...}
     */
    T parse(byte[] content, List<String> problems) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @param problems receives a message, with key and path, for each; the file is not to be used
   *     then
   * @throws IOException if the file cannot be read
   */
  public static <T> ReferenceFile<T> read(
      String key, String path, Parser<T> parser, Configuration hadoop, List<String> problems)
      throws IOException {
    String version = version(path, hadoop);
    Path file = new Path(path);
    List<String> found = new ArrayList<>();
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      T content = parser.parse(in.readAllBytes(), found);
      found.forEach(problem -> problems.add("%s: %s %s".formatted(key, path, problem)));
      return new ReferenceFile<>(key, path, version, content);
    }
  }

  /**
   * The file as it is now if it has changed and is good; else this, which was good.
   *
   * @param describe what the content is, such as {@code 3 campaigns}
   * @param warn receives a line when the file is found missing or wrong, once for each version of
   *     it
   */
  public ReferenceFile<T> current(
      Parser<T> parser, Function<T, String> describe, Configuration hadoop, Consumer<String> warn) {
    List<String> problems = new ArrayList<>();
    String found = "";
    try {
      found = version(path, hadoop);
      if (found.equals(version)) {
        return this;
      }
      ReferenceFile<T> changed = read(key, path, parser, hadoop, problems);
      if (problems.isEmpty()) {
        return changed;
      }
    } catch (IOException | RuntimeException e) {
      problems.add(unreadable(key, path, e));
      // Looked at again each time: what hindered need not show in the file.
      found = UNREADABLE + found;
    }
    if (!found.equals(version)) {
      String more = problems.size() == 1 ? "" : " (and %d more)".formatted(problems.size() - 1);
      warn.accept(
          "warning: %s%s; the %s read before stay until it is good again"
              .formatted(problems.get(0), more, describe.apply(content)));
    }
    return new ReferenceFile<>(key, path, found, content);
  }

  /** What to say of a file that cannot be read. */
  public static String unreadable(String key, String path, Exception e) {
    return "%s: is '%s', which cannot be read: %s".formatted(key, path, OneLine.first(e));
  }

  private static String version(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path);
    FileStatus status = file.getFileSystem(hadoop).getFileStatus(file);
    return status.getModificationTime() + "-" + status.getLen();
  }
}
