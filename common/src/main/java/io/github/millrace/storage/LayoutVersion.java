package io.github.millrace.storage;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How the files of a directory lie, so that a program which does not know that keeps its hands off.
 *
 * @param layout 1 where nothing says it
 * @param millrace the version of the program that has written it so
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LayoutVersion(int layout, String millrace) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "_layout.json";

  /** The one that this program writes. */
  public static LayoutVersion current(int layout) {
    return new LayoutVersion(
        layout,
        Objects.requireNonNullElse(
            LayoutVersion.class.getPackage().getImplementationVersion(), "of a later build"));
  }

  /**
   * Checks that a directory's files lie as this program knows, as far as the directory says.
   *
   * @param known the latest layout that is known
   * @param what the directory is, which a message begins with
   * @throws JobException with {@link ExitCode#INTEGRITY} if they lie otherwise
   */
  public static void check(Path directory, int known, String what, Configuration hadoop)
      throws IOException {
    Path file = new Path(directory, FILE);
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      JSON.readValue(in, LayoutVersion.class).check(known, what + " " + directory);
    } catch (FileNotFoundException e) {
      // It is of an earlier version, or new.
    }
  }

  /**
   * Checks that it is known.
   *
   * @param what it is the layout of
   * @throws JobException with {@link ExitCode#INTEGRITY} if it is not
   */
  public void check(int known, String what) {
    if (layout > known) {
      throw new JobException(
          ExitCode.INTEGRITY,
          ("%s is of layout %d, written by Millrace %s; this is Millrace %s, which knows layouts up"
                  + " to %d. Nothing was read or changed; use Millrace %s or later")
              .formatted(what, layout, millrace, current(known).millrace(), known, millrace));
    }
  }

  /** Says in a directory that it is the current one, unless it says so. */
  public static void mark(Path directory, int layout, Configuration hadoop) throws IOException {
    Path file = new Path(directory, FILE);
    FileSystem fs = Storage.of(file, hadoop);
    if (!fs.exists(file)) {
      try {
        Storage.writeNew(file, JSON.writeValueAsBytes(current(layout)), hadoop);
      } catch (JobException e) {
        // Another may have said so just now.
        if (!fs.exists(file)) {
          throw e;
        }
      }
    }
  }
}
