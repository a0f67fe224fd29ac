package io.github.millrace.source.file;

import static io.github.millrace.stream.Readings.reading;
import static io.github.millrace.stream.Readings.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.Counts;
import io.github.millrace.stream.Readings;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that do not stay as they were found, and inputs that are reached by more than one path. */
@ExtendWith(SparkExtension.class)
class ChangedFilesTest {
  @TempDir private Path dir;
  private Readings job;

  @BeforeEach
  void prepare(SparkSession spark) throws IOException {
    job = new Readings(spark, dir.toRealPath());
    job.maxBadShare = null;
  }

  private void append(String file, String text) throws IOException {
    Files.writeString(job.in.resolve(file), text, StandardOpenOption.APPEND);
  }

  private List<String> told() throws IOException {
    return job.quarantined().stream()
        .map(
            bad ->
                bad.get("source").get("file").asText() + " " + bad.get("reasons").get(0).asText())
        .sorted()
        .toList();
  }

  @Test
  void aFileThatGrowsAfterItWasReadIsTold() throws IOException {
    job.drop("a", reading(1) + "\n").drop("b", reading(2));
    job.run();

    append("a", reading(3) + "\n");
    assertThat(job.run())
        .singleElement()
        .asString()
        .startsWith("batch 1: 1 read, 0 written (0 rows), 1 quarantined (1 changed files); ");
    assertThat(told())
        .singleElement()
        .asString()
        .startsWith(uri(job.in) + "/a/ changed: the file had 33 bytes of ")
        .contains(" when it was found and has 66 bytes of ")
        .endsWith("is not read, send it in a file under a new name");
    assertThat(job.committed().get(1).reasons()).containsEntry("changed", 1L);
    assertThat(job.run()).isEmpty();

    append("a", reading(4) + "\n");
    assertThat(job.run()).hasSize(1);
    assertThat(job.run()).isEmpty();

    job.replay = true;
    job.run();
    job.replay = false;
    assertThat(told()).hasSize(2).allMatch(text -> text.contains("/a/ changed: "));
    assertThat(job.written()).containsExactly(reading(1), reading(2));
    job.drop("c", reading(3), reading(4));
    job.run();
    assertThat(job.written()).hasSize(4);
  }

  @Test
  void aFileThatIsReplacedIsTold() throws IOException {
    job.drop("a", reading(1));
    job.run();

    Files.delete(job.in.resolve("a"));
    job.drop("a", reading(2));
    Files.setLastModifiedTime(job.in.resolve("a"), FileTime.fromMillis(1_700_000_000_000L));
    job.run();

    assertThat(told()).singleElement().asString().contains("2023-11-14T22:13:20Z now");
    assertThat(job.written()).containsExactly(reading(1));
  }

  @Test
  void changesAreLookedForForAWhile() throws IOException {
    job.watchFor = TimeSpan.parse("0 seconds");
    job.drop("a", reading(1));
    job.run();

    append("a", reading(3) + "\n");

    assertThat(job.run()).isEmpty();
    job.watchFor = Readings.WATCH_FOR;
    assertThat(job.run()).hasSize(1);
  }

  /** Say, between two attempts at a batch. */
  @Test
  void nothingIsReadOfAFileThatHasChangedSinceItWasFound() throws IOException {
    job.drop("a", reading(1)).drop("b", reading(2));
    job.run();
    job.forgetLastCommit();
    for (Path file : Readings.files(job.out, ".")) {
      if (!file.toString().contains("_owner") && !file.toString().contains("_lease")) {
        Files.delete(file);
      }
    }
    append("a", "\n" + reading(3));

    job.run();

    assertThat(job.written()).containsExactly(reading(2));
    assertThat(told())
        .anyMatch(text -> text.contains("changed: ") && text.contains("nothing of it is read"));
  }

  @Test
  void whatComesWhileAFileIsReadIsNotReadAndTold() throws IOException {
    Path file = job.in.resolve("a");
    Files.writeString(file, "one\ntwo\nthr");
    FileSplit.Stamp stamp = new FileSplit.Stamp(11, Files.getLastModifiedTime(file).toMillis());
    FileSplit split = new FileSplit(uri(file), 0, 11, false, null, stamp);
    try (FileRecords records =
        new FileRecords(
            split, new FileRecords.Settings(Shape.LINES, 1 << 20), new Configuration())) {
      assertThat(records.next()).isTrue();
      append("a", "ee\nfour\n");
      assertThat(records.value.toString()).isEqualTo("one");
      assertThat(records.next()).isTrue();
      assertThat(records.next()).isTrue();
      assertThat(records.value.toString()).isEqualTo("thr");
      assertThat(records.next()).isTrue();
      assertThat(records.problem)
          .startsWith("changed: the file had 11 bytes of ")
          .contains(" while it was read");
      assertThat(records.file).isEqualTo(uri(file) + "/");
      assertThat(records.next()).isFalse();
    }
  }

  // --- One input, many paths

  @ParameterizedTest
  @ValueSource(strings = {"link", "in/", "in/../in", "/./in", "through/in", "link/../in"})
  void theSameInputUnderAnotherSpellingIsReadOnce(String other) throws IOException {
    Path root = job.in.getParent();
    Files.createSymbolicLink(root.resolve("link"), job.in);
    Files.createSymbolicLink(root.resolve("through"), root);
    job.drop("a", reading(1));
    Files.createDirectory(job.in.resolve("sub"));
    Files.writeString(job.in.resolve("sub/b"), reading(2));

    job.inputPath = uri(root) + "/" + other;
    job.run();
    assertThat(job.committed().get(0).sources())
        .extracting(source -> source.file())
        .containsExactly(uri(job.in) + "/a", uri(job.in) + "/sub/b");
    job.inputPath = null;
    assertThat(job.run()).isEmpty();
    job.drop("c", reading(3));
    job.run();
    job.inputPath = uri(root) + "/" + other;
    assertThat(job.run()).isEmpty();
    assertThat(job.total()).isEqualTo(new Counts(3, 3, 0, 0, 0));

    // Nor by one that takes the output over.
    job.checkpoint = root.resolve("second");
    job.adopt = true;
    assertThat(job.run()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLinkThatLeadsElsewhereLeadsToOtherFiles(boolean isInput) throws IOException {
    Path root = job.in.getParent();
    for (int day = 1; day <= 2; day++) {
      Files.createDirectory(root.resolve("day" + day));
      Files.writeString(root.resolve("day" + day + "/a"), reading(day));
    }
    Path current = isInput ? root.resolve("current") : job.in.resolve("current");
    job.inputPath = isInput ? uri(current) : null;
    Files.createSymbolicLink(current, root.resolve("day1"));
    job.run();
    Files.delete(current);
    Files.createSymbolicLink(current, root.resolve("day2"));
    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined()).isEmpty();
  }

  /** Of which the version before has kept the link's name alone. */
  @Test
  void whatAnEarlierVersionHasReadThroughALinkIsKnown() throws IOException {
    Path root = job.in.getParent();
    Path link = Files.createSymbolicLink(root.resolve("link"), job.in);
    job.drop("a", reading(1));
    job.inputPath = uri(link);
    job.run();
    Path log = job.checkpoint.resolve("sources/0/files/0.files");
    Files.writeString(
        log,
        "{\"path\":\"%s/a\",\"length\":%d,\"modified\":%d}%n"
            .formatted(
                uri(link),
                Files.size(job.in.resolve("a")),
                Files.getLastModifiedTime(job.in.resolve("a")).toMillis()));

    assertThat(job.run()).isEmpty();
    assertThat(new String(Files.readAllBytes(log), UTF_8)).contains("link/a");
  }

  @Test
  void quarantinedRecordsAreReplayedOnceWhereverTheOutputIsReached() throws IOException {
    job.drop("a", "{\"Id\":\"x\"}", reading(1));
    job.run();
    // As Hadoop follows it and this test's own reading does not.
    Path moved = Files.move(job.out, job.in.resolveSibling("moved"));
    Path link = Files.createSymbolicLink(job.out, moved);

    job.replay = true;
    job.run();
    job.run();
    Files.delete(link);
    Files.move(moved, job.out);

    assertThat(job.quarantined()).hasSize(1);
    assertThat(job.written()).containsExactly(reading(1));
    assertThat(job.total()).isEqualTo(new Counts(4, 1, 3, 0, 0));
  }
}
