package io.github.millrace.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local disk without checksum files, and without a process for each new file: that is how
 * Hadoop sets permissions where it lacks its native library, which takes longer than the file.
 */
public final class LocalDisk extends RawLocalFileSystem {

  /** In one step or not at all, where Hadoop's own would copy if need be. */
  @Override
  public boolean rename(Path from, Path to) throws IOException {
    try {
      Files.move(
          pathToFile(from).toPath(), pathToFile(to).toPath(), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    PosixFileAttributeView attributes =
        Files.getFileAttributeView(pathToFile(path).toPath(), PosixFileAttributeView.class);
    if (attributes == null || permission.getStickyBit()) {
      super.setPermission(path, permission);
    } else {
      attributes.setPermissions(PosixFilePermissions.fromString(symbols(permission)));
    }
  }

  private static String symbols(FsPermission permission) {
    return permission.getUserAction().SYMBOL
        + permission.getGroupAction().SYMBOL
        + permission.getOtherAction().SYMBOL;
  }
}
