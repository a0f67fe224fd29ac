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
   * The file system of a path. On a local disk it is the plain one, without Hadoop's checksum
   * files: they would lie hidden among the published data, and make a file that a user edits
   * unreadable.
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
  }
}
