package io.github.millrace.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lzma.LZMACompressorOutputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed files, each made by a library or tool that is not the one under test. */
class CompressionTest {
  private static final int LARGE = 1 << 20;

  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;

  private enum Writer {
    GZIP(".gz"),
    BZIP2(".bz2"),
    ZSTD(".zst"),
    XZ(".xz"),
    LZ4(".lz4"),
    SNAPPY(".snappy"),
    HADOOP_GZIP(".gz"),
    HADOOP_BZIP2(".bz2"),
    HADOOP_DEFLATE(".deflate"),
    HADOOP_LZ4(".lz4"),
    HADOOP_SNAPPY(".snappy");

    private final String ending;

    Writer(String ending) {
      this.ending = ending;
    }

    byte[] write(String text) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = open(bytes)) {
        out.write(text.getBytes(UTF_8));
      }
      return bytes.toByteArray();
    }

    private OutputStream open(OutputStream out) throws IOException {
      return switch (this) {
        case GZIP -> new GZIPOutputStream(out);
        case BZIP2 -> new BZip2CompressorOutputStream(out);
        case ZSTD ->
            ZstdCompressorOutputStream.builder().setOutputStream(out).setChecksum(true).get();
        case XZ -> new XZCompressorOutputStream(out);
        case LZ4 -> new FramedLZ4CompressorOutputStream(out);
        case SNAPPY -> new FramedSnappyCompressorOutputStream(out);
        default -> {
          CompressionCodec codec =
              new CompressionCodecFactory(new Configuration())
                  .getCodec(new org.apache.hadoop.fs.Path("a" + ending));
          yield codec.createOutputStream(out);
        }
      };
    }

    boolean isToldByBytes() {
      return this != HADOOP_LZ4 && this != HADOOP_SNAPPY;
    }
  }

  // --- What is read

  @ParameterizedTest
  @EnumSource
  void aFileIsReadWhateverWroteIt(Writer writer) throws IOException {
    // Repeats from near and far: each decoder's window is used.
    String text = lines(20_000);
    assertThat(text.length()).isGreaterThan(1 << 20);

    assertThat(values(write("a.json" + writer.ending, writer.write(text))))
        .isEqualTo(text.lines().toList());
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HADOOP_LZ4", "HADOOP_SNAPPY"})
  void itsBytesTellNotItsName(Writer writer) throws IOException {
    byte[] bytes = writer.write("a\nb\n");

    for (String name : List.of("a.json", "a", "a.gz", "a.lz4", "a.snappy", "a.deflate")) {
      assertThat(values(write(name, bytes))).as(name).containsExactly("a", "b");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gzip -c, a.gz",
    "bzip2 -c, a.bz2",
    "xz -9 -c, a.xz",
    "zstd -c, a.zst",
    "zstd -c --long=27, a.zst",
    "pzstd -c, a.zst",
    "lz4 -c, a.lz4",
    "lz4 -c -BD -B4, a.lz4",
    "lz4 -c --content-size, a.lz4"
  })
  void aFileOfTheUsualToolIsRead(String command, String name)
      throws IOException, InterruptedException {
    String[] words = command.split(" ", -1);
    assumeTrue(isInstalled(words[0]));
    String text = lines(5_000);
    Path plain = write("plain", text.getBytes(UTF_8));
    Path file = dir.resolve(name);
    Process tool =
        new ProcessBuilder(words)
            .redirectInput(plain.toFile())
            .redirectOutput(file.toFile())
            .start();
    assertThat(tool.waitFor()).isZero();
    Files.write(file, twice(Files.readAllBytes(file)));

    assertThat(values(file)).isEqualTo((text + text).lines().toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Writer.class,
      names = {"HADOOP_DEFLATE", "HADOOP_LZ4", "HADOOP_SNAPPY", "SNAPPY"})
  void filesPutTogetherAreRead(Writer writer) throws IOException {
    assertThat(values(write("a" + writer.ending, twice(writer.write("a\nb\n")))))
        .containsExactly("a", "b", "a", "b");
  }

  /** As tapes and block devices leave them; gzip -dc reads them too. */
  @Test
  void zerosBehindGzipArePadding() throws IOException {
    byte[] padded = Arrays.copyOf(Writer.GZIP.write("a\nb\n"), 4_096);

    assertThat(values(write("a.gz", padded))).containsExactly("a", "b");
    assertThat(values(write("a.gz", twice(padded)))).containsExactly("a", "b", "a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {".gz", ".bz2", ".zst", ".xz", ".lz4", ".snappy", ".deflate"})
  void textIsReadThoughItsNameSaysCompressed(String ending) throws IOException {
    assertThat(values(write("a.json" + ending, "{\"a\":1}\n[]\n".getBytes(UTF_8))))
        .containsExactly("{\"a\":1}", "[]");
  }

  @ParameterizedTest
  @EnumSource
  void aFileOfNothingIsEmpty(Writer writer) throws IOException {
    assertThat(found(write("a" + writer.ending, writer.write(""))))
        .containsExactly(Found.bad(null, "empty-file: the file has no bytes"));
  }

  /** The planner does not know: it splits what does not bear the name. */
  @Test
  void aFileThatIsCompressedUnawaresIsReadByItsFirstSplit() throws IOException {
    String text = lines(1_000);
    byte[] bytes = Writer.GZIP.write(text);
    Path file = write("a.json", bytes);

    assertThat(split(file, 0, 100)).hasSize(1_000);
    assertThat(split(file, 100, 100)).isEmpty();
    assertThat(split(file, 200, bytes.length - 200)).isEmpty();
  }

  // --- What is damaged

  /** A format whose pieces have no end of the whole is made of one piece here. */
  @ParameterizedTest
  @EnumSource
  void aFileThatEndsEarlyGivesNone(Writer writer) throws IOException {
    byte[] bytes = writer.write(lines(10));

    for (int length = 1; length < bytes.length; length++) {
      assertThat(found(write("a" + writer.ending, Arrays.copyOf(bytes, length))))
          .as("%d of %d bytes", length, bytes.length)
          .singleElement()
          .satisfies(found -> assertThat(found.problem()).isNotNull());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverByteIsWrongTheReaderGoesOn(Writer writer) throws IOException {
    byte[] bytes = writer.write(lines(10));
    List<Found> whole = found(write("a" + writer.ending, bytes));

    for (int at = 0; at < bytes.length; at++) {
      for (int flip : new int[] {1, 0x80}) {
        byte[] wrong = bytes.clone();
        wrong[at] ^= (byte) flip;
        List<Found> found = found(write("a" + writer.ending, wrong));
        // Hadoop's blocks have no checksum, and what is wrong in them may be text all the same.
        if (writer.isToldByBytes() && !found.equals(whole)) {
          assertThat(found).as("byte %d ^ %x", at, flip).hasSize(1);
          assertThat(found.get(0).problem()).as("byte %d ^ %x", at, flip).isNotNull();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Writer.class,
      names = {"GZIP", "BZIP2", "XZ", "ZSTD", "LZ4", "HADOOP_DEFLATE"})
  void whatFollowsThatIsNoneOfItIsDamage(Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(writer.write("a\n"));
    bytes.writeBytes("{\"a\":1}\n".repeat(3).getBytes(UTF_8));

    assertThat(problem(write("a" + writer.ending, bytes.toByteArray())))
        .startsWith("unreadable: the compressed file is damaged: ");
  }

  /** Nothing is allocated for a size that a file claims: 2 GiB here, and no such bytes. */
  @ParameterizedTest
  @CsvSource({
    "a.snappy, 7fffffff 7fffffff ffffffff07",
    "a.lz4, 7fffffff 7fffffff ffffffff",
    "a.snappy, 7fffffff 00000006 ffffffff07 00",
    "a.lz4, 00000001 7fffffff 10 41 00000000"
  })
  void aSizeThatAFileClaimsIsOnlyCompared(String name, String digits) throws IOException {
    byte[] head = HexFormat.of().parseHex(digits.replace(" ", ""));
    head[0] = 0; // Else it would be taken for text.

    assertThat(problem(write(name, head))).startsWith("unreadable: the compressed file ");
  }

  @Test
  void aWindowBeyondTheLimitIsTold() throws IOException {
    String told =
        "unreadable: unpacking the file takes more than 128 MiB of memory;"
            + " compress it with a smaller window";
    // A frame with a window of 2^28 bytes, and a last block of two bytes as they are.
    byte[] zstd = HexFormat.of().parseHex("28b52ffd" + "00" + "90" + "110000" + "7b7d");
    byte[] xz = Writer.XZ.write("{}\n");
    xz[16] = 34; // The dictionary's size, as of 2^29 bytes.
    int header = 4 * (xz[12] + 1);
    CRC32 sum = new CRC32();
    sum.update(xz, 12, header - 4);
    ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN).putInt(8 + header, (int) sum.getValue());

    assertThat(problem(write("a.zst", zstd))).isEqualTo(told);
    assertThat(problem(write("a.xz", xz))).isEqualTo(told);
    zstd[5] = (byte) 0x88;
    assertThat(values(write("a.zst", zstd))).containsExactly("{}");
  }

  @Test
  void whatIsNeitherTextNorAsItsNameSaysIsDamaged() throws IOException {
    byte[] random = new byte[600];
    new Random(7).nextBytes(random);
    random[0] = 'x';

    for (String ending : List.of(".gz", ".bz2", ".zst", ".xz", ".lz4", ".snappy", ".deflate")) {
      assertThat(problem(write("a" + ending, random)))
          .isEqualTo(
              "unreadable: the compressed file is damaged: it does not begin as its name says;"
                  + " send it again under a new name");
    }
  }

  // --- What is no text at all

  @ParameterizedTest
  @CsvSource({
    "an lzo file; unpack it first, 894c5a4f000d0a1a0a",
    "a rar archive; unpack it first, 526172211a0701",
    "a Parquet file; convert it first, 5041523115041500",
    "an ORC file; convert it first, 4f52430a0b0a",
    "an Avro file; convert it first, 4f626a0104",
    "a SQLite database; convert it first, 53514c69746520666f726d6174203300",
    "a PDF document; convert it first, 255044462d312e340a",
    "a picture; remove it, 89504e470d0a1a0a0000"
  })
  void aFileOfAnotherKindIsTold(String looks, String digits) throws IOException {
    assertThat(problem(write("a.json", HexFormat.of().parseHex(digits))))
        .isEqualTo("unreadable: looks like " + looks);
  }

  @Test
  void anArchiveIsTold() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("a.json"));
      out.write("{}".getBytes(UTF_8));
    }
    ByteArrayOutputStream lzma = new ByteArrayOutputStream();
    try (OutputStream out = new LZMACompressorOutputStream(lzma)) {
      out.write("{}".getBytes(UTF_8));
    }
    Path seven = dir.resolve("b.7z");
    try (SevenZOutputFile out = new SevenZOutputFile(seven.toFile())) {
      out.putArchiveEntry(out.createArchiveEntry(write("x", new byte[] {'{', '}'}).toFile(), "x"));
      out.write("{}".getBytes(UTF_8));
      out.closeArchiveEntry();
    }
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar)) {
      TarArchiveEntry entry = new TarArchiveEntry("a.json");
      entry.setSize(2);
      out.putArchiveEntry(entry);
      out.write("{}".getBytes(UTF_8));
      out.closeArchiveEntry();
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(tar.toByteArray());
    }

    assertThat(problem(write("a.zip", zip.toByteArray())))
        .isEqualTo("unreadable: looks like a zip archive; unpack it first");
    assertThat(problem(write("a.lzma", lzma.toByteArray())))
        .isEqualTo("unreadable: looks like an lzma file; unpack it first");
    assertThat(problem(seven)).isEqualTo("unreadable: looks like a 7z archive; unpack it first");
    assertThat(problem(write("a.tar", tar.toByteArray())))
        .isEqualTo("unreadable: looks like a tar archive; unpack it first");
    assertThat(problem(write("a.tar.gz", packed.toByteArray())))
        .isEqualTo("unreadable: looks like a tar archive; unpack it first");
    assertThat(split(write("a.json", zip.toByteArray()), 20, 20)).isEmpty();
  }

  @Test
  void aFileCompressedTwiceIsTold() throws IOException {
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(twice)) {
      out.write(Writer.ZSTD.write("{}\n"));
    }

    assertThat(problem(write("a.gz", twice.toByteArray())))
        .isEqualTo("unreadable: the file is compressed twice; unpack it once");
  }

  private List<Found> found(Path file) throws IOException {
    return Found.inFile(file.toString(), Shape.LINES, LARGE, hadoop);
  }

  private List<Found> split(Path file, long start, long length) throws IOException {
    return Found.all(
        new FileRecords(
            new FileSplit(file.toString(), start, length, false),
            new FileRecords.Settings(Shape.LINES, LARGE),
            hadoop));
  }

  private List<String> values(Path file) throws IOException {
    List<Found> found = found(file);
    assertThat(found).extracting(Found::problem).containsOnlyNulls();
    return found.stream().map(Found::value).toList();
  }

  private String problem(Path file) throws IOException {
    List<Found> found = found(file);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).value()).isNull();
    assertThat(found.get(0).offset()).isNull();
    return found.get(0).problem();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(dir.resolve(name), bytes);
  }

  private static byte[] twice(byte[] bytes) {
    byte[] both = Arrays.copyOf(bytes, 2 * bytes.length);
    System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
    return both;
  }

  private static String lines(int count) {
    Random random = new Random(count);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("{\"number\":").append(random.nextInt(3_000)).append(",\"text\":\"");
      text.append("x".repeat(random.nextInt(60))).append("\"}\n");
    }
    return text.toString();
  }

  private static boolean isInstalled(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
  }
}
