package io.github.millrace.storage;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where Millrace's own files are read and written. */
public final class Storage {
  private static final Logger LOG = LoggerFactory.getLogger(Storage.class);
  private static final String LOCAL = "fs.file.impl";

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
    if (!(fs instanceof LocalFileSystem)) {
      return fs;
    }
    LocalDisk disk = new LocalDisk();
    disk.initialize(fs.getUri(), hadoop);
    return disk;
  }

  /** The settings by which others find the same file systems. */
  public static Configuration withLocalDisk(Configuration hadoop) {
    if (hadoop.getClass(LOCAL, LocalFileSystem.class) != LocalFileSystem.class) {
      return hadoop;
    }
    Configuration settings = new Configuration(hadoop);
    settings.setClass(LOCAL, LocalDisk.class, FileSystem.class);
    // Hadoop would give what it has made by other settings.
    settings.setBoolean(LOCAL + ".disable.cache", true);
    return settings;
  }

  /**
   * Writes a small file, whole or not at all.
   *
   * @param path of a file that does not exist
   * @throws JobException with {@link ExitCode#FAILED}, naming the path, if it cannot be written, or
   *     is there
   */
  public static void writeNew(Path path, byte[] content, Configuration hadoop) {
    // Of nobody else: a process that was paused in the middle of this may go on with it.
    String unique = UUID.randomUUID().toString().substring(0, 8);
    Path temporary = new Path(path.getParent(), "." + path.getName() + "." + unique + ".tmp");
    try {
      FileSystem fs = of(path, hadoop);
      try (OutputStream out = fs.create(temporary, true)) {
        out.write(content);
      }
      if (!renameNew(temporary, path, fs)) {
        fs.delete(temporary, false);
        throw new IOException("it is there already, another run has written it");
      }
    } catch (IOException | FSError e) {
      throw cannotWrite(path, e);
    }
  }

  /** Renames a file to a name that no other may have, in one step; gives whether it was free. */
  private static boolean renameNew(Path from, Path to, FileSystem fs) throws IOException {
    if (!(fs instanceof RawLocalFileSystem local)) {
      return fs.rename(from, to);
    }
    // A rename would replace what is there.
    try {
      Files.createLink(local.pathToFile(to).toPath(), local.pathToFile(from).toPath());
      return fs.delete(from, false);
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A disk without hard links.
      return !fs.exists(to) && fs.rename(from, to);
    }
  }

  /**
   * Renames a directory with something in it to a name that no other may have, in one step.
   *
   * @return whether the name was free
   */
  public static boolean renameDirectory(Path from, Path to, Configuration hadoop)
      throws IOException {
    FileSystem fs = of(to, hadoop);
    try {
      if (fs instanceof RawLocalFileSystem) {
        // Which replaces no directory that has something in it.
        return fs.rename(from, to);
      }
      FileContext.getFileContext(to.toUri(), hadoop).rename(from, to);
      return true;
    } catch (IOException e) {
      if (fs.exists(to)) {
        return false;
      }
      throw e;
    }
  }

  /** Renames to a name that only the caller uses, in one step; gives whether it was there. */
  public static boolean renameIfThere(Path from, Path to, FileSystem fs) throws IOException {
    try {
      if (fs.rename(from, to)) {
        return true;
      }
    } catch (FileNotFoundException e) {
      return false;
    }
    if (fs.exists(from)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
    return false;
  }

  /** Removes a directory, unless there is something in it, or another has removed it. */
  public static void removeIfEmpty(Path directory, FileSystem fs) {
    try {
      fs.delete(directory, false);
    } catch (IOException e) {
      LOG.debug("{} is there and in use", directory, e);
    }
  }

  /** Renames a file over another, in one step: a reader finds the one or the other. */
  public static void replace(Path from, Path to, Configuration hadoop) throws IOException {
    FileSystem fs = of(to, hadoop);
    if (fs instanceof RawLocalFileSystem local) {
      Files.move(
          local.pathToFile(from).toPath(),
          local.pathToFile(to).toPath(),
          StandardCopyOption.ATOMIC_MOVE);
    } else {
      FileContext.getFileContext(to.toUri(), hadoop).rename(from, to, Options.Rename.OVERWRITE);
    }
  }

  /**
   * What a user reads when a path cannot be written. Nothing is known to be wrong with the data, so
   * a retry may help.
   *
   * @param cause an {@link IOException}, or the {@link FSError} that a local disk throws
   */
  public static JobException cannotWrite(Path path, Throwable cause) {
    return new JobException(
        ExitCode.FAILED,
        "cannot write %s: %s; see that there is room and permission to write, and start again"
            .formatted(path, cause.getMessage()),
        cause);
  }
}
