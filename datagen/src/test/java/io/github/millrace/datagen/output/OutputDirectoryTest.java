package io.github.millrace.datagen.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.datagen.record.FakeRecord;
import io.github.millrace.datagen.truth.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputDirectoryTest {
  private static final Pattern JSON = Pattern.compile(".*\\.json");

  @TempDir private Path path;

  @Test
  void aFileIsHiddenUntilItIsComplete() throws IOException {
    OutputDirectory directory = OutputDirectory.create(path);

    directory.write(
        "a.json",
        out -> {
          out.write("[1]".getBytes(StandardCharsets.UTF_8));
          assertThat(path.resolve("a.json")).doesNotExist();
          assertThat(path.resolve(".a.json")).exists();
        });

    assertThat(path.resolve("a.json")).hasContent("[1]");
    assertThat(path).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void aFileThatFailsLeavesNothing() throws IOException {
    OutputDirectory directory = OutputDirectory.create(path.resolve("new"));

    assertThatThrownBy(
            () ->
                directory.write(
                    "a.json",
                    out -> {
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");

    assertThat(path.resolve("new")).isEmptyDirectory();
  }

  @Test
  void recordsAreLaidOutAndToldAtTheirPlaces() throws IOException {
    List<Place> places = new ArrayList<>();

    OutputDirectory.create(path)
        .write(
            "a.json",
            new Layout("[\n", ",\n", "\n]\n"),
            List.of(FakeRecord.good("1"), FakeRecord.good("2")).iterator(),
            (place, record) -> places.add(place));

    assertThat(path.resolve("a.json")).hasContent("[\n1,\n2\n]\n");
    assertThat(places)
        .containsExactly(new Place.InFile("a.json", 0), new Place.InFile("a.json", 1));
  }

  @Test
  void createRefusesADirectoryThatHoldsSomething() throws IOException {
    Files.writeString(path.resolve("a.json"), "[]");

    assertThatThrownBy(() -> OutputDirectory.create(path))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("a.json");
  }

  @Test
  void replaceRemovesNothingIfThereIsAForeignFile() throws IOException {
    Files.writeString(path.resolve("a.json"), "[]");
    Files.writeString(path.resolve("notes.txt"), "keep");

    assertThatThrownBy(() -> OutputDirectory.replace(path, JSON))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("notes.txt");
    assertThat(path.resolve("a.json")).exists();

    Files.delete(path.resolve("notes.txt"));
    OutputDirectory.replace(path, JSON);
    assertThat(path).isEmptyDirectory();
  }
}
