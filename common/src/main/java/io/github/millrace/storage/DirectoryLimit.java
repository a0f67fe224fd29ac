package io.github.millrace.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Tells in good time that a directory will be full: HDFS takes so many entries and no more. */
public final class DirectoryLimit {
  /** In the configuration of the name node, which a client may or may not have. */
  private static final String KEY = "dfs.namenode.fs-limits.max-directory-items";

  private static final int DEFAULT = 1024 * 1024;

  private DirectoryLimit() {}

  /**
   * What a user should know about a directory, if it is half full; empty on other file systems. The
   * files are counted by the name node, and not listed.
   *
   * @param remedy what to do about it
   */
  public static Optional<String> warning(Path directory, String remedy, Configuration hadoop)
      throws IOException {
    FileSystem fs = directory.getFileSystem(hadoop);
    if (!fs.getUri().getScheme().equals("hdfs")) {
      return Optional.empty();
    }
    int limit = hadoop.getInt(KEY, DEFAULT);
    long entries = entries(fs, directory);
    return entries < limit / 2
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s holds about %,d files; HDFS takes %,d in a directory and no more (%s). %s",
                directory,
                entries,
                limit,
                KEY,
                remedy));
  }

  private static long entries(FileSystem fs, Path directory) throws IOException {
    try {
      long files = fs.getContentSummary(directory).getFileCount();
      // What Millrace keeps beside them.
      for (FileStatus hidden : fs.globStatus(new Path(directory, "{_*,day=*}"))) {
        files -= fs.getContentSummary(hidden.getPath()).getFileCount();
      }
      return files;
    } catch (FileNotFoundException e) {
      return 0;
    }
  }
}
