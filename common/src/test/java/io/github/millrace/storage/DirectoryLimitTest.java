package io.github.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.publish.Disk;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLimitTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  @TempDir private Path dir;

  private static Optional<String> warning(Disk disk, int limit) throws IOException {
    Configuration hadoop = new Configuration(disk.hadoop());
    hadoop.setInt("dfs.namenode.fs-limits.max-directory-items", limit);
    return DirectoryLimit.warning(
        new org.apache.hadoop.fs.Path(disk.path("out")), "Do this.", hadoop);
  }

  private void fill(Disk disk) throws IOException {
    for (String name :
        new String[] {"a.csv", "b.csv", "c.csv", "_ledger/e", "day=1/f", "day=1/g"}) {
      disk.write("out/" + name, "");
    }
  }

  @Test
  void aDirectoryThatIsHalfFullIsTold() throws IOException {
    Disk disk = Disk.Kind.HDFS.create(dir, HDFS);
    assertThat(warning(disk, 6)).as("there is none yet").isEmpty();
    fill(disk);

    assertThat(warning(disk, 8)).isEmpty();
    assertThat(warning(disk, 6))
        .contains(
            disk.path("out")
                + " holds about 3 files; HDFS takes 6 in a directory and no more"
                + " (dfs.namenode.fs-limits.max-directory-items). Do this.");
  }

  @Test
  void aLocalDiskHasNoSuchLimit() throws IOException {
    Disk disk = Disk.Kind.LOCAL.create(dir, HDFS);
    fill(disk);

    assertThat(warning(disk, 2)).isEmpty();
  }
}
