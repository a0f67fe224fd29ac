package io.github.millrace.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.source.file.FileLog.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLogTest {
  private static final int OFFSETS = 150;

  @TempDir private java.nio.file.Path dir;
  private FileLog log;

  @BeforeEach
  void open() throws IOException {
    log = new FileLog(new Path(dir.resolve("files").toString()), new Configuration());
  }

  /** When they were taken up does not matter. */
  private static List<InputFile> between(FileLog of, long after, long upTo) {
    return of.between(after, upTo).stream().map(file -> file.takenUp(0)).toList();
  }

  private List<InputFile> between(long after, long upTo) {
    return between(log, after, upTo);
  }

  @Test
  void offsetsCountFromZero() throws IOException {
    assertThat(log.last()).isEqualTo(-1);

    log.add(List.of(file("a"), file("b")));
    log.add(List.of(file("c")));

    assertThat(log.last()).isEqualTo(1);
    assertThat(between(-1, 0)).containsExactly(file("a"), file("b"));
    assertThat(between(0, 1)).containsExactly(file("c"));
    assertThat(between(-1, 1)).containsExactly(file("a"), file("b"), file("c"));
    assertThat(between(1, 1)).isEmpty();
  }

  @Test
  void theLogOutlivesTheProcess() throws IOException {
    InputFile odd = file("with space, ä and \"quotes\"\n");
    log.add(List.of(file("a")));
    log.add(List.of(odd));
    open();

    assertThat(log.last()).isEqualTo(1);
    assertThat(between(0, 1)).containsExactly(odd);
    assertThat(log.knows("a")).isTrue();
    assertThat(log.knows(odd.path())).isTrue();
    assertThat(log.knows("b")).isFalse();
  }

  @Test
  void aWriteThatWasCutOffLeavesNoTrace() throws IOException {
    log.add(List.of(file("a")));
    Files.writeString(dir.resolve("files/.1.files.tmp"), "{\"path\":\"b\",\"len");
    open();

    assertThat(log.last()).isZero();
    log.add(List.of(file("c")));
    open();
    assertThat(between(0, 1)).containsExactly(file("c"));
  }

  @Test
  void filesKnownFromElsewhereHaveNoOffset() throws IOException {
    log.addKnown(
        paths -> {
          paths.accept("b");
          paths.accept("a");
        });
    open();

    assertThat(log.knows("b")).isTrue();
    assertThat(log.last()).isEqualTo(-1);
    log.add(List.of(file("c")));
    assertThat(between(-1, 0)).containsExactly(file("c"));
  }

  @Test
  void oldOffsetsAreMergedAndTheirFilesStayKnown() throws IOException {
    fill();

    log.forgetBefore(99);
    assertThat(names()).as("not worth it yet").hasSize(OFFSETS);
    log.forgetBefore(120);

    assertThat(names()).hasSize(OFFSETS - 120 + 1).contains("0-119.0.run", "120.files");
    for (int round = 0; round < 2; round++) {
      assertThat(LongStream.range(0, OFFSETS)).allMatch(offset -> log.knows("f" + offset));
      assertThat(log.last()).isEqualTo(OFFSETS - 1);
      assertThat(between(119, 121)).containsExactly(file("f120"), file("f121"));
      open();
    }
  }

  @Test
  void mergingGoesOn() throws IOException {
    fill();
    log.forgetBefore(101);
    for (int offset = OFFSETS; offset < 300; offset++) {
      log.add(List.of(file("f" + offset)));
    }
    log.forgetBefore(201);
    log.forgetBefore(299);
    open();

    assertThat(names()).contains("0-100.0.run", "101-200.0.run").hasSize(2 + 99);
    assertThat(LongStream.range(0, 300)).allMatch(offset -> log.knows("f" + offset));
  }

  @Test
  void aMergeThatWasCutOffIsDoneAgain() throws IOException {
    fill();
    java.nio.file.Path aside = Files.createDirectory(dir.resolve("aside"));
    for (String name : names()) {
      Files.copy(dir.resolve("files").resolve(name), aside.resolve(name));
    }
    log.forgetBefore(120);
    for (int offset = 0; offset < 120; offset++) {
      Files.copy(aside.resolve(offset + ".files"), dir.resolve("files/" + offset + ".files"));
    }
    open();

    log.forgetBefore(120);
    open();

    assertThat(names()).hasSize(OFFSETS - 120 + 1);
    assertThat(LongStream.range(0, OFFSETS)).allMatch(offset -> log.knows("f" + offset));
  }

  /** Whichever of its steps a merge of runs was cut off at. */
  @Test
  void tenRunsBecomeOne() throws IOException {
    List<java.nio.file.Path> before = List.of();
    java.nio.file.Path aside = Files.createDirectory(dir.resolve("aside"));
    for (int offset = 0; offset < 1_300; offset++) {
      log.add(List.of(file("d" + offset % 7 + "/f" + offset)));
      if (offset == 990) {
        before = runs();
        for (java.nio.file.Path run : before) {
          copy(run, aside.resolve(run.getFileName()));
        }
      }
      log.forgetBefore(offset);
    }

    assertThat(before).hasSize(9);
    assertThat(names()).contains("0-999.1.run", "1000-1099.0.run").doesNotContain("0-99.0.run");
    List<String> merged = names();
    assertKnows(1_300);
    for (java.nio.file.Path run : before) {
      copy(aside.resolve(run.getFileName()), run);
    }
    Files.createDirectories(dir.resolve("files/.run-cut-off"));
    Files.writeString(dir.resolve("files/.run-cut-off/data"), "SEQ");
    open();
    assertThat(names()).containsExactlyInAnyOrderElementsOf(merged);
    assertKnows(1_300);
    assertThat(log.last()).isEqualTo(1_299);
    assertThat(log.inMemory()).isLessThanOrEqualTo(100);
  }

  private void assertKnows(int files) {
    for (int i = 0; i < files; i++) {
      assertThat(log.knows("d" + i % 7 + "/f" + i)).isTrue();
      assertThat(log.knows("d" + (i + 1) % 7 + "/f" + i)).isFalse();
    }
    for (String unknown : List.of("f0", "d0/f", "d0", "d0/f0/", "d0/f00", "d9/f0", "", "/")) {
      assertThat(log.knows(unknown)).as(unknown).isFalse();
    }
  }

  private List<java.nio.file.Path> runs() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(dir.resolve("files"))) {
      return files.filter(file -> file.toString().endsWith(".run")).toList();
    }
  }

  private static void copy(java.nio.file.Path from, java.nio.file.Path to) throws IOException {
    Files.createDirectories(to);
    for (String part : List.of("data", "index")) {
      Files.copy(from.resolve(part), to.resolve(part));
    }
  }

  /** Many files, in few batches: what is in memory stays small, and every file is known. */
  @Test
  void memoryDoesNotGrowWithWhatWasSeen() throws IOException {
    int batches = 30;
    int files = 10_000;
    for (int batch = 0; batch < batches; batch++) {
      int of = batch;
      log.add(
          IntStream.range(0, files)
              .mapToObj(i -> file("/in/Größe %d/😀 %d.json".formatted(i % 100, of * files + i)))
              .toList());
      log.forgetBefore(batch);
      assertThat(log.inMemory()).isLessThanOrEqualTo(3 * files);
    }
    open();

    assertThat(log.inMemory()).isLessThanOrEqualTo(3 * files);
    // In the order of a listing, and in no order.
    List<String> paths =
        IntStream.range(0, batches * files)
            .mapToObj(i -> "/in/Größe %d/😀 %d.json".formatted(i % 100, i))
            .sorted()
            .toList();
    assertThat(paths).allMatch(log::knows);
    assertThat(paths.stream().map(path -> path + "x")).noneMatch(log::knows);
    for (int i = 0; i < 200; i++) {
      String path = paths.get((int) (i * 7_919L % paths.size()));
      assertThat(log.knows(path)).isTrue();
      assertThat(log.knows(path.replace(".json", ""))).isFalse();
    }
  }

  /** Its own lists, sorted by path, one for a hundred offsets. */
  @Test
  void theLogOfAnEarlierVersionIsGoneOnWith() throws IOException {
    String line = "{\"path\":\"%s\",\"length\":7,\"modified\":%d%s}\n";
    Files.writeString(
        dir.resolve("files/99.merged"),
        line.formatted("/in/a.json", 1, ",\"real\":\"/real/a.json\"")
            + line.formatted("/in/a/b.json", 1, "")
            + line.formatted("/in/pipe", 0, ",\"problem\":\"unreadable: is a pipe\""));
    Files.writeString(
        dir.resolve("files/199.merged"), line.formatted("/in/A", 1, ",\"found\":1700000000000"));
    Files.writeString(dir.resolve("files/adopted.merged"), line.formatted("/in/adopted", 0, ""));
    Files.writeString(dir.resolve("files/200.files"), line.formatted("/in/z", 1, ""));
    assertThat(FileLog.hasTakenUp(new Path(dir.resolve("files").toString()), new Configuration()))
        .isTrue();
    for (int round = 0; round < 2; round++) {
      open();

      assertThat(names()).containsExactlyInAnyOrder("-1-199.0.run", "200.files");
      assertThat(log.last()).isEqualTo(200);
      assertThat(
              List.of(
                  "/in/a.json", "/real/a.json", "/in/a/b.json", "/in/A", "/in/adopted", "/in/z"))
          .allMatch(log::knows);
      assertThat(log.knows("/in/pipe")).isFalse();
      assertThat(log.knows(InputFile.unread("/in/pipe", "unreadable: is a pipe"))).isTrue();
      assertThat(log.knowsSpelled("/in/a.json")).isTrue();
      assertThat(log.knowsSpelled("/in/A")).isFalse();
      assertThat(FileLog.hasTakenUp(new Path(dir.resolve("files").toString()), new Configuration()))
          .isTrue();
    }
  }

  @Test
  void filesOfAnotherCheckpointAreNotTakenUp() throws IOException {
    Path files = new Path(dir.resolve("files").toString());
    // By an earlier version that was cut off, and by this one.
    Files.writeString(
        dir.resolve("files/adopted.merged"), "{\"path\":\"b\",\"length\":0,\"modified\":0}\n");
    assertThat(FileLog.hasTakenUp(files, new Configuration())).isFalse();
    open();
    assertThat(FileLog.hasTakenUp(files, new Configuration())).isFalse();
    assertThat(log.knows("b")).isTrue();
    log.addKnown(paths -> paths.accept("/in/a"));
    assertThat(FileLog.hasTakenUp(files, new Configuration())).isFalse();
    assertThat(log.knows("/in/a")).isTrue();
    log.add(List.of(file("c")));
    assertThat(FileLog.hasTakenUp(files, new Configuration())).isTrue();
  }

  private void fill() throws IOException {
    for (int offset = 0; offset < OFFSETS; offset++) {
      log.add(List.of(file("f" + offset)));
    }
  }

  /** As earlier versions wrote them. */
  @Test
  void aLineWithoutTheLaterFieldsIsRead() throws IOException {
    Files.writeString(
        dir.resolve("files/0.files"), "{\"path\":\"a\",\"length\":7,\"modified\":1}\n");

    FileLog again = new FileLog(new Path(dir.resolve("files").toString()), new Configuration());

    assertThat(between(again, -1, 0)).containsExactly(new InputFile("a", 7, 1));
    // By its path, which may be a link, or by where it lies.
    assertThat(again.knows(found("b", 8, "a"))).isTrue();
    assertThat(again.knows(found("a", 8, "b"))).isTrue();
    assertThat(again.knows(found("b", 8, "b"))).isFalse();
  }

  private static InputFile found(String path, long length, String spelled) {
    return new InputFile(path, length, 1, null, null, 0, spelled);
  }

  private FileLog again(long watchedSince) throws IOException {
    return new FileLog(
        new Path(dir.resolve("files").toString()), watchedSince, new Configuration());
  }

  @Test
  void aFileIsKnownByItsPlaceAndAProblemByItself() throws IOException {
    log.add(List.of(found("place", 7, "link"), InputFile.unread("pipe", "unreadable: is a pipe")));

    for (FileLog each : List.of(log, again(0))) {
      assertThat(each.knows(found("place", 7, "other"))).isTrue();
      // The link leads elsewhere by now.
      assertThat(each.knows(found("other", 7, "link"))).isFalse();
      assertThat(each.knows(InputFile.unread("pipe", "unreadable: is a pipe"))).isTrue();
      assertThat(each.knows(InputFile.unread("pipe", "unreadable: other"))).isFalse();
      assertThat(each.knows(new InputFile("pipe", 7, 1))).isFalse();
    }
  }

  @Test
  void aChangeShowsAsLongAsItIsLookedFor() throws IOException {
    log.add(List.of(new InputFile("a", 7, 1)));
    log.addKnown(paths -> paths.accept("adopted"));
    long now = System.currentTimeMillis();

    for (FileLog each : List.of(log, again(now - 60_000))) {
      assertThat(each.before(new InputFile("a", 7, 1))).isEmpty();
      assertThat(each.before(new InputFile("a", 8, 1))).contains(new FileSplit.Stamp(7, 1));
      assertThat(each.before(new InputFile("a", 7, 2))).isPresent();
      assertThat(each.before(new InputFile("adopted", 8, 1))).isEmpty();
      assertThat(each.before(new InputFile("b", 8, 1))).isEmpty();
    }
    FileLog later = again(now + 60_000);
    assertThat(later.before(new InputFile("a", 8, 1))).isEmpty();
    assertThat(later.knows(new InputFile("a", 8, 1))).isTrue();
  }

  private List<String> names() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(dir.resolve("files"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static InputFile file(String path) {
    return new InputFile(path, 7, 1_700_000_000_000L);
  }
}
