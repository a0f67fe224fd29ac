package io.github.millrace;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Where Millrace's own files are read and written. */
public final class Storage {
  private Storage() {}

  /**
   * The path with scheme, authority and all, so that it means the same from anywhere; null for
   * null.
   */
  public static String qualified(String path, Configuration hadoop) throws IOException {
    if (path == null) {
      return null;
    }
    Path asked = new Path(path);
    return asked.getFileSystem(hadoop).makeQualified(asked).toString();
  }

  /**
   * The file system of a path. On a local disk it is the plain one, without Hadoop's checksum
   * files: they would lie hidden among the published data, and make a file that a user edits
   * unreadable.
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
  }
}
