package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.datagen.invoice.InvoiceDataSet;
import io.github.millrace.datagen.invoice.InvoiceOptions;
import io.github.millrace.datagen.invoice.InvoiceTruth;
import io.github.millrace.datagen.invoice.Shape;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.ShadedJar;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import io.github.millrace.testkit.Yarn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The job on a real YARN, with input, output and checkpoint on a real HDFS. */
class FlattenOnYarnIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long BLOCK = 1L << 20;

  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  static final Shared<Yarn> YARN = Shared.of(Yarn.class, Yarn::ofRun);

  @TempDir private Path directory;
  private String root;
  private FileSystem fs;

  @BeforeEach
  void nameTheRun(TestInfo test) throws IOException {
    root = "/" + test.getTestMethod().orElseThrow().getName();
    Configuration smallBlocks = HDFS.get().configuration();
    smallBlocks.setLong("dfs.blocksize", BLOCK);
    fs = FileSystem.newInstance(HDFS.get().uri(), smallBlocks);
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @Test
  void clusterModeThenClientMode() throws Exception {
    InvoiceTruth truth = upload(12_000, 0.02, 1);
    submit("cluster").run(PATIENCE).expect(0);
    assertThat(YARN.get().named("cluster").finalStatus()).isEqualTo(Yarn.FinalStatus.SUCCEEDED);
    FlattenRun run = download();
    assertThat(FlattenRun.counted(FlattenRun.rows(run.hive())))
        .isEqualTo(FlattenRun.counted(ExpectedRows.of(local(), truth)));
    assertThat(run.ledger()).hasSize(1);
    JsonNode counts = run.ledger().get(0).get("counts");
    assertThat(counts.get("read").longValue()).isEqualTo(truth.summary().records());
    assertThat(counts.get("quarantined").longValue()).isEqualTo(truth.summary().bad());
    assertThat(FlattenRun.csvFiles(run.hive()))
        .as("a file of several blocks is read by several tasks")
        .hasSizeGreaterThan(1)
        .isEqualTo(FlattenRun.listing(run.cassandra()));

    List<String> files = FlattenRun.listing(run.hive());
    SparkSubmit.Result client = submit("client").deployMode("client").run(PATIENCE).expect(0);
    assertThat(client.stdout()).contains("0 read = 0 written");
    assertThat(YARN.get().named("client").finalStatus()).isEqualTo(Yarn.FinalStatus.SUCCEEDED);
    assertThat(FlattenRun.listing(download().hive())).isEqualTo(files);
  }

  @Test
  void wrongConfigurationEndsAsFailedWithTheReason() throws Exception {
    upload(10, 0.0, 1);
    submit("wrong", "--set", "maxBadShare=2").run(PATIENCE).expect(1);
    Yarn.Application application = YARN.get().named("wrong");
    assertThat(application.finalStatus()).isEqualTo(Yarn.FinalStatus.FAILED);
    assertThat(application.diagnostics())
        .contains("exit status 2")
        .contains("maxBadShare: is '2.0', must be from 0 to 1");
    assertThat(names(root)).containsExactly("in");
  }

  @Test
  void lateFailureEndsAsFailedWithTheReason() throws Exception {
    upload(200, 0.3, 1);
    submit("late", "--set", "maxBadShare=0.01").run(PATIENCE).expect(1);
    Yarn.Application application = YARN.get().named("late");
    assertThat(application.finalStatus()).isEqualTo(Yarn.FinalStatus.FAILED);
    assertThat(application.diagnostics())
        .contains("exit status 3")
        .contains("maxBadShare allows 1.00 %");
  }

  @Test
  void killedByYarnNothingIsLost() throws Exception {
    InvoiceTruth truth = upload(60_000, 0.02, 8);
    try (SparkSubmit.Running running =
        submit("killed", "--set", "input.maxFilesPerBatch=1").start()) {
      Await.until(
          "a unit in the ledger",
          PATIENCE,
          () ->
              !names(root + "/hive/_ledger").stream()
                  .filter(n -> n.matches("\\d{4}-\\d\\d-\\d\\d"))
                  .toList()
                  .isEmpty());
      YARN.get().kill(YARN.get().named("killed").id());
      assertThat(running.await(PATIENCE).exitCode()).isNotZero();
    }
    submit("restarted").run(PATIENCE).expect(0);
    FlattenRun run = download();
    assertThat(FlattenRun.counted(FlattenRun.rows(run.hive())))
        .isEqualTo(FlattenRun.counted(ExpectedRows.of(local(), truth)));
    assertThat(FlattenRun.listing(run.cassandra())).isEqualTo(FlattenRun.csvFiles(run.hive()));
  }

  private SparkSubmit submit(String name, String... more) {
    String out = HDFS.get().uri(root);
    return SparkSubmit.of(ShadedJar.pathOfThisModule())
        .on(YARN.get())
        .conf("spark.app.name", name)
        .conf("spark.yarn.maxAppAttempts", "1")
        .args("flatten", "--set", "input.path=" + out + "/in")
        .args("--set", "output.hive=" + out + "/hive")
        .args("--set", "output.cassandra=" + out + "/cassandra")
        .args("--set", "checkpoint=" + out + "/checkpoint")
        .args(more);
  }

  private Path local() {
    return directory.resolve("data");
  }

  private InvoiceTruth upload(int count, double badShare, int files) throws Exception {
    InvoiceDataSet.write(
        new InvoiceOptions(count, 41, badShare, Shape.LINES, files, 0.0),
        OutputDirectory.create(local()),
        written -> {});
    FileUtil.copy(local().toFile(), fs, path(root + "/in"), false, HDFS.get().configuration());
    return InvoiceTruth.read(local());
  }

  private FlattenRun download() throws Exception {
    Path to = directory.resolve("downloaded-" + System.nanoTime());
    FlattenRun run = FlattenRun.in(to);
    for (String name : List.of("hive", "cassandra")) {
      FileUtil.copy(
          fs,
          path(root + "/" + name),
          to.resolve(name).toFile(),
          false,
          HDFS.get().configuration());
    }
    return run;
  }

  private List<String> names(String path) {
    try {
      return java.util.Arrays.stream(fs.listStatus(path(path)))
          .map(FileStatus::getPath)
          .map(org.apache.hadoop.fs.Path::getName)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
