package io.github.millrace.datagen.output;

import io.github.millrace.datagen.record.Digits;

/**
 * How things are spread over numbered files: in order, evenly but for one.
 *
 * @param count how many things
 * @param files over how many files, 1 or more unless there is nothing
 */
public record FileSpread(long count, long files) {
  private static final int LEAST_NUMBER_WIDTH = 5;
  private static final long TYPICAL_FILE_BYTES = 64L << 20;
  private static final long LEAST_FILES = 4;

  /** Checks the numbers as {@link #check} does. */
  public FileSpread {
    check(count, files);
  }

  /**
   * Checks that no file would be empty.
   *
   * @throws IllegalArgumentException naming the option, its value and the remedy
   */
  public static void check(long count, long files) {
    if (files < 0 || files > count || (files == 0 && count > 0)) {
      throw new IllegalArgumentException(
          "--files is "
              + files
              + ": give a number from 1 to that of --count ("
              + count
              + "), so that no file is empty.");
    }
  }

  /** Returns the number of files used unless the user names one: 4, or one per 64 MB if more. */
  public static long defaultFiles(long count, long bytesEach) {
    long bySize = count / (TYPICAL_FILE_BYTES / bytesEach) + 1;
    return Math.min(count, Math.max(LEAST_FILES, bySize));
  }

  /** Returns the index of the first thing of a file; behind the last file, the count. */
  public long first(long file) {
    long perFile = count / files;
    long larger = count % files;
    return file * perFile + Math.min(file, larger);
  }

  /** Returns a file's name, such as {@code views-00000.json}. */
  public String name(String prefix, long file) {
    int width = Math.max(LEAST_NUMBER_WIDTH, Long.toString(files - 1).length());
    return prefix + "-" + Digits.padded(file, width) + ".json";
  }
}
