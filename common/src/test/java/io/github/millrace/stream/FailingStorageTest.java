package io.github.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Nightly;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkExtension;
import io.github.millrace.testkit.Tmpfs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that is full or read-only, a DataNode lost and back, a NameNode in safe mode: the run ends
 * as one that a retry may help, with a message that says what is the matter; nothing half-done is
 * visible; and once the storage is mended, the next run makes everything good.
 */
@ExtendWith(SparkExtension.class)
class FailingStorageTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What is renamed to make a batch visible. */
  private static final List<String> COMMIT_STEPS =
      Nightly.all(
          List.of("/out/[^/]+\\.json$"),
          List.of(
              "/_ledger/prepared/[^/]+\\.json$",
              "/_quarantine/\\d{4}-\\d\\d-\\d\\d/[^/]+\\.jsonl$",
              "/_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]+-\\d+\\.json$",
              "/commits/\\d+$"));

  /** One that no other test uses, for it is made to fail. */
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, "failing", Hdfs::start);

  @TempDir private Path dir;
  private SparkSession spark;
  private Readings job;

  @BeforeEach
  void prepare(SparkSession session) throws IOException {
    spark = session;
    job = new Readings(session, dir);
  }

  /** A file of so many readings and a bad one, whose numbers begin with the file's. */
  private void feed(int file, int readings) throws IOException {
    Stream<String> good =
        IntStream.range(0, readings).mapToObj(i -> Readings.reading(1_000_000 * file + i));
    job.drop(file + ".json", Stream.concat(good, Stream.of("bad")).toArray(String[]::new));
  }

  private void assertEverythingStandsOnce(int... readings) throws IOException {
    List<String> expected =
        IntStream.range(0, readings.length)
            .boxed()
            .flatMap(
                file ->
                    IntStream.range(0, readings[file])
                        .mapToObj(i -> Readings.reading(1_000_000 * file + i)))
            .sorted()
            .toList();
    assertThat(job.written()).isEqualTo(expected);
    assertThat(job.quarantined()).hasSize(readings.length);
    assertThat(job.prepared()).isEmpty();
    assertThat(job.total().balanced()).isTrue();
    assertThat(job.total().read()).isEqualTo(expected.size() + readings.length);
    assertThat(Readings.files(job.out, "."))
        .noneMatch(file -> file.toString().contains("_staging"));
  }

  private Throwable assertRetryMayHelp() {
    Throwable failed = catchThrowable(job::run);
    assertThat(failed).isInstanceOfAny(IOException.class, JobException.class);
    if (failed instanceof JobException known) {
      assertThat(known.exitCode()).isEqualTo(ExitCode.FAILED);
    }
    return failed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "checkpoint"})
  void fullDisk(String target) throws IOException {
    try (Tmpfs disk = Tmpfs.mount(dir.resolve(target), 4 << 20)) {
      feed(0, 10);
      job.run();
      List<String> before = job.written();

      disk.fill(target.equals("checkpoint") ? 0 : 256 << 10);
      feed(1, 20_000);
      assertThat(assertRetryMayHelp())
          .hasMessageContainingAll(dir.resolve(target).toString(), "No space left on device");
      disk.free();
      assertThat(job.written()).isEqualTo(before);

      feed(2, 10);
      job.run();
      assertEverythingStandsOnce(10, 20_000, 10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "checkpoint"})
  void readOnlyDisk(String target) throws Exception {
    try (Tmpfs disk = Tmpfs.mount(dir.resolve(target), 4 << 20)) {
      feed(0, 10);
      Throwable ended =
          failing(
              () -> {
                disk.readOnly();
                feed(1, 10);
              });
      assertThat(ended).hasMessageContaining(dir.resolve(target).toString());
      disk.writable();
      feed(2, 10);
      job.run();
      assertEverythingStandsOnce(10, 10, 10);
    }
  }

  @Test
  void dataNodeLostAndBack() throws Exception {
    job.root = HDFS.get().uri("/lost");
    feed(0, 10);
    try {
      Throwable ended =
          failing(
              () -> {
                HDFS.get().stopDataNode();
                feed(1, 10);
              });
      assertThat(ended).hasMessageContaining("/lost/");
    } finally {
      HDFS.get().startDataNode();
    }
    feed(2, 10);
    job.run();
    download();
    assertEverythingStandsOnce(10, 10, 10);
  }

  /** What is done to a storage while a stream runs on it. */
  private interface Harm {
    void run() throws Exception;
  }

  /** Runs the stream, harms its storage after the first batch, and gives what ended it. */
  private Throwable failing(Harm harm) throws Exception {
    job.trigger = StreamTrigger.parse("100 milliseconds");
    CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(this::assertRetryMayHelp);
    Await.until(
        "the first batch",
        PATIENCE,
        () -> job.told.stream().anyMatch(line -> line.contains("batch 0:")));
    harm.run();
    job.trigger = StreamTrigger.ALL_AVAILABLE;
    return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void safeModeAtEachStepOfCommit() throws Exception {
    job.root = HDFS.get().uri("/safe");
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    int[] readings = new int[COMMIT_STEPS.size() + 1];
    try {
      hadoop.set("fs.hdfs.impl", SafeModeFileSystem.class.getName());
      hadoop.setBoolean("fs.hdfs.impl.disable.cache", true);
      job.settings.put(
          "spark.sql.streaming.checkpointFileManagerClass",
          "org.apache.spark.sql.execution.streaming.checkpointing."
              + "FileSystemBasedCheckpointFileManager");
      for (int i = 0; i < COMMIT_STEPS.size(); i++) {
        feed(i, 10);
        readings[i] = 10;
        hadoop.set(SafeModeFileSystem.BEFORE, COMMIT_STEPS.get(i));
        try {
          assertThat(assertRetryMayHelp())
              .as(COMMIT_STEPS.get(i))
              .hasMessageContaining("safe mode");
        } finally {
          HDFS.get().leaveSafeMode();
        }
      }
    } finally {
      hadoop.unset("fs.hdfs.impl");
      hadoop.unset("fs.hdfs.impl.disable.cache");
      hadoop.unset(SafeModeFileSystem.BEFORE);
    }
    feed(COMMIT_STEPS.size(), 10);
    readings[COMMIT_STEPS.size()] = 10;
    job.run();
    download();
    assertEverythingStandsOnce(readings);
  }

  private void download() throws IOException {
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(job.root + "/out");
    FileUtil.copy(
        HDFS.get().fileSystem(), out, job.out.toFile(), false, HDFS.get().configuration());
  }

  /**
   * An HDFS whose NameNode goes into safe mode before the rename to a path that an expression
   * finds: at that very step, not near it.
   */
  public static final class SafeModeFileSystem extends DistributedFileSystem {
    static final String BEFORE = "safemode.before";

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (Pattern.compile(getConf().get(BEFORE)).matcher(to.toString()).find()) {
        setSafeMode(SafeModeAction.ENTER);
      }
      return super.rename(from, to);
    }
  }
}
