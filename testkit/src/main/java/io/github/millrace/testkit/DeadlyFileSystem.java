package io.github.millrace.testkit;

import java.io.IOException;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, with a place at which the process is ended by SIGKILL: {@code deadly.when}
 * is {@code before} or {@code after}, {@code deadly.operation} is {@code create} or {@code rename},
 * {@code deadly.path} an expression for the path made, {@code deadly.count} the how-manieth time.
 * So the product needs no hook for being killed at a step.
 */
public final class DeadlyFileSystem extends FilterFileSystem {
  private static final AtomicInteger SEEN = new AtomicInteger();

  /** A place at which the process ends; {@code when} and {@code operation} as above. */
  public record Step(String when, String operation, String path, int count) {

    /** The first time. */
    public Step(String when, String operation, String path) {
      this(when, operation, path, 1);
    }

    /** Makes a run end there. */
    public SparkSubmit set(SparkSubmit submit) {
      return submit
          .conf("spark.hadoop.fs.file.impl", DeadlyFileSystem.class.getName())
          .conf("spark.driver.extraClassPath", ShadedJar.jarOf(DeadlyFileSystem.class).toString())
          .conf(
              "spark.sql.streaming.checkpointFileManagerClass",
              "org.apache.spark.sql.execution.streaming.checkpointing."
                  + "FileSystemBasedCheckpointFileManager")
          .conf("spark.hadoop.deadly.when", when)
          .conf("spark.hadoop.deadly.operation", operation)
          .conf("spark.hadoop.deadly.path", path)
          .conf("spark.hadoop.deadly.count", Integer.toString(count));
    }
  }

  /** Made by Hadoop. */
  public DeadlyFileSystem() {
    super(new RawLocalFileSystem());
  }

  @Override
  public String getScheme() {
    return "file";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return deadly(
        "create",
        path,
        () -> super.create(path, permission, overwrite, buffer, replication, block, progress));
  }

  @Override
  public FSDataOutputStream createNonRecursive(
      Path path,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return deadly(
        "create",
        path,
        () ->
            super.createNonRecursive(
                path, permission, flags, buffer, replication, block, progress));
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return deadly("rename", to, () -> super.rename(from, to));
  }

  /** What the file system is to do. */
  private interface Action<T> {
    T run() throws IOException;
  }

  private <T> T deadly(String operation, Path made, Action<T> action) throws IOException {
    boolean here = isHere(operation, made);
    dieIf(here && when("before"));
    T result = action.run();
    dieIf(here && when("after"));
    return result;
  }

  private boolean when(String time) {
    return time.equals(getConf().get("deadly.when"));
  }

  private boolean isHere(String operation, Path path) {
    return operation.equals(getConf().get("deadly.operation"))
        && Pattern.compile(getConf().get("deadly.path")).matcher(path.toString()).find()
        && SEEN.incrementAndGet() == getConf().getInt("deadly.count", 1);
  }

  /** SIGKILL, as the kernel or a cluster's node manager would send it: no hook runs. */
  private static void dieIf(boolean die) throws IOException {
    if (die) {
      try {
        new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid())).start();
        TimeUnit.MINUTES.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("the process outlived its SIGKILL");
    }
  }
}
