package io.github.millrace.upkeep;

import static io.github.millrace.stream.Readings.reading;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.source.file.Shape;
import io.github.millrace.stream.Readings;
import io.github.millrace.testkit.SparkExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class ReplayTest {
  private static final String BAD = "{\"Id\":9,\"Value\":\"nine\",\"Source\":\"ä\"}";
  private static final String LENIENT =
      Readings.CONTRACT
          .replace("version: 1.0.0", "version: 1.1.0")
          .replace("name: Value, logicalType: integer", "name: Value, logicalType: string");
  private static final String WIDER =
      "contract readings 1.1.0, was 1.0.0: Value was BIGINT and is STRING, which holds all that was written";

  @TempDir private Path dir;
  private Readings job;

  @BeforeEach
  void setUp(SparkSession spark) throws IOException {
    job = new Readings(spark, dir);
    // What is mended in its place is for these tests to read again, not to tell.
    job.watchFor = TimeSpan.parse("0 seconds");
  }

  @Test
  void whatIsQuarantinedIsMovedOnce() throws IOException {
    job.drop("a", BAD, "bad", reading(1));
    job.run();
    Map<String, String> before = job.everything();

    assertThat(job.replay()).isEqualTo(2);
    assertThat(job.quarantined()).isEmpty();
    assertThat(job.out.resolve("_quarantine/_replayed"))
        .isDirectoryRecursivelyContaining("glob:**.jsonl");
    Map<String, String> after = job.everything();
    assertThat(after.values()).containsAll(before.values());

    assertThat(job.replay()).isZero();
    assertThat(job.everything()).isEqualTo(after);
  }

  @Test
  void aRunMayReplayAndTellsHowMany() throws IOException {
    job.drop("a", BAD, "bad");
    job.run();
    job.replay = true;
    job.contract(LENIENT);

    List<String> told = job.run();

    assertThat(told).hasSize(3).startsWith(WIDER, "2 quarantined records are read again");
    assertThat(told.get(2)).startsWith("batch 1: 2 read, 1 written");
    assertThat(job.written()).containsExactly(BAD);
  }

  @Test
  void nothingInQuarantineIsNothingToDo() throws IOException {
    assertThat(job.replay()).isZero();
    job.drop("a", reading(1));
    job.run();

    assertThat(job.replay()).isZero();
    assertThat(job.run()).isEmpty();
  }

  @Test
  void aRecordThatAChangedContractTakesComesOutGood() throws IOException {
    job.drop("a", reading(1), BAD, "bad");
    job.run();
    job.contract(LENIENT);
    job.replay();

    List<String> told = job.run();

    assertThat(told).hasSize(2).startsWith(WIDER);
    assertThat(told.get(1)).startsWith("batch 1: 2 read, 1 written");
    assertThat(job.written()).containsExactlyInAnyOrder(reading(1), BAD);
    assertThat(job.quarantined()).extracting(bad -> bad.get("raw").asText()).containsExactly("bad");
    assertThat(job.replay()).isEqualTo(1);
    job.run();
    assertThat(job.written()).hasSize(2);
  }

  @Test
  void aRecordThatIsBadStillKeepsItsSource() throws IOException {
    job.drop("a", reading(1), BAD);
    job.run();
    JsonNode first = job.quarantined().get(0);

    for (int again = 1; again <= 2; again++) {
      assertThat(job.replay()).isEqualTo(1);
      job.run();

      JsonNode next = job.quarantined().get(0);
      assertThat(job.quarantined()).hasSize(1);
      for (String field : List.of("raw", "encoding", "reasons", "source")) {
        assertThat(next.get(field)).isEqualTo(first.get(field));
      }
      assertThat(next.get("unit").asText()).endsWith("-0000000" + again);
    }
    assertThat(job.total()).isEqualTo(new Counts(4, 1, 3, 0, 0));
  }

  /** The bytes make the journey through JSON, there and back. */
  @Test
  void whatIsNotUtf8ComesBackAsItWas() throws IOException {
    byte[] bytes = ("{\"Id\":1,\"Source\":\"" + "ä".repeat(100) + "\"}").getBytes(ISO_8859_1);
    job.drop("a", bytes);
    job.run();

    for (int again = 0; again < 2; again++) {
      JsonNode bad = job.quarantined().get(0);
      assertThat(bad.get("encoding").asText()).isEqualTo("base64");
      assertThat(Base64.getMimeDecoder().decode(bad.get("raw").asText())).isEqualTo(bytes);
      assertThat(bad.get("source").get("offset").asInt()).isZero();
      assertThat(job.replay()).isEqualTo(1);
      job.run();
    }
  }

  @Test
  void aTextThatHoldsLinesComesBackAsItWas() throws IOException {
    String text = "{\"Id\":9,\n\t\"Value\":\"nine\u2028\",\r\n\"Source\":\"\\u0000\\\"ä€\"}\n";
    job.shape = Shape.DOCUMENT;
    job.drop("a", text);
    job.run();
    assertThat(job.quarantined().get(0).get("raw").asText()).isEqualTo(text);
    job.contract(LENIENT);
    job.replay();

    job.run();

    assertThat(job.quarantined()).isEmpty();
    assertThat(job.written())
        .containsExactly("{\"Id\":9,\"Value\":\"nine\u2028\",\"Source\":\"\\u0000\\\"ä€\"}");
  }

  @Test
  void aReplayThatIsCutOffGoesOn() throws IOException {
    job.maxFilesPerBatch = 1;
    job.drop("a", "bad a").drop("b", "bad b");
    job.run();
    assertThat(job.replay()).isEqualTo(2);
    job.run();
    job.forgetLastCommit();
    Map<String, String> before = job.everything();

    assertThat(job.run()).containsExactly("batch 3: published by an earlier run");

    assertThat(job.everything()).isEqualTo(before);
    assertThat(job.quarantined())
        .extracting(bad -> bad.get("raw").asText())
        .containsExactlyInAnyOrder("bad a", "bad b");
  }

  /** Longer than JSON's readers take a text to be, unless they are told otherwise. */
  @Test
  void aVeryLongRecordComesBackAsItWas() throws IOException {
    String text = "x".repeat(21_000_000);
    job.maxRecordBytes = 64 << 20;
    job.drop("a", text);
    job.run();
    assertThat(job.replay()).isEqualTo(1);

    assertThat(job.run()).last().asString().startsWith("batch 1: 1 read, 0 written");
    assertThat(job.total()).isEqualTo(new Counts(2, 0, 2, 0, 0));
  }

  /** Its last line alone is a record; the one before is longer than a JSON text may be. */
  @Test
  void aVeryLongLineOfAnArrayIsReadAgainToo() throws IOException {
    String large = "{\"Id\":2,\"Source\":\"" + "x".repeat(21_000_000) + "\"}";
    job.maxRecordBytes = 64 << 20;
    job.drop("a", "[", large + ",", reading(3), "]");
    job.run();
    assertThat(job.written()).containsExactly(reading(3));
    job.shape = Shape.ARRAY;
    job.replay();

    job.run();

    assertThat(job.written()).hasSize(2);
    assertThat(job.total()).isEqualTo(new Counts(8, 2, 3, 0, 0, 3));
  }

  // --- Records that are kept by name only

  @Test
  void aGzipFileThatWasRepairedIsReadAsAWhole() throws IOException {
    byte[] whole = gzip(reading(1) + "\n" + reading(2) + "\nbad\n");
    job.drop("a.gz", Arrays.copyOf(whole, whole.length - 4));
    job.run();
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(
            bad -> {
              assertThat(bad.hasNonNull("raw")).isFalse();
              assertThat(bad.get("source").hasNonNull("offset")).isFalse();
            });

    // Not repaired yet.
    job.replay();
    job.run();
    assertThat(job.written()).isEmpty();
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(
            bad ->
                assertThat(bad.get("source").get("file").asText())
                    .isEqualTo("file:" + job.in.resolve("a.gz")));

    job.drop("a.gz", whole);
    job.replay();
    job.run();
    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(bad -> assertThat(bad.get("raw").asText()).isEqualTo("bad"));
  }

  @Test
  void aRecordThatWasTooLargeIsReadFromItsPlace() throws IOException {
    String large = "{\"Id\":2,\"Source\":\"" + "x".repeat(2_000) + "\"}";
    job.maxRecordBytes = 1_000;
    job.drop("a", reading(1), large, reading(3));
    job.run();
    assertThat(job.written()).containsExactly(reading(1), reading(3));
    assertThat(job.quarantined().get(0).hasNonNull("raw")).isFalse();

    job.replay();
    job.run();
    assertThat(job.quarantined()).as("too large still").hasSize(1);

    job.maxRecordBytes = 10_000;
    job.replay();
    job.run();
    assertThat(job.written()).containsExactlyInAnyOrder(reading(1), large, reading(3));
    assertThat(job.quarantined()).isEmpty();
    assertThat(job.total()).isEqualTo(new Counts(5, 3, 2, 0, 0));
  }

  @Test
  void anElementThatWasTooLargeIsReadFromItsPlace() throws IOException {
    String large = "{\"Id\":2,\"Source\":\"" + "x".repeat(2_000) + "\"}";
    job.shape = Shape.ARRAY;
    job.maxRecordBytes = 1_000;
    job.drop("a", "[" + reading(1) + "," + large + "," + reading(3) + "]");
    job.run();
    job.maxRecordBytes = 10_000;
    job.replay();

    job.run();

    assertThat(job.written()).containsExactlyInAnyOrder(reading(1), large, reading(3));
    assertThat(job.quarantined()).isEmpty();
  }

  @Test
  void anEmptyFileThatWasFilledIsRead() throws IOException {
    job.drop("a", new byte[0]);
    job.run();
    job.drop("a", (reading(1) + "\n" + reading(2)).getBytes(UTF_8));
    job.replay();

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined()).isEmpty();
  }

  @Test
  void aFileThatWasNoArrayIsReadAsAWhole() throws IOException {
    job.shape = Shape.ARRAY;
    job.drop("a", reading(1));
    job.run();
    job.drop("a", "[" + reading(1) + "," + reading(2) + "]");
    job.replay();

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined()).isEmpty();
  }

  /** When its file is back, the one record is read, not all of them again. */
  @Test
  void aRecordWhoseFileIsGoneWaitsInItsPlace() throws IOException {
    String large = "{\"Id\":2,\"Source\":\"" + "x".repeat(2_000) + "\"}";
    job.maxRecordBytes = 1_000;
    job.drop("a", reading(1), large);
    job.run();
    Path aside = Files.move(job.in.resolve("a"), dir.resolve("aside"));
    job.replay();
    job.run();
    assertThat(job.quarantined().get(0).get("reasons").get(0).asText())
        .isEqualTo("unreadable: the file is gone");
    Files.move(aside, job.in.resolve("a"));
    job.maxRecordBytes = 10_000;
    job.replay();

    job.run();

    assertThat(job.written()).containsExactlyInAnyOrder(reading(1), large);
    assertThat(job.quarantined()).isEmpty();
  }

  // --- Files that were read by the wrong shape

  @Test
  void aDocumentThatWasReadAsLinesIsReadAgainAsAWhole() throws IOException {
    String document = "{\n  \"Id\": 1,\n  \"Value\": 10\n}\n";
    job.drop("a", document).drop("b", "bad");
    job.run();
    assertThat(job.quarantined()).hasSize(5);
    job.shape = Shape.DOCUMENT;
    job.replay = true;

    List<String> told = job.run();

    assertThat(told.subList(0, 2))
        .containsExactly(
            "file:%s is read again as shape document; its 4 records in quarantine are closed"
                .formatted(job.in.resolve("a")),
            "file:%s cannot be read again as shape document; its 1 records in quarantine are judged"
                    .formatted(job.in.resolve("b"))
                + " as they are");
    assertThat(told.get(3))
        .startsWith("batch 1: 6 read, 1 written (1 rows), 1 quarantined, 4 reread");
    assertThat(job.written()).containsExactly("{\"Id\":1,\"Value\":10}");
    assertThat(job.quarantined()).extracting(bad -> bad.get("raw").asText()).containsExactly("bad");
    assertThat(job.total()).isEqualTo(new Counts(11, 1, 6, 0, 0, 4));

    assertThat(job.run().get(0)).as("the other file waits on").startsWith("file:" + job.in);
    assertThat(job.written()).hasSize(1);
  }

  @Test
  void linesThatWereReadAsOneDocumentAreReadAgain() throws IOException {
    job.shape = Shape.DOCUMENT;
    job.drop("a", reading(1), reading(2), "bad");
    job.run();
    job.shape = Shape.LINES;
    job.replay();

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(
            bad -> {
              assertThat(bad.get("raw").asText()).isEqualTo("bad");
              assertThat(bad.get("source").get("shape").asText()).isEqualTo("lines");
            });
    assertThat(job.total()).isEqualTo(new Counts(5, 2, 2, 0, 0, 1));
  }

  /** The last element of such an array is a good line, and has come out. */
  @Test
  void elementsThatHaveComeOutAsLinesDoNotComeOutAgain() throws IOException {
    job.drop("a", "[", reading(1) + ",", reading(2) + ",", "  " + reading(3), "]");
    job.run();
    assertThat(job.written()).containsExactly(reading(3));
    job.shape = Shape.ARRAY;
    job.replay();

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.quarantined()).isEmpty();
    assertThat(job.total()).isEqualTo(new Counts(11, 3, 4, 0, 0, 4));
  }

  @Test
  void aFileThatIsNotOfTheShapeAskedForIsNotReadAgain() throws IOException {
    job.drop("a", reading(1), BAD, reading(2));
    job.run();
    job.shape = Shape.ARRAY;
    job.replay();
    job.run();
    job.shape = Shape.LINES;
    job.replay();
    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined()).extracting(bad -> bad.get("raw").asText()).containsExactly(BAD);
    assertThat(job.total().reread()).isZero();
  }

  @Test
  void aFileThatIsGoneOrChangedKeepsItsRecordsInQuarantine() throws IOException {
    job.drop("a", "{", "}").drop("b", "[" + reading(1) + ",", reading(2), "]");
    job.run();
    Files.delete(job.in.resolve("a"));
    job.drop("b", "[" + reading(1) + ",", "   " + reading(2), "]");
    job.shape = Shape.ARRAY;

    job.replay();
    job.run();

    assertThat(job.written()).containsExactly(reading(2));
    assertThat(job.quarantined()).hasSize(4);
    assertThat(job.total().reread()).isZero();
  }

  /** What was replayed and read is listed no more once its day is over; nothing comes twice. */
  @Test
  void whatWasReplayedIsPutAwayWhenItsDayIsOver() throws IOException {
    job.drop("a", BAD, reading(1));
    job.run();
    job.replay();
    job.run();
    Path replayed = job.out.resolve("_quarantine/_replayed");
    Path today = replayed.resolve(Entries.day());
    assertThat(today).isNotEmptyDirectory();
    // As it is when the next batch comes on the next day.
    Path before = replayed.resolve("2026-03-01");
    Files.createDirectories(before);
    job.drop("b", reading(2));
    job.run();
    job.drop("c", reading(3));
    job.run();

    assertThat(before).doesNotExist();
    assertThat(replayed.resolve("_read/2026-03-01")).isEmptyDirectory();
    assertThat(today).isNotEmptyDirectory();
    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.quarantined()).hasSize(1);
  }

  /** Killed after the list was written, before all quarantine files were moved. */
  @Test
  void aRereadingThatIsCutOffIsGoneOnWithAndReadsEachFileOnce() throws IOException {
    job.maxFilesPerBatch = 1;
    job.drop("a", "{", "\"Id\": 1", "}").drop("b", "{", "\"Id\": 2", "}");
    job.run();
    job.shape = Shape.DOCUMENT;
    job.replay();
    Path replayed = job.out.resolve("_quarantine/_replayed");
    try (Stream<Path> moved = Files.walk(replayed)) {
      Path last = moved.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList().get(1);
      Files.move(last, job.out.resolve("_quarantine").resolve(last.getFileName()));
    }

    job.run();
    assertThat(job.written()).containsExactly("{\"Id\":1}", "{\"Id\":2}");
    assertThat(job.total().reread()).isEqualTo(3);
    assertThat(job.replay()).isEqualTo(3);
    job.run();

    assertThat(job.written()).containsExactly("{\"Id\":1}", "{\"Id\":2}");
    assertThat(job.quarantined()).isEmpty();
    assertThat(job.total()).isEqualTo(new Counts(14, 2, 6, 0, 0, 6));
  }

  /** The file is not there when its turn comes; what has come out of it is not forgotten. */
  @Test
  void aFileThatIsAwayWhenItIsReadAgainGivesNothingTwice() throws IOException {
    job.drop("a", "[", reading(1) + ",", reading(2), "]");
    job.run();
    assertThat(job.written()).containsExactly(reading(2));
    job.shape = Shape.ARRAY;
    job.replay();
    Path aside = Files.move(job.in.resolve("a"), dir.resolve("aside"));
    job.run();
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(
            bad ->
                assertThat(bad.get("reasons").get(0).asText())
                    .isEqualTo("unreadable: the file is gone"));
    Files.move(aside, job.in.resolve("a"));
    job.replay();

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.quarantined()).isEmpty();
  }

  @Test
  void aFileThatIsDamagedStillHindersNoReplayByAnotherShape() throws IOException {
    byte[] whole = gzip(reading(1));
    job.drop("a.gz", Arrays.copyOf(whole, whole.length - 4)).drop("b", "{\"Id\":", "2}");
    job.run();
    job.shape = Shape.DOCUMENT;
    job.replay();

    job.run();

    assertThat(job.written()).containsExactly("{\"Id\":2}");
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(
            bad ->
                assertThat(bad.get("source").get("file").asText())
                    .isEqualTo("file:" + job.in.resolve("a.gz")));
  }

  /** It stands in its place as it did, whatever shape other files are read by now. */
  @Test
  void aRecordThatWasTooLargeIsReadByTheShapeOfItsFile() throws IOException {
    String large = "{\"Id\":2,\"Source\":\"" + "x".repeat(2_000) + "\"}";
    job.maxRecordBytes = 1_000;
    job.drop("a", reading(1), large, reading(3));
    job.run();
    job.maxRecordBytes = 10_000;
    job.shape = Shape.DOCUMENT;
    job.replay();

    job.run();

    assertThat(job.written()).containsExactlyInAnyOrder(reading(1), large, reading(3));
    assertThat(job.quarantined()).isEmpty();
  }

  /** What is in quarantine is in no file any more. */
  @Test
  void recordsOfAFileThatWasReplacedAreNotClosed() throws IOException {
    job.drop("a", "{\"Id\": 1", "}");
    job.run();
    job.drop("a", "{\"Id\": 2", "}");
    job.shape = Shape.DOCUMENT;
    job.replay();

    job.run();

    assertThat(job.written()).isEmpty();
    assertThat(job.quarantined()).hasSize(2);
    assertThat(job.total().reread()).isZero();
  }

  // --- Entries that were told and not opened

  @Test
  void aLinkThatWasMendedGivesItsFileOnce() throws IOException {
    Path target = dir.resolve("target");
    Files.createSymbolicLink(job.in.resolve("a"), target);
    job.run();
    assertThat(job.quarantined()).hasSize(1);
    assertThat(job.replay()).isEqualTo(1);
    job.run();
    assertThat(job.quarantined()).as("still leads to nothing").hasSize(1);
    Files.writeString(target, reading(1));
    job.run();
    assertThat(job.written()).containsExactly(reading(1));

    assertThat(job.replay()).isEqualTo(1);
    job.run();

    assertThat(job.written()).containsExactly(reading(1));
    assertThat(job.quarantined()).isEmpty();
    assertThat(job.total()).isEqualTo(new Counts(4, 1, 2, 0, 0, 1));
  }

  @Test
  void aLinkThatIsMendedBeforeTheReplayGivesItsFileOnce() throws IOException {
    Path target = dir.resolve("target");
    Files.createSymbolicLink(job.in.resolve("a"), target);
    job.run();
    Files.writeString(target, reading(1));
    job.replay = true;

    job.run();

    assertThat(job.written()).containsExactly(reading(1));
    assertThat(job.quarantined()).isEmpty();
  }

  /** The ledger has the entry's name, but its file was never read. */
  @Test
  void aLinkThatIsMendedAfterATakeoverIsRead() throws IOException {
    Path target = dir.resolve("target");
    Files.createSymbolicLink(job.in.resolve("a"), target);
    job.drop("b", reading(2));
    job.run();
    job.checkpoint = dir.resolve("another");
    job.adopt = true;
    job.run();
    Files.writeString(target, reading(1));

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
