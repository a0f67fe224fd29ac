package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.invoice.InvoiceDataSet;
import io.github.millrace.datagen.invoice.InvoiceOptions;
import io.github.millrace.datagen.invoice.Shape;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import io.github.millrace.testkit.Tmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that is full or read-only, a DataNode lost and back, a NameNode in safe mode: the run ends
 * as one that a retry may help, with a message that says what is the matter; nothing half-done is
 * visible; and once the storage is mended, the next run makes everything good.
 */
class FailingStorageIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int RETRY_MAY_HELP = 1;

  /** What is renamed, in this order, to make a unit visible. */
  private static final List<String> COMMIT_STEPS =
      List.of(
          "/_ledger/prepared/[^/]+\\.json$",
          "/hive/[^/]+\\.csv$",
          "/_quarantine/\\d{4}-\\d\\d-\\d\\d/[^/]+\\.jsonl$",
          "/_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]+-\\d+\\.json$",
          "/commits/\\d+$");

  @RegisterExtension static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, "failing", Hdfs::start);

  @TempDir private Path directory;
  private Path data;
  private FlattenRun run;

  @BeforeEach
  void prepare() throws IOException {
    run = FlattenRun.in(directory.resolve("run"));
  }

  private void generate(int files) throws IOException {
    data = directory.resolve("data");
    InvoiceDataSet.write(
        new InvoiceOptions(1_000L * files, 11, 0.02, Shape.LINES, files, 0.0),
        OutputDirectory.create(data),
        written -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"hive", "cassandra", "checkpoint"})
  void fullDisk(String target) throws Exception {
    generate(3);
    try (Tmpfs disk = Tmpfs.mount(run.root().resolve(target), 8 << 20)) {
      feed(0);
      run.flatten().expect(0);
      List<String> before = FlattenRun.csvFiles(run.hive());

      disk.fill(target.equals("checkpoint") ? 0 : 64 << 10);
      feed(1);
      SparkSubmit.Result full = run.flatten().expect(RETRY_MAY_HELP);
      assertThat(lastLine(full))
          .contains(run.root().resolve(target).toString())
          .contains("No space left on device");
      assertThat(FlattenRun.csvFiles(run.hive())).isEqualTo(before);

      disk.free();
      feed(2);
      run.flatten().expect(0);
      EveryRecord.isAccountedFor(run, data);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cassandra", "checkpoint"})
  void readOnlyDisk(String target) throws Exception {
    generate(3);
    try (Tmpfs disk = Tmpfs.mount(run.root().resolve(target), 64 << 20)) {
      feed(0);
      try (SparkSubmit.Running running = start(run.root().toString())) {
        running.awaitLine(line -> line.contains("batch 0:"), PATIENCE);
        disk.readOnly();
        feed(1);
        SparkSubmit.Result ended = running.await(PATIENCE).expect(RETRY_MAY_HELP);
        assertThat(lastLine(ended)).contains(run.root().resolve(target).toString());
      }
      disk.writable();
      feed(2);
      run.flatten().expect(0);
      EveryRecord.isAccountedFor(run, data);
    }
  }

  @Test
  void dataNodeLostAndBack() throws Exception {
    generate(3);
    String root = upload("/lost");
    release(root, 0);
    try (SparkSubmit.Running running = start(root)) {
      running.awaitLine(line -> line.contains("batch 0:"), PATIENCE);
      HDFS.get().stopDataNode();
      release(root, 1);
      SparkSubmit.Result ended = running.await(PATIENCE).expect(RETRY_MAY_HELP);
      assertThat(lastLine(ended)).contains("/lost/");
    } finally {
      HDFS.get().startDataNode();
    }
    release(root, 2);
    submit(root).run(PATIENCE).expect(0);
    download(root);
    EveryRecord.isAccountedFor(run, data);
  }

  @Test
  void safeModeAtEachStepOfCommit() throws Exception {
    generate(COMMIT_STEPS.size() + 1);
    String root = upload("/safe");
    for (int i = 0; i < COMMIT_STEPS.size(); i++) {
      release(root, i);
      try {
        SparkSubmit.Result ended =
            submit(root)
                .conf("spark.hadoop.fs.hdfs.impl", SafeModeFileSystem.class.getName())
                .conf(
                    "spark.driver.extraClassPath",
                    ShadedJar.jarOf(SafeModeFileSystem.class).toString())
                .conf(
                    "spark.sql.streaming.checkpointFileManagerClass",
                    "org.apache.spark.sql.execution.streaming.checkpointing."
                        + "FileSystemBasedCheckpointFileManager")
                .conf("spark.hadoop.safemode.before", COMMIT_STEPS.get(i))
                .run(PATIENCE)
                .expect(RETRY_MAY_HELP);
        assertThat(lastLine(ended)).contains("safe mode");
      } finally {
        HDFS.get().leaveSafeMode();
      }
    }
    release(root, COMMIT_STEPS.size());
    submit(root).run(PATIENCE).expect(0);
    download(root);
    EveryRecord.isAccountedFor(run, data);
  }

  /** What a user reads at the end. */
  private static String lastLine(SparkSubmit.Result ended) {
    return ended
        .stderr()
        .lines()
        .filter(line -> line.startsWith("invoice-flattener flatten: "))
        .collect(Collectors.joining("\n"));
  }

  private SparkSubmit.Running start(String root) {
    return submit(root).args("--set", "trigger=100 milliseconds").start();
  }

  private static SparkSubmit submit(String root) {
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .args("flatten", "--set", "input.path=" + root + "/in")
        .args("--set", "output.hive=" + root + "/hive")
        .args("--set", "output.cassandra=" + root + "/cassandra")
        .args("--set", "checkpoint=" + root + "/checkpoint");
  }

  /** The data's files; those that are bad as a whole come with the first. */
  private List<Path> files(int number) throws IOException {
    try (var found = Files.list(data)) {
      return found
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith("special")
                    ? number == 0
                    : name.startsWith("invoices-") && name.contains("%05d".formatted(number));
              })
          .toList();
    }
  }

  private void feed(int number) throws IOException {
    for (Path file : files(number)) {
      Path hidden = run.in().resolve("." + file.getFileName());
      Files.copy(file, hidden);
      Files.move(hidden, run.in().resolve(file.getFileName()));
    }
  }

  private String upload(String root) throws IOException {
    FileSystem fs = HDFS.get().fileSystem();
    fs.mkdirs(path(root + "/in"));
    FileUtil.copy(data.toFile(), fs, path(root + "/data"), false, HDFS.get().configuration());
    return HDFS.get().uri(root);
  }

  /** Lets the job see a file, which needs no DataNode. */
  private void release(String root, int number) throws IOException {
    for (Path file : files(number)) {
      String name = file.getFileName().toString();
      assertThat(
              HDFS.get()
                  .fileSystem()
                  .rename(path(root + "/data/" + name), path(root + "/in/" + name)))
          .isTrue();
    }
  }

  private void download(String root) throws IOException {
    for (String name : List.of("hive", "cassandra")) {
      FileUtil.copy(
          HDFS.get().fileSystem(),
          path(root + "/" + name),
          run.root().resolve(name).toFile(),
          false,
          HDFS.get().configuration());
    }
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
