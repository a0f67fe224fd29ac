package io.github.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {
  @TempDir private java.nio.file.Path directory;

  private final Configuration hadoop = new Configuration(false);

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  private Path path(String name) {
    return new Path(directory.resolve(name).toString());
  }

  @Test
  void filesHaveThePermissionsThatHadoopsSettingsAskFor() throws IOException {
    hadoop.set(FsPermission.UMASK_LABEL, "027");
    Storage.of(path("a/b"), hadoop).create(path("a/b")).close();
    assertThat(permissions("a/b")).isEqualTo("rw-r-----");
    assertThat(directory.resolve("a").toFile().list()).containsExactly("b");

    FileSystem disk = Storage.of(path("a"), hadoop);
    disk.setPermission(path("a/b"), new FsPermission("751"));
    assertThat(permissions("a/b")).isEqualTo("rwxr-x--x");
    disk.setPermission(path("a"), new FsPermission("1777"));
    assertThat(permissions("a")).isEqualTo("rwxrwxrwx");
  }

  @Test
  void othersFindItByTheSettings() throws IOException {
    assertThat(path("a").getFileSystem(Storage.withLocalDisk(hadoop)))
        .isInstanceOf(LocalDisk.class);
  }

  @Test
  void aFileSystemThatTheUserHasChosenStays() {
    hadoop.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    assertThat(Storage.withLocalDisk(hadoop)).isSameAs(hadoop);
  }
}
