package io.github.millrace.publish;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local file system, whose renames a test sees and may hold up or fail. */
public final class WatchedFileSystem extends RawLocalFileSystem {
  private static final String WATCH = "watched.by";
  private static final Map<String, Watch> WATCHES = new ConcurrentHashMap<>();

  /** What is done in place of a rename. */
  @FunctionalInterface
  interface Watch {
    boolean rename(Path to, Rename rename) throws IOException;
  }

  /** The rename itself. */
  @FunctionalInterface
  interface Rename {
    boolean run() throws IOException;
  }

  /** The settings by which local files are found here. */
  static Configuration watchedBy(Watch watch) {
    String id = UUID.randomUUID().toString();
    WATCHES.put(id, watch);
    Configuration hadoop = new Configuration();
    hadoop.set("fs.file.impl", WatchedFileSystem.class.getName());
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    hadoop.set(WATCH, id);
    return hadoop;
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return WATCHES.get(getConf().get(WATCH)).rename(to, () -> super.rename(from, to));
  }
}
