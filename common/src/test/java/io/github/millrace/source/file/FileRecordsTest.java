package io.github.millrace.source.file;

import static io.github.millrace.source.file.Found.bad;
import static io.github.millrace.source.file.Found.good;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileRecordsTest {
  private static final int LARGE = 1 << 20;
  private static final String TOO_LARGE =
      "too-large: the record is longer than input.maxRecordBytes allows; it stays in its file";

  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;

  // --- Splits

  /** However a file is split, each line is found once, and at the same byte. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nbb\n\nccc\r\n{\"x\":1}\n\n\nlast",
        "a\nbb\n\nccc\r\n{\"x\":1}\n\n\nlast\n",
        "\uFEFF{\"ä\":\"ö\"}\r\n\r\n€\n",
        "one line that has no end",
        "\n\n\n\n",
        "\n"
      })
  void aLineIsInOneSplit(String text) throws IOException {
    Path file = write("lines.json", text.getBytes(UTF_8));
    List<Found> expected = lines(text);
    long length = Files.size(file);

    for (long step = 1; step <= length; step++) {
      assertThat(inSplits(file, length, step, LARGE)).as("splits of %d", step).isEqualTo(expected);
    }
  }

  @Test
  void aLineThatIsTooLongIsToldByOneSplit() throws IOException {
    String text = "ab\n0123456789\ncd\n";
    Path file = write("lines.json", text.getBytes(UTF_8));

    for (long step = 1; step <= text.length(); step++) {
      assertThat(inSplits(file, text.length(), step, 4))
          .as("splits of %d", step)
          .containsExactly(good(0, "ab"), bad(3L, TOO_LARGE), good(14, "cd"));
    }
  }

  /** What is written behind a file's end after it was taken up is no part of it. */
  @Test
  void aFileEndsWhereItDidWhenItWasFound() throws IOException {
    Path file = write("lines.json", "a\nb\nlater\n".getBytes(UTF_8));

    assertThat(inSplits(file, 4, 4, LARGE)).containsExactly(good(0, "a"), good(2, "b"));
  }

  @Test
  void aFileThatHasShrunkIsTold() throws IOException {
    Path file = write("lines.json", "aaaa\nbb".getBytes(UTF_8));

    assertThat(inSplits(file, 20, 10, LARGE))
        .containsExactly(
            good(0, "aaaa"), good(5, "bb"), bad(10L, "unreadable: the file ends before byte 9"));
  }

  // --- Files at fault

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aFileOfNoBytesIsTold(Shape shape) throws IOException {
    Path file = write("empty.json", new byte[0]);

    assertThat(whole(file, shape)).containsExactly(bad(null, "empty-file: the file has no bytes"));
  }

  /** Else what was written in between would be read by nobody, and be missed by nobody. */
  @Test
  void aFileThatWasEmptyWhenItWasFoundIsTold() throws IOException {
    Path file = write("filled.json", "{}\n".getBytes(UTF_8));

    assertThat(Found.all(records(file, 0, 0, LARGE)))
        .containsExactly(bad(null, "empty-file: the file had no bytes when it was found"));
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE, true",
    "UTF-16BE, true",
    "UTF-16LE, false",
    "UTF-16BE, false",
    "UTF-32BE, false"
  })
  void utf16IsTold(String encoding, boolean marked) throws IOException {
    String text = (marked ? "\uFEFF" : "") + "{\"a\":1}\n{\"a\":2}\n";
    Path file = write("utf16.json", text.getBytes(Charset.forName(encoding)));

    for (Shape shape : Shape.values()) {
      assertThat(whole(file, shape))
          .containsExactly(
              bad(
                  null,
                  "encoding: the file is %s, must be UTF-8".formatted(encoding.substring(0, 6))));
    }
  }

  @Test
  void utf16IsToldByTheFirstSplit() throws IOException {
    byte[] bytes = "\uFEFF{\"a\":1}\n{\"a\":2}\n".getBytes(UTF_16LE);
    Path file = write("utf16.json", bytes);

    for (long step = 1; step <= bytes.length; step++) {
      assertThat(inSplits(file, bytes.length, step, LARGE))
          .containsExactly(bad(null, "encoding: the file is UTF-16, must be UTF-8"));
    }
  }

  @Test
  void aFileOfOneByteIsNotUtf16() throws IOException {
    assertThat(whole(write("one.json", new byte[] {'1'}), Shape.LINES))
        .containsExactly(good(0, "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone.json", "gone.json.gz"})
  void aFileThatIsGoneIsTold(String name) throws IOException {
    assertThat(whole(dir.resolve(name), Shape.LINES))
        .containsExactly(bad(null, "unreadable: the file is gone"));
  }

  /** The first split may have read it while it was there; so this is no matter of the file's. */
  @Test
  void aFileThatIsGoneBeforeItsSecondSplitFailsTheTask() {
    assertThatThrownBy(() -> Found.all(records(dir.resolve("gone.json"), 5, 5, LARGE)))
        .isInstanceOf(FileNotFoundException.class);
  }

  /** Of a file system that keeps sums, as HDFS does. */
  @Test
  void aFileWhoseChecksumIsWrongIsToldOnce() throws IOException {
    Configuration summed = FailingFileSystem.breakingAt(Long.MAX_VALUE);
    summed.set("fs.failing.impl", SummedFileSystem.class.getName());
    String path = "failing:" + dir.resolve("sum.json");
    writeWithSum(path, summed);
    write("sum.json", "{}\n[]\n".getBytes(UTF_8));

    FileRecords.Settings settings = new FileRecords.Settings(Shape.LINES, LARGE);
    assertThat(Found.all(new FileRecords(new FileSplit(path, 0, 3, false), settings, summed)))
        .containsExactly(bad(null, "unreadable: the file's checksum is wrong"));
    assertThat(Found.all(new FileRecords(new FileSplit(path, 3, 3, false), settings, summed)))
        .isEmpty();
  }

  /** No sender writes Hadoop's sums; one that lies there is of some earlier file. */
  @Test
  void onALocalDiskAChecksumFileDoesNotCount() throws IOException {
    writeWithSum(dir.resolve("sum.json").toString(), hadoop);
    Path file = write("sum.json", "{}\n[]\n".getBytes(UTF_8));
    assertThat(dir.resolve(".sum.json.crc")).exists();

    assertThat(inSplits(file, 6, 3, LARGE)).containsExactly(good(0, "{}"), good(3, "[]"));
  }

  private static void writeWithSum(String file, Configuration hadoop) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
    try (OutputStream out = path.getFileSystem(hadoop).create(path)) {
      out.write("{}\n{}\n".getBytes(UTF_8));
    }
  }

  /** Made by Hadoop. */
  public static final class SummedFileSystem extends ChecksumFileSystem {
    public SummedFileSystem() {
      super(new FailingFileSystem());
    }
  }

  // --- Compressed files

  @ParameterizedTest
  @EnumSource(
      value = Shape.class,
      names = {"LINES", "DOCUMENT", "ARRAY"})
  void aCompressedFileIsRead(Shape shape) throws IOException {
    String text = shape == Shape.ARRAY ? "[{\"a\":1}]" : "{\"a\":1}";
    Found expected = good(shape == Shape.ARRAY ? 1 : 0, "{\"a\":1}");

    assertThat(whole(write("a.json.gz", gzip(text)), shape)).containsExactly(expected);
    assertThat(whole(write("a.json.bz2", bzip2(text)), shape)).containsExactly(expected);
  }

  /** Its length says nothing of what is in it. */
  @Test
  void aCompressedFileIsReadToItsEnd() throws IOException {
    String text = "{\"a\":1}\n".repeat(10_000);
    byte[] bytes = gzip(text);

    assertThat(Found.all(records(write("a.json.gz", bytes), 0, bytes.length, LARGE)))
        .isEqualTo(lines(text))
        .hasSize(10_000);
  }

  @Test
  void aFileOfSeveralGzipMembersIsRead() throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(gzip("a\n"));
    both.writeBytes(gzip("b\n"));

    assertThat(whole(write("a.json.gz", both.toByteArray()), Shape.LINES))
        .containsExactly(good(0, "a"), good(2, "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2"})
  void aCompressedFileThatEndsEarlyGivesNone(String codec) throws IOException {
    String text = "{\"a\":1}\n{\"b\":2}\n".repeat(5_000);
    byte[] bytes = codec.equals("gz") ? gzip(text) : bzip2(text);

    for (int length : new int[] {12, bytes.length / 2, bytes.length - 12}) {
      Path file = write("cut.json." + codec, Arrays.copyOf(bytes, length));
      List<Found> found = whole(file, Shape.LINES);
      assertThat(found).as("%d bytes", length).hasSize(1);
      assertThat(found.get(0).problem()).startsWith("unreadable: the compressed file ");
      assertThat(found.get(0).value()).isNull();
      assertThat(found.get(0).offset()).isNull();
    }
    assertThat(whole(write("whole.json." + codec, bytes), Shape.LINES)).hasSize(10_000);
  }

  @Test
  void aGzipFileThatEndsEarlyIsToldToDoSo() throws IOException {
    byte[] bytes = gzip("{\"a\":1}\n".repeat(1_000));

    assertThat(whole(write("a.json.gz", Arrays.copyOf(bytes, bytes.length - 9)), Shape.LINES))
        .containsExactly(
            bad(
                null,
                "unreadable: the compressed file ends early; send it again under a new name"));
  }

  @Test
  void aBzip2FileOfSeveralBlocksGivesNoneWhereverItIsCut() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(bytes, 1)) {
      out.write("{\"a\":1}\n".repeat(40_000).getBytes(UTF_8));
    }
    assertThat(whole(write("whole.json.bz2", bytes.toByteArray()), Shape.LINES)).hasSize(40_000);
    for (int length = 1; length < bytes.size(); length++) {
      Path file = write("cut.json.bz2", Arrays.copyOf(bytes.toByteArray(), length));
      assertThat(whole(file, Shape.LINES)).as("%d bytes", length).hasSize(1);
    }
  }

  @Test
  void aDamagedGzipFileGivesNone() throws IOException {
    byte[] bytes = gzip("{\"a\":1}\n{\"b\":2}\n".repeat(5_000));
    bytes[bytes.length - 6] ^= 1; // Of its checksum.

    List<Found> found = whole(write("a.json.gz", bytes), Shape.LINES);

    assertThat(found).hasSize(1);
    assertThat(found.get(0).problem()).startsWith("unreadable: the compressed file is damaged: ");
  }

  @Test
  void aCompressedFileOfNothingIsEmpty() throws IOException {
    assertThat(whole(write("a.json.gz", gzip("")), Shape.LINES))
        .containsExactly(bad(null, "empty-file: the file has no bytes"));
  }

  @Test
  void utf16IsToldInACompressedFile() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write("{}".getBytes(UTF_16LE));
    }

    assertThat(whole(write("a.json.gz", bytes.toByteArray()), Shape.DOCUMENT))
        .containsExactly(bad(null, "encoding: the file is UTF-16, must be UTF-8"));
  }

  // --- One record again

  @ParameterizedTest
  @CsvSource({"a.json", "a.json.gz"})
  void aRecordIsReadAgainFromItsByte(String name) throws IOException {
    byte[] text = "a\nbb\nccc\n".getBytes(UTF_8);
    Path file = write(name, name.endsWith("gz") ? gzip(new String(text, UTF_8)) : text);

    assertThat(again(file, 2, Shape.LINES)).containsExactly(good(2, "bb"));
    assertThat(again(file, 0, Shape.LINES)).containsExactly(good(0, "a"));
  }

  /** It keeps its byte, lest the whole file be read when it is back. */
  @Test
  void aRecordWhoseFileIsGoneKeepsItsPlace() throws IOException {
    assertThat(again(dir.resolve("gone.json"), 7, Shape.LINES))
        .containsExactly(bad(7L, "unreadable: the file is gone"));
    assertThat(again(dir.resolve("gone.json"), 0, Shape.DOCUMENT))
        .containsExactly(bad(0L, "unreadable: the file is gone"));
  }

  @ParameterizedTest
  @CsvSource({"a.json, 3", "a.json, 4", "a.json.gz, 3", "a.json.gz, 4"})
  void aRecordWhoseFileHasShrunkIsTold(String name, long at) throws IOException {
    Path file = write(name, name.endsWith("gz") ? gzip("ab\n") : "ab\n".getBytes(UTF_8));

    assertThat(again(file, at, Shape.LINES))
        .containsExactly(bad(at, "unreadable: the file ends before byte " + at));
  }

  // --- The file system's own failures

  /** A retry may help, and the file is not at fault: nothing of this belongs in the quarantine. */
  @ParameterizedTest
  @CsvSource({
    "a.json, -1",
    "a.json, 0",
    "a.json, 10000",
    "a.json.gz, -1",
    "a.json.gz, 0",
    "a.json.gz, 25",
    "a.json.bz2, -1",
    "a.json.bz2, 0",
    "a.json.bz2, 60"
  })
  void aFailureOfTheFileSystemGoesOn(String name, long at) throws IOException {
    String text = "{\"a\":1}\n".repeat(5_000);
    Path file =
        write(
            name,
            name.endsWith("gz")
                ? gzip(text)
                : name.endsWith("bz2") ? bzip2(text) : text.getBytes(UTF_8));
    assertThat(Files.size(file)).isGreaterThan(at);

    assertThatThrownBy(
            () ->
                Found.inFile(
                    "failing:" + file, Shape.LINES, LARGE, FailingFileSystem.breakingAt(at)))
        .isInstanceOf(IOException.class)
        .hasMessage(FailingFileSystem.MESSAGE);
    assertThat(
            Found.inFile(
                "failing:" + file,
                Shape.LINES,
                LARGE,
                FailingFileSystem.breakingAt(Long.MAX_VALUE)))
        .hasSize(5_000);
  }

  private List<Found> whole(Path file, Shape shape) throws IOException {
    return Found.inFile(file.toString(), shape, LARGE, hadoop);
  }

  private List<Found> again(Path file, long at, Shape shape) throws IOException {
    return Found.all(
        new FileRecords(file.toString(), at, new FileRecords.Settings(shape, LARGE), hadoop));
  }

  private FileRecords records(Path file, long start, long length, int maxRecordBytes) {
    return new FileRecords(
        new FileSplit(file.toString(), start, length, false),
        new FileRecords.Settings(Shape.LINES, maxRecordBytes),
        hadoop);
  }

  private List<Found> inSplits(Path file, long length, long step, int maxRecordBytes)
      throws IOException {
    List<Found> found = new ArrayList<>();
    for (long at = 0; at < length; at += step) {
      found.addAll(Found.all(records(file, at, Math.min(step, length - at), maxRecordBytes)));
    }
    return found;
  }

  private static List<Found> lines(String text) {
    List<Found> lines = new ArrayList<>();
    long at = 0;
    for (String line : text.split("(?<=\n)", -1)) {
      if (!line.isEmpty()) {
        lines.add(good(at, line.endsWith("\n") ? line.substring(0, line.length() - 1) : line));
        at += line.getBytes(UTF_8).length;
      }
    }
    return lines;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(dir.resolve(name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private byte[] bzip2(String text) throws IOException {
    BZip2Codec codec = new BZip2Codec();
    codec.setConf(hadoop);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = codec.createOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
