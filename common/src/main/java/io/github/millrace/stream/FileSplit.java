package io.github.millrace.stream;

import java.io.Serializable;

/**
 * A range of a file, to be read by one task.
 *
 * @param replayed whether the file is one of the quarantine, to be read again
 * @param problem why the file is not to be opened at all, a whole reason; null if it is
 */
record FileSplit(String path, long start, long length, boolean replayed, String problem)
    implements Serializable {

  /** A range that can be read. */
  FileSplit(String path, long start, long length, boolean replayed) {
    this(path, start, length, replayed, null);
  }

  long end() {
    return start + length;
  }
}
