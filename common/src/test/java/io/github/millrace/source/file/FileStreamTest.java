package io.github.millrace.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.stream.Readings;
import io.github.millrace.stream.Warnings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStreamTest {
  private static final int MIB = 1 << 20;
  private static final int PARALLELISM = 4;

  @TempDir private Path dir;
  private Path in;
  private Path replayed;
  private static final long CLOCK = 1_700_000_000_000L;

  @BeforeEach
  void setUp() throws IOException {
    in = Files.createDirectory(dir.resolve("in"));
    replayed = dir.resolve("replayed");
  }

  // --- Which files, when

  @Test
  void filesAreTakenUpOldestFirstThenByName() throws IOException {
    drop("c", 1_000);
    drop("b", 3_000);
    drop("a", 3_000);
    drop("sub/d", 2_000);
    FileStream stream = stream();

    assertThat(taken(stream, "-1", ReadLimit.maxFiles(2))).containsExactly("c", "sub/d");
    assertThat(taken(stream, "0", ReadLimit.maxFiles(2))).containsExactly("a", "b");
    assertThat(taken(stream, "1", ReadLimit.maxFiles(2))).isEmpty();
  }

  @Test
  void aFileIsTakenUpOnceWhateverBecomesOfIt() throws IOException {
    drop("a", 1_000);
    FileStream stream = stream();
    assertThat(taken(stream, "-1", ReadLimit.allAvailable())).containsExactly("a");
    Files.writeString(in.resolve("a"), "other and longer text\n");
    drop("a", 9_000);

    // What has become of it is told, once for each state.
    assertThat(taken(stream, "0", ReadLimit.allAvailable())).containsExactly("a");
    assertThat(taken(stream, "1", ReadLimit.allAvailable())).isEmpty();
    assertThat(taken(stream(), "1", ReadLimit.allAvailable())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".a",
        "_a",
        "a._COPYING_",
        "_temporary/0/a",
        ".staging/a",
        "sub/_a",
        "sub/.b/c/a",
        "dir._COPYING_/a"
      })
  void aHiddenFileIsNotThere(String name) throws IOException {
    drop(name, 1_000);
    drop("seen", 2_000);

    assertThat(taken(stream(), "-1", ReadLimit.allAvailable())).containsExactly("seen");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_", "a.json", "a b", "ä%20:#?*[x]", "sub.dir/x"})
  void anOddNameIsNotHidden(String name) throws IOException {
    drop(name, 1_000);

    assertThat(taken(stream(), "-1", ReadLimit.allAvailable())).containsExactly(name);
  }

  /** The input's own path is the user's affair. */
  @Test
  void theDirectoryItselfMayBeHidden() throws IOException {
    in = Files.createDirectories(dir.resolve("_raw/.in"));
    drop("a", 1_000);

    assertThat(taken(stream(), "-1", ReadLimit.allAvailable())).containsExactly("a");
  }

  @Test
  void anInputThatIsNotThereYetIsEmpty() throws IOException {
    in = dir.resolve("later");
    FileStream stream = stream();
    assertThat(taken(stream, "-1", ReadLimit.allAvailable())).isEmpty();
    drop("a", 1_000);

    assertThat(taken(stream, "-1", ReadLimit.allAvailable())).containsExactly("a");
  }

  /** A disk that is not mounted for a while, say: the stream waits for it, and says so once. */
  @Test
  void anInputThatDisappearsIsToldOnceEachTime() throws IOException {
    drop("a", 1_000);
    FileStream stream = stream();
    Path away = dir.resolve("away");
    try (Warnings warnings = Warnings.of(FileStream.class)) {
      assertThat(taken(stream, "-1", ReadLimit.allAvailable())).containsExactly("a");
      Files.move(in, away);
      assertThat(taken(stream, "0", ReadLimit.allAvailable())).isEmpty();
      assertThat(taken(stream, "0", ReadLimit.allAvailable())).isEmpty();
      String told =
          "input.path file:" + in + " is not there; what it holds is read when it is back";
      assertThat(warnings.lines()).containsExactly(told);

      Files.move(away, in);
      drop("b", 2_000);
      assertThat(taken(stream, "0", ReadLimit.allAvailable())).containsExactly("b");
      Files.move(in, away);
      assertThat(taken(stream, "1", ReadLimit.allAvailable())).isEmpty();
      assertThat(warnings.lines()).containsExactly(told, told);
    }
  }

  @Test
  void theBatchIsLimitedAsConfigured() {
    assertThat(stream(input(3)).getDefaultReadLimit()).isEqualTo(ReadLimit.maxFiles(3));
    assertThat(stream().getDefaultReadLimit()).isEqualTo(ReadLimit.allAvailable());
  }

  /** A batch that was planned before the process ended is the same when it is done again. */
  @Test
  void filesTakenUpBeforeACrashComeFirstAndByThemselves() throws IOException {
    drop("a", 2_000);
    drop("b", 3_000);
    FileStream first = stream();
    first.latestOffset(offset(first, "-1"), ReadLimit.allAvailable());
    drop("older", 1_000);

    FileStream again = stream();

    assertThat(taken(again, "-1", ReadLimit.maxFiles(1))).containsExactly("a", "b");
    assertThat(taken(again, "0", ReadLimit.allAvailable())).containsExactly("older");
  }

  @Test
  void availableNowIsWhatIsThereWhenItStarts() throws IOException {
    drop("a", 1_000);
    drop("b", 2_000);
    FileStream stream = stream();
    stream.prepareForTriggerAvailableNow();
    drop("later", 500);

    assertThat(taken(stream, "-1", ReadLimit.maxFiles(1))).containsExactly("a");
    assertThat(taken(stream, "0", ReadLimit.allAvailable())).containsExactly("b");
    assertThat(taken(stream, "1", ReadLimit.allAvailable())).isEmpty();
  }

  @Test
  void theSameOffsetsGiveTheSameFilesAfterMerging() throws IOException {
    FileStream stream = stream();
    for (int i = 0; i < 130; i++) {
      drop("f" + i, 1_000 + i);
      stream.latestOffset(offset(stream, Integer.toString(i - 1)), ReadLimit.allAvailable());
      stream.commit(offset(stream, Integer.toString(i - 1)));
    }

    FileStream again = stream();
    assertThat(names(again, "128", "129")).containsExactly("f129");
    assertThat(taken(again, "129", ReadLimit.allAvailable())).isEmpty();
  }

  // --- How they are read

  @Test
  void aLargeFileIsReadBySeveralTasks() throws IOException {
    List<String> lines =
        IntStream.range(0, 220_000)
            .mapToObj(i -> "{\"number\":" + i + ",\"text\":\"" + "x".repeat(i % 150) + "\"}")
            .toList();
    Files.write(in.resolve("large"), lines);
    long length = Files.size(in.resolve("large"));
    assertThat(length).isGreaterThan(20 * MIB);
    FileStream stream = stream();
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());

    List<FilePartition> partitions = partitions(stream, "-1", "0");

    assertThat(partitions).hasSize(PARALLELISM);
    assertThat(partitions).allMatch(partition -> partition.splits().size() == 1);
    List<String> read = new ArrayList<>();
    long tallied = 0;
    for (FilePartition partition : partitions) {
      try (PartitionReader<InternalRow> reader =
          stream.createReaderFactory().createReader(partition)) {
        while (reader.next()) {
          InternalRow row = reader.get();
          if (row.isNullAt(3)) {
            read.add(row.getUTF8String(0).toString());
          } else {
            tallied += row.getStruct(3, 2).getLong(1);
          }
        }
      }
    }
    assertThat(read).isEqualTo(lines);
    assertThat(tallied).isEqualTo(lines.size());
  }

  @Test
  void aFewSmallFilesAreReadByOneTask() throws IOException {
    for (int i = 0; i < 20; i++) {
      drop("f" + i, i);
    }
    FileStream stream = stream();
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());

    List<FilePartition> partitions = partitions(stream, "-1", "0");

    assertThat(partitions).hasSize(1);
    assertThat(partitions.get(0).splits()).hasSize(20);
  }

  @Test
  void manySmallFilesAreSharedOut() throws IOException {
    for (int i = 0; i < 400; i++) {
      drop("f" + i, i);
    }
    FileStream stream = stream();
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());

    assertThat(partitions(stream, "-1", "0")).hasSizeBetween(PARALLELISM, PARALLELISM + 1);
  }

  @Test
  void filesAreSharedOutBySize() throws IOException {
    for (int i = 0; i < 12; i++) {
      Files.write(in.resolve("f" + i), new byte[3 * MIB]);
    }
    FileStream stream = stream();
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());

    assertThat(partitions(stream, "-1", "0"))
        .hasSize(PARALLELISM)
        .allMatch(partition -> partition.splits().size() == 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LINES a.gz", "LINES a.bz2", "DOCUMENT a", "ARRAY a"})
  void whatHasNoPlaceToSplitIsReadWhole(String what) throws IOException {
    Shape shape = Shape.valueOf(what.split(" ", -1)[0]);
    Files.write(in.resolve(what.split(" ", -1)[1]), new byte[20 * MIB]);
    FileStream stream =
        stream(new FileInput(in.toString(), shape, null, MIB, Readings.WATCH_FOR, null));
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());

    List<FilePartition> partitions = partitions(stream, "-1", "0");

    assertThat(partitions).hasSize(1);
    assertThat(partitions.get(0).splits()).extracting(FileSplit::end).containsExactly(20L * MIB);
  }

  /** Else each of its splits would be told to be gone, and later be read as many times. */
  @Test
  void aLargeFileThatIsGoneIsOneSplit() throws IOException {
    Files.write(in.resolve("large"), new byte[20 * MIB]);
    FileStream stream = stream();
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());
    assertThat(partitions(stream, "-1", "0")).hasSize(PARALLELISM);
    Files.delete(in.resolve("large"));

    List<FilePartition> partitions = partitions(stream(), "-1", "0");

    assertThat(partitions).hasSize(1);
    assertThat(partitions.get(0).splits()).hasSize(1);
  }

  @Test
  void whatIsReplayedIsToldFromInput() throws IOException {
    drop("a", 1_000);
    Files.createDirectory(replayed);
    Files.writeString(replayed.resolve("b.jsonl"), "{\"raw\":\"x\"}\n");
    FileStream stream = stream();
    stream.latestOffset(offset(stream, "-1"), ReadLimit.allAvailable());
    stream.latestOffset(offset(stream, "0"), ReadLimit.allAvailable());

    // Never in one batch with what is new.
    assertThat(splits(stream, "-1", "0")).containsExactly("a false");
    assertThat(splits(stream, "0", "1")).containsExactly("b.jsonl true");
  }

  private List<String> splits(FileStream stream, String from, String to) {
    return partitions(stream, from, to).get(0).splits().stream()
        .map(split -> name(split.path()) + " " + split.replayed())
        .toList();
  }

  private FileStream stream() {
    return stream(input(null));
  }

  private FileInput input(Integer maxFilesPerBatch) {
    return new FileInput(
        in.toString(), Shape.LINES, maxFilesPerBatch, MIB, Readings.WATCH_FOR, replayed.toString());
  }

  private FileStream stream(FileInput input) {
    return new FileStream(
        input, dir.resolve("checkpoint").toString(), () -> PARALLELISM, new Configuration());
  }

  /** The names of the files that the next batch reads. */
  private List<String> taken(FileStream stream, String from, ReadLimit limit) {
    Offset next = stream.latestOffset(offset(stream, from), limit);
    return next == null || next.json().equals(from) ? List.of() : names(stream, from, next.json());
  }

  private List<String> names(FileStream stream, String from, String to) {
    return partitions(stream, from, to).stream()
        .flatMap(partition -> partition.splits().stream())
        .map(split -> name(split.path()))
        .toList();
  }

  private String name(String path) {
    String local = new org.apache.hadoop.fs.Path(path).toUri().getPath();
    Path root =
        Stream.of(in, replayed).filter(r -> local.startsWith(r + "/")).findFirst().orElseThrow();
    return root.relativize(Path.of(local)).toString();
  }

  private static List<FilePartition> partitions(FileStream stream, String from, String to) {
    return Arrays.stream(stream.planInputPartitions(offset(stream, from), offset(stream, to)))
        .map(FilePartition.class::cast)
        .toList();
  }

  private static Offset offset(FileStream stream, String json) {
    return stream.deserializeOffset(json);
  }

  private void drop(String name, long modified) {
    Path file = in.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, (name + "\n").getBytes(UTF_8));
      Files.setLastModifiedTime(file, FileTime.fromMillis(CLOCK + modified));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
