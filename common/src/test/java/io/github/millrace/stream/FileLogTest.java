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

  @Test
  void offsetsCountFromZero() throws IOException {
    assertThat(log.last()).isEqualTo(-1);

    log.add(List.of(file("a"), file("b")));
    log.add(List.of(file("c")));

    assertThat(log.last()).isEqualTo(1);
    assertThat(log.between(-1, 0)).containsExactly(file("a"), file("b"));
    assertThat(log.between(0, 1)).containsExactly(file("c"));
    assertThat(log.between(-1, 1)).containsExactly(file("a"), file("b"), file("c"));
    assertThat(log.between(1, 1)).isEmpty();
  }

  @Test
  void theLogOutlivesTheProcess() throws IOException {
    InputFile odd = file("with space, ä and \"quotes\"\n");
    log.add(List.of(file("a")));
    log.add(List.of(odd));
    open();

    assertThat(log.last()).isEqualTo(1);
    assertThat(log.between(0, 1)).containsExactly(odd);
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
    assertThat(log.between(0, 1)).containsExactly(file("c"));
  }

  @Test
  void filesKnownFromElsewhereHaveNoOffset() throws IOException {
    log.addKnown(List.of("a", "b"));
    open();

    assertThat(log.knows("b")).isTrue();
    assertThat(log.last()).isEqualTo(-1);
    log.add(List.of(file("c")));
    assertThat(log.between(-1, 0)).containsExactly(file("c"));
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
      assertThat(log.between(119, 121)).containsExactly(file("f120"), file("f121"));
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

    assertThat(again.between(-1, 0)).containsExactly(new InputFile("a", 7, 1));
    assertThat(again.knows(new InputFile("a", 8, 2, null, "b"))).isTrue();
  }

  @Test
  void aLineWithoutThemIsWrittenAsBefore() throws IOException {
    log.add(List.of(new InputFile("a", 7, 1)));

    assertThat(dir.resolve("files/0.files"))
        .hasContent("{\"path\":\"a\",\"length\":7,\"modified\":1}\n");
  }

  @Test
  void aFileIsKnownByItsPlaceAndAProblemByItself() throws IOException {
    log.add(
        List.of(
            new InputFile("link", 7, 1, null, "place"),
            new InputFile("pipe", 0, 0, "unreadable: is a pipe", null)));

    for (FileLog each :
        List.of(log, new FileLog(new Path(dir.resolve("files").toString()), new Configuration()))) {
      assertThat(each.knows(new InputFile("place", 7, 1))).isTrue();
      assertThat(each.knows(new InputFile("other", 7, 1, null, "place"))).isTrue();
      assertThat(each.knows(new InputFile("pipe", 0, 9, "unreadable: is a pipe", null))).isTrue();
      assertThat(each.knows(new InputFile("pipe", 0, 0, "unreadable: other", null))).isFalse();
      assertThat(each.knows(new InputFile("pipe", 7, 1))).isFalse();
    }
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
