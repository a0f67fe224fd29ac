package io.github.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.stream.FileLog.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
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
    log.addKnown(List.of("a", "b"));
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

    assertThat(names()).hasSize(OFFSETS - 120 + 1).contains("119.merged", "120.files");
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

    assertThat(names()).contains("100.merged", "200.merged").hasSize(2 + 99);
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
    log.add(List.of(found("place", 7, "link"), InputFile.told("pipe", "unreadable: is a pipe")));

    for (FileLog each : List.of(log, again(0))) {
      assertThat(each.knows(found("place", 7, "other"))).isTrue();
      // The link leads elsewhere by now.
      assertThat(each.knows(found("other", 7, "link"))).isFalse();
      assertThat(each.knows(InputFile.told("pipe", "unreadable: is a pipe"))).isTrue();
      assertThat(each.knows(InputFile.told("pipe", "unreadable: other"))).isFalse();
      assertThat(each.knows(new InputFile("pipe", 7, 1))).isFalse();
    }
  }

  @Test
  void aChangeShowsAsLongAsItIsLookedFor() throws IOException {
    log.add(List.of(new InputFile("a", 7, 1)));
    log.addKnown(List.of("adopted"));
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
