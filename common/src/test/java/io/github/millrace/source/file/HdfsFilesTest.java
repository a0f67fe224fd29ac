package io.github.millrace.source.file;

import static io.github.millrace.source.file.Found.bad;
import static io.github.millrace.source.file.Found.good;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.JobException;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.Contracts;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.source.file.FileLog.InputFile;
import io.github.millrace.stream.Checkpoint;
import io.github.millrace.stream.Readings;
import io.github.millrace.stream.Takeover;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.io.OutputStream;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is other than on a local disk: users, locations, and a rename that replaces nothing. */
class HdfsFilesTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  private static final int LARGE = 1 << 20;
  private static final Contract CONTRACT = Contracts.of("- {name: a, logicalType: integer}");

  private Configuration hadoop;
  private FileSystem fs;
  private Path dir;

  @BeforeEach
  void setUp() {
    hadoop = HDFS.get().configuration();
    fs = HDFS.get().fileSystem();
    dir = new Path(HDFS.get().uri("/" + UUID.randomUUID()));
  }

  @Test
  void aFileIsReadInSplits() throws IOException {
    Path file = write("a.json", "a\nbb\nccc\n");
    List<Found> found = new ArrayList<>();
    for (int at = 0; at < 9; at += 2) {
      found.addAll(split(file, at, Math.min(2, 9 - at)));
    }

    assertThat(found).containsExactly(good(0, "a"), good(2, "bb"), good(5, "ccc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret.json", "secret.json.gz"})
  void aFileThatMayNotBeReadIsToldOnce(String name) throws Exception {
    Path file = write(name, "a\nbb\nccc\n");
    fs.setPermission(file, new FsPermission("600"));

    assertThat(asSomeoneElse(() -> split(file, 0, 5)))
        .containsExactly(bad(null, "unreadable: no permission to read the file"));
    assertThat(asSomeoneElse(() -> split(file, 5, 5))).isEmpty();
    fs.setPermission(file, new FsPermission("644"));
    if (name.endsWith(".json")) {
      assertThat(asSomeoneElse(() -> split(file, 5, 5))).containsExactly(good(5, "ccc"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone.json", "gone.json.gz"})
  void aFileThatIsGoneIsTold(String name) throws IOException {
    assertThat(split(new Path(dir, name), 0, 5))
        .containsExactly(bad(null, "unreadable: the file is gone"));
  }

  @Test
  void aRecordBehindTheFilesEndIsTold() throws IOException {
    Path file = write("a.json", "a\n");

    for (long at = 2; at < 5; at++) {
      FileRecords.Settings settings = new FileRecords.Settings(Shape.LINES, LARGE);
      assertThat(Found.all(new FileRecords(file.toString(), at, settings, hadoop)))
          .containsExactly(bad(at, "unreadable: the file ends before byte " + at));
    }
  }

  @Test
  void aTaskPrefersTheHostOfItsBlocks() throws IOException {
    write("in/a", "a\n");
    fs.mkdirs(new Path(dir, "in/_temporary"));
    FileStream stream =
        new FileStream(
            new FileInput(
                dir + "/in", Shape.LINES, null, LARGE, Readings.WATCH_FOR, dir + "/replayed"),
            dir + "/checkpoint",
            () -> 2,
            hadoop);
    Offset none = stream.deserializeOffset("-1");

    InputPartition[] partitions =
        stream.planInputPartitions(none, stream.latestOffset(none, ReadLimit.allAvailable()));

    assertThat(partitions).hasSize(1);
    assertThat(partitions[0].preferredLocations()).containsExactly("localhost");
  }

  @Test
  void aDirectoryThatMayNotBeListedIsToldAndItsFilesAreReadOnceItMay() throws Exception {
    write("in/a", "a");
    write("in/secret/b", "b");
    Path secret = new Path(dir, "in/secret");
    fs.setPermission(secret, new FsPermission("700"));
    fs.setPermission(dir, new FsPermission("777"));

    assertThat(asSomeoneElse(() -> listed(-1)))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("found")
        .containsExactlyInAnyOrder(
            new FileSplit(dir + "/in/a", 0, 1, false),
            FileSplit.unopened(secret.toString(), FileStream.NOT_LISTED));
    assertThat(asSomeoneElse(() -> listed(0))).isEmpty();
    fs.setPermission(secret, new FsPermission("755"));
    assertThat(asSomeoneElse(() -> listed(0)))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("found")
        .containsExactly(new FileSplit(secret + "/b", 0, 1, false));
  }

  /** Its blocks may not be asked for either, when the batch is planned. */
  @ParameterizedTest
  @ValueSource(ints = {5, 20 << 20})
  void aFileThatMayNotBeReadIsPlannedLikeAnyOther(int length) throws Exception {
    Path secret = write("in/secret", "x".repeat(length));
    fs.setPermission(secret, new FsPermission("600"));
    fs.setPermission(dir, new FsPermission("777"));

    List<FileSplit> splits = asSomeoneElse(() -> listed(-1));

    List<Found> found = new ArrayList<>();
    for (FileSplit split : splits) {
      found.addAll(asSomeoneElse(() -> split(secret, split.start(), split.length())));
    }
    assertThat(found).containsExactly(bad(null, "unreadable: no permission to read the file"));
  }

  private List<FileSplit> listed(int from) {
    FileInput input =
        new FileInput(dir + "/in", Shape.LINES, null, LARGE, Readings.WATCH_FOR, null);
    FileStream stream = new FileStream(input, dir + "/checkpoint", () -> 2, hadoop);
    Offset start = stream.deserializeOffset(Integer.toString(from));
    Offset end = stream.latestOffset(start, ReadLimit.allAvailable());
    return Arrays.stream(stream.planInputPartitions(start, end))
        .flatMap(partition -> ((FilePartition) partition).splits().stream())
        .toList();
  }

  // --- The log of files

  @Test
  void aMergeThatWasCutOffIsDoneAgain() throws IOException {
    FileLog log = new FileLog(dir, hadoop);
    for (int offset = 0; offset < 101; offset++) {
      log.add(List.of(file("f" + offset)));
    }
    log.forgetBefore(100);
    // As it is before the singles are removed, and with what a run leaves that is being written.
    write("7.files", "{\"path\":\"f7\",\"length\":1,\"modified\":1}\n");
    write(".run-0/data", "half of it");
    FileLog next = new FileLog(dir, hadoop);
    for (int offset = 101; offset < 300; offset++) {
      next.add(List.of(file("f" + offset)));
    }
    next.forgetBefore(299);

    FileLog again = new FileLog(dir, hadoop);
    assertThat(names()).containsExactlyInAnyOrder("0-99.0.run", "7-298.0.run", "299.files");
    assertThat(again.last()).isEqualTo(299);
    for (int offset = 0; offset < 300; offset++) {
      assertThat(again.knows("f" + offset)).isTrue();
    }
    assertThat(again.knows("f")).isFalse();
  }

  private List<String> names() throws IOException {
    return Arrays.stream(fs.listStatus(dir)).map(status -> status.getPath().getName()).toList();
  }

  @Test
  void anAdoptionThatWasCutOffIsDoneAgain() throws IOException {
    FileLog log = new FileLog(dir, hadoop);
    log.addKnown(paths -> paths.accept("a"));

    log.addKnown(
        paths -> {
          paths.accept("b");
          paths.accept("a");
        });

    assertThat(new FileLog(dir, hadoop).knows("b")).isTrue();
  }

  /** Of two runs on one checkpoint, the second to take an offset gets none of it. */
  @Test
  void anOffsetIsTakenOnce() throws IOException {
    FileLog first = new FileLog(dir, hadoop);
    FileLog second = new FileLog(dir, hadoop);
    first.add(List.of(file("a")));

    assertThatThrownBy(() -> second.add(List.of(file("b")))).isInstanceOf(JobException.class);
    assertThat(new FileLog(dir, hadoop).between(-1, 0))
        .extracting(InputFile::path)
        .containsExactly("a");
  }

  // --- The checkpoint

  @Test
  void anOutputChangesHands() throws IOException {
    Checkpoint first = check("first", false);
    claim(first);
    assertThat(check("first", false).id()).isEqualTo(first.id());

    assertThatThrownBy(() -> check("second", false)).isInstanceOf(JobException.class);
    claim(check("second", true));

    assertThat(check("second", false).id()).isNotEqualTo(first.id());
    assertThatThrownBy(() -> check("first", false)).isInstanceOf(JobException.class);
  }

  private void claim(Checkpoint checkpoint) throws IOException {
    try (Publisher publisher = Publisher.open(output(), Role.STREAM, hadoop)) {
      checkpoint.claim(publisher);
    }
  }

  private Checkpoint check(String name, boolean adopt) throws IOException {
    return Checkpoint.check(
        dir + "/" + name, "job", Map.of(), CONTRACT, output(), Takeover.of(adopt), hadoop);
  }

  private Output output() {
    return new Output(
        List.of(new Output.Destination("out", dir + "/out")), Format.JSON, List.of(), null, null);
  }

  private List<Found> split(Path file, long start, long length) throws IOException {
    return Found.all(
        new FileRecords(
            new FileSplit(file.toString(), start, length, false),
            new FileRecords.Settings(Shape.LINES, LARGE),
            hadoop));
  }

  private static <T> T asSomeoneElse(PrivilegedExceptionAction<T> action) throws Exception {
    return UserGroupInformation.createRemoteUser("someone").doAs(action);
  }

  private Path write(String name, String text) throws IOException {
    Path file = new Path(dir, name);
    try (OutputStream out = fs.create(file)) {
      out.write(text.getBytes(UTF_8));
    }
    return file;
  }

  private static InputFile file(String path) {
    return new InputFile(path, 1, 1);
  }
}
