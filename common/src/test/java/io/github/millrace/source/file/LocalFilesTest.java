package io.github.millrace.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.stream.Readings;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Names, links and what is no file, on a local disk: each is read, or told once by its name. */
@ExtendWith(SparkExtension.class)
class LocalFilesTest {
  private static final String NOT_UTF8 =
      "unreadable: the name is not UTF-8 (%XX stands for its bytes); rename it";
  private static final String LOOP = "unreadable: is a link to a directory above itself; remove it";
  private static final String TO_NOTHING =
      "unreadable: is a link that leads to nothing; mend or remove it";

  @TempDir private Path dir;
  private Path in;
  private Path outside;
  private int from = -1;

  @BeforeEach
  void setUp() throws IOException {
    in = Files.createDirectory(dir.resolve("in"));
    outside = Files.createDirectory(dir.resolve("outside"));
  }

  // --- Names

  @Test
  void anyNameIsRead() throws IOException {
    List<String> names =
        List.of(
            "2026-03-01T10:00.json",
            "a:b/c:d.json",
            "100%25.json",
            "with space #1?*[x]{y}.json",
            "back\\slash \"quoted\" 'it'.json",
            "line\nbreak\ttab.json",
            "Größe.json",
            "Gro\u0308ße.json",
            "発票/請求書.json",
            "\uD83D\uDE00.json");
    for (String name : names) {
      drop(in.resolve(name), "x");
    }

    assertThat(read())
        .containsExactlyInAnyOrderElementsOf(names.stream().map(name -> name + " x").toList());
    assertThat(read()).isEmpty();
  }

  @Test
  void aNameThatIsNotUtf8IsToldOnceAndWhatIsRenamedIsRead() throws IOException {
    drop(raw("Gr%F6%DFe.json"), "latin");
    drop(raw("J%E4nner/a.json"), "latin directory");
    drop(in.resolve("Gr%F6%DFe.json"), "percent signs");
    drop(raw("_%F6"), "hidden");
    assertThat(read())
        .containsExactlyInAnyOrder(
            "Gr%F6%DFe.json/ " + NOT_UTF8, "J%E4nner/ " + NOT_UTF8, "Gr%F6%DFe.json percent signs");
    assertThat(read()).isEmpty();

    Files.move(raw("Gr%F6%DFe.json"), in.resolve("Größe.json"));
    Files.move(raw("J%E4nner"), in.resolve("Jänner"));

    assertThat(read())
        .containsExactlyInAnyOrder("Größe.json latin", "Jänner/a.json latin directory");
  }

  /** The locale that cron and containers give: there java.io.File knows no such file. */
  @Test
  void inAPosixLocaleTheSameFilesAreReadUnderTheSameNames()
      throws IOException, InterruptedException {
    drop(in.resolve("Größe.json"), "ä");
    drop(in.resolve("sub/請求:1.json"), "b");
    drop(raw("Gr%F6%DFe.json"), "latin");
    Files.createSymbolicLink(in.resolve("sub/länk"), in.resolve("sub"));
    Files.createSymbolicLink(in.resolve("x"), drop(outside.resolve("ö"), "c"));
    List<String> expected = new ArrayList<>();
    for (String line :
        List.of(
            "Größe.json ä",
            "Gr%F6%DFe.json/ " + NOT_UTF8,
            "sub/länk/ " + LOOP,
            "sub/請求:1.json b",
            "../outside/ö c")) {
      expected.add("file:" + (line.startsWith("../") ? dir + line.substring(2) : in + "/" + line));
    }

    assertThat(readByProcess(Map.of("LC_ALL", "C"))).hasSameElementsAs(expected).hasSize(5);
  }

  /** A library's native part is unpacked into a directory that may not be there to write. */
  @Test
  void aFileWhoseLibraryCannotBeLoadedStopsNoOther() throws IOException, InterruptedException {
    drop(in.resolve("a.json"), "a");
    Files.write(
        in.resolve("b.zst"), HexFormat.of().parseHex("28b52ffd" + "00" + "50" + "110000" + "7b7d"));

    List<String> read = readByProcess(Map.of(), "-Djava.io.tmpdir=" + dir.resolve("none"));

    assertThat(read).hasSize(2).contains("file:" + in + "/a.json a");
    assertThat(read)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("file:" + in + "/b.zst unreadable: no library for zstd here (")
                    .endsWith("); compress the file with gzip"));
  }

  // --- Links

  @Test
  void aLinkToADirectoryAboveIsToldAndCopiesNothing() throws IOException {
    drop(in.resolve("sub/a"), "a");
    Files.createSymbolicLink(in.resolve("sub/up"), Path.of(".."));
    Files.createSymbolicLink(in.resolve("sub/self"), Path.of("."));
    Files.createSymbolicLink(in.resolve("beyond"), dir);
    drop(outside.resolve("b"), "b");
    Files.createSymbolicLink(outside.resolve("back"), in);
    Files.createSymbolicLink(in.resolve("to"), outside);

    assertThat(read())
        .containsExactlyInAnyOrder(
            "sub/a a",
            "sub/up/ " + LOOP,
            "sub/self/ " + LOOP,
            "beyond/ " + LOOP,
            "outside/b b",
            "to/back/ " + LOOP);
    assertThat(read()).isEmpty();
  }

  @Test
  void aFileIsReadOnceHoweverManyLinksLeadToIt() throws IOException {
    drop(in.resolve("direct"), "direct");
    Files.createSymbolicLink(in.resolve("again"), in.resolve("direct"));
    drop(in.resolve("sub/a"), "a");
    Files.createSymbolicLink(in.resolve("sub2"), Path.of("sub"));
    drop(outside.resolve("d/b"), "b");
    Files.createSymbolicLink(in.resolve("one"), outside);
    Files.createSymbolicLink(in.resolve("two"), outside);
    Files.createSymbolicLink(in.resolve("inner"), outside.resolve("d"));
    Files.createSymbolicLink(in.resolve("file"), outside.resolve("d/b"));
    drop(in.resolve(".versions/3/c"), "c");
    Files.createSymbolicLink(in.resolve("current"), Path.of(".versions/3"));

    assertThat(read())
        .containsExactlyInAnyOrder("direct direct", "sub/a a", "outside/d/b b", ".versions/3/c c");
    assertThat(read()).isEmpty();
  }

  /** Which link a file was reached by does not matter; where it lies does. */
  @Test
  void aFileThatWasReadByALinkIsNotReadByAnother() throws IOException {
    drop(outside.resolve("a"), "a");
    Files.createSymbolicLink(in.resolve("one"), outside);
    assertThat(read()).containsExactly("outside/a a");

    Files.delete(in.resolve("one"));
    Files.createSymbolicLink(in.resolve("two"), outside);
    drop(outside.resolve("b"), "b");

    assertThat(read()).containsExactly("outside/b b");
  }

  @Test
  void theInputItselfMayBeALink() throws IOException {
    drop(outside.resolve("sub/a"), "a");
    Files.createSymbolicLink(outside.resolve("loop"), outside);
    Files.createSymbolicLink(outside.resolve("again"), outside.resolve("sub/a"));
    in = Files.createSymbolicLink(dir.resolve("link"), outside);

    assertThat(read()).containsExactlyInAnyOrder("outside/sub/a a", "loop/ " + LOOP);
  }

  /** Earlier versions took a file up under each of its names, and perhaps not under all yet. */
  @Test
  void whatAnEarlierVersionReadByALinkIsNotReadAgain() throws IOException {
    drop(in.resolve("sub/a"), "a");
    drop(in.resolve("sub/b"), "b");
    Files.createSymbolicLink(in.resolve("loop"), in);
    Files.createSymbolicLink(in.resolve("c"), in.resolve("direct"));
    drop(in.resolve("direct"), "direct");
    drop(outside.resolve("d"), "d");
    drop(outside.resolve("e"), "e");
    Files.createSymbolicLink(in.resolve("one"), outside);
    Files.createSymbolicLink(in.resolve("two"), outside);
    from = 0;
    List<String> known = List.of("loop/sub/a", "c", "two/d", "one/e");
    Path log = Files.createDirectories(dir.resolve("checkpoint/files")).resolve("0.files");
    Files.write(
        log,
        known.stream()
            .map(
                name -> "{\"path\":\"file:%s/%s\",\"length\":1,\"modified\":1}".formatted(in, name))
            .toList());

    assertThat(read()).containsExactlyInAnyOrder("sub/b b", "loop/ " + LOOP);
  }

  @Test
  void aLinkToNothingIsToldAndReadWhenThereIsSomething() throws IOException {
    Files.createSymbolicLink(in.resolve("a"), outside.resolve("a"));
    Files.createSymbolicLink(in.resolve("self"), Path.of("self"));
    drop(in.resolve("b"), "b");
    assertThat(read()).containsExactlyInAnyOrder("a/ " + TO_NOTHING, "self/ " + TO_NOTHING, "b b");
    assertThat(read()).isEmpty();

    drop(outside.resolve("a"), "a");

    assertThat(read()).containsExactlyInAnyOrder("outside/a a");
  }

  // --- No files

  @Test
  void aPipeIsToldAndNotWaitedFor() throws IOException, InterruptedException {
    Path pipe = in.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(in.resolve("null"), Path.of("/dev/null"));
    drop(in.resolve("a"), "a");
    String told = "unreadable: is a pipe, socket or device; put a file in its place";

    assertThat(read()).containsExactlyInAnyOrder("pipe/ " + told, "null/ " + told, "a a");
    assertThat(read()).isEmpty();
    assertThat(Found.inFile(pipe.toString(), Shape.LINES, 1_000, new Configuration()))
        .containsExactly(Found.bad(null, told));
    assertThat(Found.inFile(in.toString(), Shape.LINES, 1_000, new Configuration()))
        .containsExactly(Found.bad(null, "unreadable: is a directory, must be a file"));
  }

  @Test
  void aDirectoryThatMayNotBeListedIsToldAndItsFilesAreReadOnceItMay() throws IOException {
    Path secret = drop(in.resolve("secret/a"), "a").getParent();
    drop(in.resolve("b"), "b");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(secret), "root may list all");
    assertThat(read()).containsExactlyInAnyOrder("secret/ " + FileStream.NOT_LISTED, "b b");
    assertThat(read()).isEmpty();

    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));

    assertThat(read()).containsExactly("secret/a a");
  }

  /** A line for each record of what is new: the name, then the value or problem. */
  private List<String> read() throws IOException {
    List<String> read = new ArrayList<>();
    for (String line : ListFilesMain.read(in, dir.resolve("checkpoint"), from)) {
      // What lies outside is named by where it lies.
      Path root = line.startsWith("file:" + in + "/") ? in : dir;
      assertThat(line).startsWith("file:" + root + "/");
      read.add(line.substring(("file:" + root + "/").length()));
    }
    from += read.isEmpty() ? 0 : 1;
    return read;
  }

  /** The same by a process of its own. */
  private List<String> readByProcess(Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-Xm"))
        .forEach(command::add);
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            ListFilesMain.class.getName(),
            dir.toString()));
    Path log = dir.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    assertThat(builder.start().waitFor()).as(Files.readString(log)).isZero();
    return Files.readAllLines(dir.resolve(ListFilesMain.READ));
  }

  // --- A run

  /** Also when they are replayed: then a pipe is opened without being listed. */
  @Test
  void aRunPublishesTheRestAndQuarantinesTheBadByName(SparkSession spark)
      throws IOException, InterruptedException {
    Readings job = new Readings(spark, Files.createDirectory(dir.resolve("job")));
    job.drop("2026-03-01T10:00.json", Readings.reading(1));
    job.drop("a.zip", HexFormat.of().parseHex("504b03040a000000"));
    Path pipe = job.in.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(job.in.resolve("loop"), job.in);
    Files.createSymbolicLink(job.in.resolve("self"), Path.of("self"));
    job.drop("%F6", Readings.reading(2));
    Files.writeString(Path.of(URI.create("file://" + job.in + "/%F6")), "latin");

    assertThat(job.run())
        .singleElement()
        .asString()
        .startsWith("batch 0: 7 read, 2 written (2 rows), 5 quarantined");
    job.watchFor = TimeSpan.parse("0 seconds");
    assertThat(job.replay()).isEqualTo(5);
    assertThat(job.run())
        .singleElement()
        .asString()
        .startsWith("batch 1: 5 read, 0 written (0 rows), 5 quarantined");
    assertThat(job.written()).containsExactly(Readings.reading(1), Readings.reading(2));
    assertThat(job.quarantined())
        .extracting(bad -> bad.get("source").get("file").asText())
        .containsExactlyInAnyOrder(
            "file:" + job.in + "/a.zip",
            "file:" + pipe + "/",
            "file:" + job.in + "/loop/",
            "file:" + job.in + "/self/",
            "file:" + job.in + "/%F6/");
  }

  private static Path drop(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** A path below the input whose bytes are escaped. */
  private Path raw(String escaped) {
    return Path.of(URI.create("file://" + in + "/" + escaped));
  }
}
