package io.github.millrace.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.publish.Disk;
import io.github.millrace.stream.Readings;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream that looks for new files at every trigger, and lists only what has changed. */
@ParameterizedClass
@EnumSource
class ListingTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  /** Of a file that was written long before it came. */
  private static final long LONG_AGO = 1_000_000_000_000L;

  @Parameter private Disk.Kind kind;
  @TempDir private Path dir;

  private Disk disk;
  private FileStream stream;
  private long now = 1;
  private String at = "-1";

  @BeforeEach
  void setUp() throws IOException {
    disk = kind.create(dir, HDFS);
    for (String name : List.of("in/a", "in/sub/b", "in/sub/deep/c")) {
      disk.write(name, "x\n");
    }
    stream = stream(100);
    assertThat(trigger()).containsExactlyInAnyOrder("in/a", "in/sub/b", "in/sub/deep/c");
  }

  private FileStream stream(int mostFiles) {
    FileInput input =
        new FileInput(disk.path("in"), Shape.LINES, mostFiles, 1 << 20, Readings.WATCH_FOR, null);
    return new FileStream(
        input, disk.path("checkpoint"), () -> 2, new DirectoryTimes(() -> now), disk.hadoop());
  }

  /** The files that a trigger takes up. */
  private List<String> trigger() {
    return trigger(100);
  }

  private List<String> trigger(int most) {
    Offset from = stream.deserializeOffset(at);
    Offset next = stream.latestOffset(from, ReadLimit.maxFiles(most));
    if (next == null || next.json().equals(at)) {
      return List.of();
    }
    at = next.json();
    return Arrays.stream(stream.planInputPartitions(from, next))
        .flatMap(partition -> ((FilePartition) partition).splits().stream())
        .map(split -> disk.name(split.path()))
        .toList();
  }

  /** Triggers until nothing that is unchanged is listed any more. */
  private void settle() {
    for (int i = 0; i < 3; i++) {
      now += Duration.ofSeconds(4).toNanos();
      assertThat(trigger()).isEmpty();
    }
  }

  private void drop(String name) throws IOException {
    disk.write("aside", "new\n");
    disk.touch("aside", LONG_AGO);
    disk.move("aside", name);
  }

  @Test
  void whatIsRenamedInIsFoundHoweverOldItIs() throws IOException {
    settle();
    drop("in/sub/deep/new");
    assertThat(trigger()).containsExactly("in/sub/deep/new");
    drop("in/sub/deep/newer");
    assertThat(trigger()).as("right after it").containsExactly("in/sub/deep/newer");
    settle();
    drop("in/other/deep/new");
    assertThat(trigger()).containsExactly("in/other/deep/new");
    settle();
    drop("in/new");
    drop("in/sub/new");
    assertThat(trigger()).containsExactlyInAnyOrder("in/new", "in/sub/new");
  }

  @Test
  void aDirectoryThatIsRenamedInIsFoundWithAllInIt() throws IOException {
    disk.write("whole/d/e/f", "x\n");
    settle();
    disk.move("whole", "in/sub/whole");

    assertThat(trigger()).containsExactly("in/sub/whole/d/e/f");
  }

  @Test
  void whatIsFoundAndNotTakenUpYetIsNotForgotten() throws IOException {
    settle();
    for (String name : List.of("in/1", "in/2", "in/sub/3", "in/sub/4")) {
      drop(name);
    }
    for (int i = 0; i < 4; i++) {
      now += Duration.ofSeconds(10).toNanos();
      assertThat(trigger(1)).hasSize(1);
    }
    assertThat(trigger(1)).isEmpty();
  }

  @Test
  void aDirectoryThatIsRemovedIsNoFaultAndMayComeBack() throws IOException {
    settle();
    disk.delete("in/sub");
    assertThat(trigger()).isEmpty();
    drop("in/sub/deep/new");
    drop("in/sub/deep/c");
    assertThat(trigger()).contains("in/sub/deep/new");
  }

  /** Of bytes that are added to a file its directory shows nothing. */
  @Test
  void aFileThatHasChangedIsFoundWhenEverythingIsListed() throws IOException {
    settle();
    disk.write("in/sub/b", "x\nand more\n");
    disk.touch("in/sub/b", LONG_AGO);
    if (kind == Disk.Kind.LOCAL) {
      assertThat(trigger()).as("the directory is not listed").isEmpty();
      now += Duration.ofMinutes(1).toNanos();
    }

    assertThat(trigger()).containsExactly("in/sub/b");
    assertThat(trigger()).isEmpty();
  }
}
