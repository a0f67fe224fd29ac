package io.github.millrace.source.file;

import java.io.Serializable;
import java.time.Instant;

/**
 * A range of a file, to be read by one task.
 *
 * @param path of the file; of an entry that is not opened as {@link #unopened} has it
 * @param replayed whether the file is one of the quarantine, to be read again
 * @param problem why the file is not to be opened at all, a whole reason; null if it is
 * @param found as what it was found; null where that does not matter
 */
record FileSplit(
    String path, long start, long length, boolean replayed, String problem, Stamp found)
    implements Serializable {

  /**
   * By what a change of a file shows.
   *
   * @param length in bytes
   * @param modified milliseconds since 1970-01-01 UTC
   */
  record Stamp(long length, long modified) implements Serializable {
    @Override
    public String toString() {
      return "%d bytes of %s".formatted(length, Instant.ofEpochMilli(modified));
    }
  }

  /** A range that can be read. */
  FileSplit(String path, long start, long length, boolean replayed) {
    this(path, start, length, replayed, null, null);
  }

  /**
   * An entry that is not to be opened, as a source of one record that says why. The slash behind
   * its name, which no file has, stands in the quarantine and the ledger too: what comes to lie
   * there is new.
   */
  static FileSplit unopened(String path, String problem) {
    return new FileSplit(isUnopened(path) ? path : path + "/", 0, 0, false, problem, null);
  }

  static boolean isUnopened(String path) {
    return path.endsWith("/");
  }

  long end() {
    return start + length;
  }
}
