package io.github.millrace.stream;

import java.io.Serializable;

/**
 * A range of a file, to be read by one task.
 *
 * @param replayed whether the file is one of the quarantine, to be read again
 */
record FileSplit(String path, long start, long length, boolean replayed) implements Serializable {
  long end() {
    return start + length;
  }
}
