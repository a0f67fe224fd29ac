package io.github.millrace.stream;

import static io.github.millrace.stream.Readings.reading;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.MetricRegistry;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Unit;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.source.file.Shape;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SparkExtension.class)
class StreamRunnerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path dir;
  private SparkSession shared;
  private Readings job;
  private ExecutorService thread;

  @BeforeEach
  void setUp(SparkSession spark) throws IOException {
    shared = spark;
    job = new Readings(spark, dir);
    thread = Executors.newSingleThreadExecutor();
  }

  @AfterEach
  void tearDown() {
    thread.shutdownNow();
  }

  // --- A run to the end

  @Test
  void aRunTakesWhatIsThereAndTheNextFindsNothingNew() throws IOException {
    job.drop("a", reading(1), "{\"Id\":\"x\"}", reading(2)).drop("b", reading(3));

    List<String> told = job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.quarantined())
        .singleElement()
        .satisfies(
            bad -> {
              assertThat(bad.get("raw").asText()).isEqualTo("{\"Id\":\"x\"}");
              assertThat(bad.get("source").get("file").asText())
                  .isEqualTo("file:" + job.in.resolve("a"));
              assertThat(bad.get("source").get("offset").asInt())
                  .isEqualTo(reading(1).length() + 1);
            });
    assertThat(job.counts()).isEqualTo(new Counts(4, 3, 1, 0, 0));
    assertThat(told)
        .singleElement()
        .asString()
        .matches("batch 0: 4 read, 3 written \\(3 rows\\), 1 quarantined; \\d+\\.\\d s");
    Map<String, String> before = job.everything();

    assertThat(job.run()).isEmpty();
    assertThat(job.counts()).isEqualTo(Counts.NONE);
    assertThat(job.end()).isEqualTo(RunEnd.NOTHING_NEW);
    assertThat(job.everything()).isEqualTo(before);
  }

  @Test
  void theEntrySaysWhatWasReadAndWritten() throws IOException {
    job.drop("a", reading(1), "", "{\"Id\":1", "{\"Id\":2,\"z\":0,\"y\":0}").drop("b");

    job.run();

    LedgerEntry entry = job.committed().get(0);
    assertThat(entry.job()).isEqualTo("readings");
    assertThat(entry.unit()).isEqualTo(job.check().id() + "-00000000");
    assertThat(entry.batch()).isZero();
    assertThat(entry.counts()).isEqualTo(new Counts(5, 2, 3, 0, 0));
    assertThat(entry.rows()).isEqualTo(2);
    assertThat(entry.unknownFields()).isEqualTo(2);
    assertThat(entry.reasons())
        .containsOnly(
            Map.entry("blank", 1L), Map.entry("truncated", 1L), Map.entry("empty-file", 1L));
    assertThat(entry.sources())
        .containsExactly(
            new LedgerEntry.Source("file:" + job.in.resolve("a"), 4, 2),
            new LedgerEntry.Source("file:" + job.in.resolve("b"), 1, 1));
    assertThat(job.prepared()).isEmpty();
    assertThat(job.everything()).doesNotContainKey("_staging");
  }

  @Test
  void batchesAreLimited() throws IOException {
    job.maxFilesPerBatch = 2;
    for (int i = 0; i < 5; i++) {
      job.drop("f" + i, reading(i));
    }

    List<String> told = job.run();

    assertThat(told).hasSize(3);
    assertThat(told.get(2)).startsWith("batch 2: 1 read, 1 written (1 rows), 0 quarantined; ");
    assertThat(job.committed())
        .extracting(entry -> entry.counts().read())
        .containsExactly(2L, 2L, 1L);
    assertThat(job.written()).hasSize(5);
    assertThat(job.counts()).isEqualTo(new Counts(5, 5, 0, 0, 0));
  }

  @Test
  void numbersAreGrouped() throws IOException {
    job.drop("a", IntStream.range(0, 1_234).mapToObj(Readings::reading).toArray(String[]::new));

    assertThat(job.run())
        .singleElement()
        .asString()
        .startsWith("batch 0: 1,234 read, 1,234 written");
  }

  @Test
  void anEmptyInputIsNoBatch() throws IOException {
    assertThat(job.run()).isEmpty();
    assertThat(job.committed()).isEmpty();
  }

  // --- Metrics

  @Test
  void whatBecameOfTheRecordsIsThereAsGaugesUntilTheRunIsClosed() throws Exception {
    job.name = "a-program of.readings";
    job.maxFilesPerBatch = 1;
    job.work =
        new BatchWork() {
          @Override
          public Map<String, Supplier<Number>> gauges() {
            return Map.of("told", job.told::size);
          }
        };
    job.drop("a", reading(1), "bad").drop("b", reading(2), reading(3));
    long began = System.currentTimeMillis();
    SparkSession session = job.session();

    try (StreamRunner runner = new StreamRunner(session, job.told::add)) {
      runner.run(List.of(job.query(session))).orThrow();

      Map<String, Double> gauges = gauges();
      assertThat(gauges)
          .containsEntry("readTotal", 4.0)
          .containsEntry("writtenTotal", 3.0)
          .containsEntry("quarantinedTotal", 1.0)
          .containsEntry("lateTotal", 0.0)
          .containsEntry("deduplicatedTotal", 0.0)
          .containsEntry("rereadTotal", 0.0)
          .containsEntry("gapsTotal", 0.0)
          .containsEntry("told", 2.0)
          .hasSize(11);
      // The last batch has read two.
      assertThat(gauges.get("batchSeconds")).isPositive();
      assertThat(gauges.get("inputRate") * gauges.get("batchSeconds")).isCloseTo(2, within(1e-6));
      assertThat(gauges.get("batchEndSeconds") * 1_000)
          .isBetween((double) began, System.currentTimeMillis() + 1.0);
    }
    assertThat(gauges()).isEmpty();

    job.drop("c", reading(4));
    try (StreamRunner runner = new StreamRunner(session, job.told::add)) {
      runner.run(List.of(job.query(session))).orThrow();
      assertThat(gauges()).as("of this run alone").containsEntry("readTotal", 1.0);
    }
  }

  @Test
  void aRunThatFailsLeavesNoGauges() throws Exception {
    job.name = "of readings";
    job.transform = rows -> rows.withColumn("first", expr("raise_error('the disk is full')"));
    job.drop("a", reading(1));

    assertThatThrownBy(job::run).isInstanceOf(JobException.class);

    assertThat(gauges()).isEmpty();
  }

  /** Of the metrics system itself, from which its sinks take them. */
  private static Map<String, Double> gauges() throws ReflectiveOperationException {
    MetricsSystem system = SparkEnv.get().metricsSystem();
    Field registry = MetricsSystem.class.getDeclaredField("registry");
    registry.setAccessible(true);
    Map<String, Double> gauges = new TreeMap<>();
    ((MetricRegistry) registry.get(system))
        .getGauges()
        .forEach(
            (name, gauge) -> {
              String[] parts = name.split("\\.millrace\\.(of_)?readings\\.", 2);
              if (parts.length == 2) {
                gauges.put(parts[1], ((Number) gauge.getValue()).doubleValue());
              }
            });
    return gauges;
  }

  // --- A run that goes on

  @Test
  void aRunByIntervalTakesFilesAsTheyArrive() throws Exception {
    job.trigger = StreamTrigger.parse("50 milliseconds");
    SparkSession session = job.session();
    StreamQuery query = job.query(session);
    Future<RunResult> run =
        thread.submit(() -> Readings.run(session, job.told::add, List.of(query)));

    job.drop("a", reading(1));
    Await.until("the first batch", PATIENCE, () -> job.committed().size() == 1);
    assertThat(run).isNotDone();
    job.drop("b", reading(2), reading(3));
    Await.until("the second batch", PATIENCE, () -> job.committed().size() == 2);
    for (StreamingQuery active : session.streams().active()) {
      active.stop();
    }

    assertThat(run.get(PATIENCE.toSeconds(), SECONDS).counts().written()).isEqualTo(3);
    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
  }

  // --- A run after one that was cut off

  /** Killed between the ledger's commit and Spark's. */
  @Test
  void aBatchThatIsPublishedIsNotPublishedAgain() throws IOException {
    job.maxFilesPerBatch = 1;
    job.drop("a", reading(1), "bad").drop("b", reading(2), "bad");
    job.run();
    Map<String, String> before = job.everything();
    job.forgetLastCommit();

    List<String> told = job.run();

    assertThat(told).containsExactly("batch 1: published by an earlier run");
    assertThat(job.everything()).isEqualTo(before);
    assertThat(job.counts()).isEqualTo(Counts.NONE);
    assertThat(job.run()).isEmpty();
  }

  /** Killed between the first rename and the ledger's commit. */
  @Test
  void aBatchThatIsHalfPublishedIsCompleted() throws IOException {
    job.drop("a", reading(1), "bad");
    job.run();
    Map<String, String> before = job.everything();
    job.forgetLastCommit();
    halfUndo(job.committed().get(0), 1);
    assertThat(job.committed()).isEmpty();
    assertThat(job.prepared()).hasSize(1);
    job.drop("b", reading(2));

    List<String> told = job.run();

    String unit = job.check().id() + "-00000000";
    assertThat(told.subList(0, 2))
        .containsExactly(
            "unit " + unit + ": completed, an earlier run had been cut off",
            "batch 0: published by an earlier run");
    assertThat(told.get(2)).startsWith("batch 1: 1 read");
    assertThat(job.prepared()).isEmpty();
    assertThat(job.everything()).containsAllEntriesOf(before).doesNotContainKey("_staging");
    assertThat(job.written()).containsExactly(reading(1), reading(2));
  }

  /** Killed while tasks were writing: what they left is not in the way. */
  @Test
  void aBatchThatIsHalfWrittenIsWrittenAgain() throws IOException {
    job.transform = rows -> rows.withColumn("first", expr("raise_error('the disk is full')"));
    job.drop("a", reading(1));
    assertThatThrownBy(job::run).isInstanceOf(JobException.class);
    Path staging = job.out.resolve("_staging/" + job.check().id() + "-00000000/0-0");
    Files.createDirectories(staging);
    Files.writeString(staging.resolve("left.json"), "left");
    job.transform = rows -> rows;

    job.run();

    assertThat(job.written()).containsExactly(reading(1));
    assertThat(job.everything()).doesNotContainKey("_staging");
  }

  // --- A run that fails

  @Test
  void tooManyBadRecordsEndTheRunAndTheNextGoesOn() throws IOException {
    job.maxFilesPerBatch = 1;
    job.maxBadShare = 0.25;
    job.drop("a", reading(1), reading(2), reading(3), "bad")
        .drop("b", reading(4), "{}", "bad")
        .drop("c", reading(5));

    assertThatThrownBy(job::run)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT))
        .hasMessage(
            "3 of 8 records (37.50 %) break the contract, maxBadShare allows 25.00 %; every batch is"
                + " published, the bad records are in file:"
                + job.out
                + "/_quarantine, by their first reason: 2 malformed, 1 required");
    assertThat(job.written()).hasSize(5);
    assertThat(job.quarantined()).hasSize(3);

    assertThat(job.run()).isEmpty();
    job.drop("d", reading(6));
    assertThat(job.run()).singleElement().asString().startsWith("batch 3: 1 read, 1 written");
    assertThat(job.quarantined()).hasSize(3);
  }

  @Test
  void tooManyBadRecordsAmongTheLastEndTheRunAtOnce() throws IOException {
    job.maxFilesPerBatch = 1;
    job.maxBadShare = 0.5;
    job.drop("a", Collections.nCopies(10_000, "bad").toArray(String[]::new)).drop("b", reading(1));

    assertThatThrownBy(job::run)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT))
        .hasMessageStartingWith("10,000 of the last 10,000 records (100.00 %) break the contract");
    assertThat(job.written()).isEmpty();

    List<String> told = job.run();
    assertThat(told.get(0)).isEqualTo("batch 0: published by an earlier run");
    assertThat(told.get(1)).startsWith("batch 1: 1 read, 1 written");
  }

  @Test
  void aRunWithoutAGoodRecordEndsAsBadInputUnlessTheUserAllowsIt() throws IOException {
    job.maxBadShare = null;
    job.drop("a", "{", "  \"Id\": 1", "}");

    assertThatThrownBy(job::run)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT))
        .hasMessage(
            "all 3 records that were read break the contract; every batch is published, the bad"
                + " records are in file:"
                + job.out
                + "/_quarantine, by their first reason: 1 malformed, 1 truncated, 1 type\nfile:"
                + job.in.resolve("a")
                + ": 3 of 3 records are bad, and it looks like shape document, not lines; start"
                + " 'replay --set input.shape=document' to read it again so");
    assertThat(job.told.get(1)).startsWith("warning: file:" + job.in.resolve("a"));

    job.drop("b", "bad", reading(1));
    job.run();
    job.maxBadShare = 1.0;
    job.drop("c", "bad");
    job.run();
    assertThat(job.quarantined()).hasSize(5);
  }

  @Test
  void replayedRecordsDoNotCountAsBad() throws IOException {
    job.drop("a", "bad", "bad");
    job.run();
    job.maxBadShare = 0.0;
    job.replay = true;
    job.drop("b", reading(1));

    List<String> told = job.run();

    assertThat(told.get(0)).isEqualTo("2 quarantined records are read again");
    assertThat(told).as("never in one batch with new ones").hasSize(3);
    assertThat(job.quarantined()).hasSize(2);
  }

  @Test
  void anyOtherFailureIsToldByItsRootAndMayBeRetried() throws IOException {
    job.transform = rows -> rows.withColumn("first", expr("raise_error('the disk is full')"));
    job.drop("a", reading(1));

    assertThatThrownBy(job::run)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageContaining("the disk is full");
    assertThat(job.written()).isEmpty();
    assertThat(job.committed()).isEmpty();

    job.transform = rows -> rows;
    job.run();
    assertThat(job.written()).containsExactly(reading(1));
  }

  /** Of each record read the sink must learn what became of it. */
  @Test
  void aRecordThatTheTransformLosesFailsTheRun() throws IOException {
    job.transform = rows -> rows.filter("good.Id IS NULL OR good.Id != 2");
    job.drop("a", reading(1), reading(2));

    assertThatThrownBy(job::run)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("does not balance")
        .hasMessageContaining("read=2, written=1");
    assertThat(job.written()).isEmpty();
  }

  @Test
  void aStreamThatFailsStopsTheOthers() throws Exception {
    SparkSession session = job.session();
    job.trigger = StreamTrigger.parse("50 milliseconds");
    Readings other = new Readings(shared, Files.createDirectory(dir.resolve("other")));
    other.name = "others";
    other.trigger = job.trigger;
    other.maxBadShare = 0.0;
    List<StreamQuery> queries = List.of(job.query(session), other.query(session));
    Future<?> run = thread.submit(() -> Readings.run(session, job.told::add, queries));
    job.drop("a", reading(1));
    Await.until("a batch of the good stream", PATIENCE, () -> job.committed().size() == 1);
    assertThat(session.streams().active()).hasSize(2);

    other.drop("b", Collections.nCopies(10_000, "bad").toArray(String[]::new));

    assertThat(CompletableFuture.supplyAsync(() -> failure(run)).get(PATIENCE.toSeconds(), SECONDS))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT))
        .hasMessageStartingWith("others: ");
    assertThat(session.streams().active()).isEmpty();
    assertThat(job.written()).containsExactly(reading(1));
    assertThat(other.quarantined()).hasSize(10_000);
  }

  @Test
  void whereAStreamFailsTheBatchOfAnotherComesToItsEnd() throws Exception {
    SparkSession session = job.session();
    CountDownLatch inBatch = new CountDownLatch(1);
    job.work =
        new BatchWork() {
          @Override
          public void complete(Unit unit, long number) {
            inBatch.countDown();
            Await.until(
                "the other stream has failed",
                PATIENCE,
                () -> session.streams().active().length == 1);
          }
        };
    Readings other = new Readings(shared, Files.createDirectory(dir.resolve("other")));
    other.name = "others";
    other.work =
        new BatchWork() {
          @Override
          public Dataset<Row> rows(Dataset<Row> batch, long number) throws IOException {
            try {
              inBatch.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            throw new IOException("a fault of its own");
          }
        };
    job.drop("a", reading(1));
    other.drop("b", reading(2));
    List<StreamQuery> queries = List.of(job.query(session), other.query(session));

    assertThatThrownBy(() -> Readings.run(session, job.told::add, queries))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageStartingWith("others: a fault of its own");

    assertThat(job.written()).containsExactly(reading(1));
    assertThat(job.told).singleElement().asString().startsWith("readings: batch 0: 1 read");
  }

  @Test
  void whatIsDueWithoutABatchIsDoneAtTheEndAndMeanwhile() throws Exception {
    Queue<String> done = new ConcurrentLinkedQueue<>();
    job.work =
        new BatchWork() {
          @Override
          public void betweenBatches(Publisher publisher, Consumer<String> out) {
            done.add(publisher.lease().id());
            out.accept("done what is due");
          }
        };
    job.drop("a", reading(1));
    job.run();
    assertThat(job.told).last().isEqualTo("done what is due");
    assertThat(done).isNotEmpty();
    done.clear();

    job.trigger = StreamTrigger.parse("1 hour");
    SparkSession session = job.session();
    List<StreamQuery> queries = List.of(job.query(session));
    Future<RunResult> run = thread.submit(() -> Readings.run(session, job.told::add, queries));
    Await.until("it was asked twice", PATIENCE, () -> done.size() > 1);
    for (StreamingQuery active : session.streams().active()) {
      active.stop();
    }
    run.get(PATIENCE.toSeconds(), SECONDS);
  }

  @Test
  void aFailureOfWhatIsDueEndsTheRun() throws IOException {
    job.work =
        new BatchWork() {
          @Override
          public void betweenBatches(Publisher publisher, Consumer<String> out) throws IOException {
            throw new IOException("the clock has stopped");
          }
        };
    job.drop("a", reading(1));

    assertThatThrownBy(() -> job.run())
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageContaining("the clock has stopped");
    assertThat(job.written()).containsExactly(reading(1));
  }

  @Test
  void twoStreamsRunToTheirEnds() throws IOException {
    SparkSession session = job.session();
    Readings other = new Readings(shared, Files.createDirectory(dir.resolve("other")));
    other.name = "others";
    job.drop("a", reading(1));
    other.maxFilesPerBatch = 1;
    other.drop("b", reading(2)).drop("c", reading(3));

    RunResult result =
        Readings.run(session, job.told::add, List.of(job.query(session), other.query(session)));

    assertThat(result.end()).isEqualTo(RunEnd.DRAINED);
    assertThat(result.counts()).isEqualTo(new Counts(3, 3, 0, 0, 0));
    assertThat(job.told)
        .hasSize(3)
        .filteredOn(line -> line.startsWith("others: batch "))
        .hasSize(2);
    assertThat(other.written()).containsExactly(reading(2), reading(3));
  }

  // --- Two who begin at once

  /** On one fresh output, each with a checkpoint of its own. */
  @Test
  void ofTwoFirstStartsOneReadsTheInput() throws Exception {
    job.drop("a", reading(1), reading(2));
    SparkSession one = job.session();
    StreamQuery first = job.query(one);
    job.checkpoint = dir.resolve("other");
    SparkSession two = job.session();
    StreamQuery second = job.query(two);

    List<Future<RunResult>> runs =
        List.of(
            thread.submit(() -> Readings.run(one, job.told::add, List.of(first))),
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return Readings.run(two, job.told::add, List.of(second));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                }));
    List<Throwable> failures = new ArrayList<>();
    for (Future<?> run : runs) {
      failures.add(failure(run));
    }

    assertThat(failures).filteredOn(Objects::isNull).hasSize(1);
    assertThat(failures)
        .filteredOn(Objects::nonNull)
        .allSatisfy(
            thrown -> assertThat(JobException.in(thrown).exitCode()).isEqualTo(ExitCode.INTEGRITY));
    assertThat(job.written()).containsExactly(reading(1), reading(2));
  }

  // --- Duplicates

  @Test
  void duplicatesAreDroppedWithinABatchAcrossBatchesAndAcrossRuns() throws IOException {
    job.deduplicate = true;
    job.maxFilesPerBatch = 1;
    job.drop("a", reading(1), reading(1), "bad", "bad").drop("b", reading(1), reading(2), "bad");

    List<String> told = job.run();
    assertThat(told.get(0)).contains("4 read, 1 written (1 rows), 2 quarantined, 1 deduplicated; ");
    assertThat(told.get(1)).contains("3 read, 1 written (1 rows), 1 quarantined, 1 deduplicated; ");
    job.drop("c", reading(2), reading(3), "bad");
    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.quarantined()).hasSize(4);
    assertThat(job.total()).isEqualTo(new Counts(10, 3, 4, 0, 3));
  }

  @Test
  void aBatchWithDuplicatesThatIsDoneAgainChangesNothing() throws IOException {
    job.deduplicate = true;
    job.drop("a", reading(1), reading(1), "bad");
    job.run();
    Map<String, String> before = job.everything();
    job.forgetLastCommit();

    assertThat(job.run()).containsExactly("batch 0: published by an earlier run");
    assertThat(job.everything()).isEqualTo(before);

    job.drop("b", reading(1), reading(2));
    job.run();
    assertThat(job.written()).containsExactly(reading(1), reading(2));
  }

  @Test
  void whatHasNoKeyStaysOutOfTheState() throws IOException {
    job.deduplicate = true;
    job.maxFilesPerBatch = 1;
    job.drop("a", reading(1), reading(1), "bad", "bad").drop("b", reading(1), reading(2), "bad");

    job.run();

    assertThat(state()).containsExactlyInAnyOrder("[[1],null]", "[[2],null]");
  }

  /** The keys in the state. */
  private List<String> state() {
    Dataset<Row> rows = shared.read().format("statestore").load(job.checkpoint.toString());
    return rows.select("key.*").collectAsList().stream().map(Row::toString).toList();
  }

  /** Though rows with a key and those without go two ways. */
  @Test
  void eachFileIsReadOnceByOneSource() throws Exception {
    job.deduplicate = true;
    job.drop("a", reading(1), reading(1), "bad");
    SparkSession session = job.session();
    Queue<StreamingQueryProgress> progress = new ConcurrentLinkedQueue<>();
    StreamingQueryListener listener =
        new StreamingQueryListener() {
          @Override
          public void onQueryStarted(QueryStartedEvent event) {}

          @Override
          public void onQueryProgress(QueryProgressEvent event) {
            progress.add(event.progress());
          }

          @Override
          public void onQueryTerminated(QueryTerminatedEvent event) {}
        };
    session.streams().addListener(listener);
    try {
      Readings.run(session, job.told::add, List.of(job.query(session)));
      Await.until("the progress", PATIENCE, () -> !progress.isEmpty());
    } finally {
      session.streams().removeListener(listener);
    }

    assertThat(progress.element().sources()).hasSize(1);
    // The three, and the tally.
    assertThat(progress.element().numInputRows()).isEqualTo(4);
    assertThat(progress.element().stateOperators()).hasSize(1);
  }

  /** How far an earlier version has come with its last batch. */
  private enum Left {
    DONE,
    PUBLISHED,
    BEGUN
  }

  /** In which all rows went into the state. */
  @ParameterizedTest
  @EnumSource
  void aCheckpointOfAnEarlierVersionGoesOn(Left left) throws IOException {
    job.deduplicate = true;
    job.deduplication = StreamRunnerTest::asEarlier;
    job.drop("a", reading(1), reading(1), "bad");
    job.run();
    job.drop("b", reading(1), reading(2), "bad");
    if (left == Left.BEGUN) {
      job.transform = rows -> rows.withColumn(SinkColumns.FIRST, raise_error(lit("cut off")));
      assertThatThrownBy(job::run).hasMessageContaining("cut off");
      job.transform = UnaryOperator.identity();
    } else {
      job.run();
      // Two tallies and two bad ones beside two readings.
      assertThat(state()).hasSize(6);
    }
    if (left == Left.PUBLISHED) {
      job.forgetLastCommit();
    }
    job.deduplication = Deduplication::firstOfEachKey;

    job.run();
    job.drop("c", reading(1), reading(2), reading(3), "bad");
    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.total()).isEqualTo(new Counts(10, 3, 3, 0, 4));
    assertThat(state()).contains("[[1],null]", "[[2],null]", "[[3],null]");
  }

  private static Dataset<Row> asEarlier(Dataset<Row> judged, List<String> key) {
    Column hasKey = col("record." + key.get(0)).isNotNull();
    return judged
        .withColumn("key", when(hasKey, struct(col("record." + key.get(0)))))
        .withColumn("noKey", when(not(hasKey), expr("uuid()")))
        .dropDuplicates("key", "noKey")
        .drop("key", "noKey");
  }

  @Test
  void aRecordThatIsLostIsNoDuplicate() throws IOException {
    job.deduplicate = true;
    job.transform = rows -> rows.where("good is null or good.Id <> 2");
    job.drop("a", reading(1), reading(1), reading(2));

    assertThatThrownBy(job::run)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("does not balance");
    assertThat(job.written()).isEmpty();
  }

  @Test
  void stateIsKeptByTheSettingsThatStreamsAreGiven() throws IOException {
    job.deduplicate = true;
    job.drop("a", reading(1), reading(1));
    SparkSession session = job.session();
    SparkSettings.ofState().preferred().forEach(session.conf()::set);

    Counts counts = Readings.run(session, job.told::add, List.of(job.query(session))).counts();

    assertThat(counts).isEqualTo(new Counts(2, 1, 0, 0, 1));
    assertThat(job.checkpoint.resolve("state/0")).isDirectoryContaining("glob:**/7");
  }

  // --- Shapes and odd files

  @Test
  void filesAtFaultAreQuarantinedBesideTheRest() throws IOException {
    job.shape = Shape.ARRAY;
    job.maxRecordBytes = 100;
    job.drop("a", "[" + reading(1) + ",", reading(2) + "]")
        .drop(
            "b",
            "["
                + reading(3)
                + ",{\"Id\":4,\"Source\":\""
                + "x".repeat(100)
                + "\"},"
                + reading(5)
                + "]")
        .drop("c", new byte[0])
        .drop("d.gz", new byte[] {31, (byte) 139, 8})
        .drop("e", "[" + reading(6));

    job.run();

    assertThat(job.written())
        .containsExactly(reading(1), reading(2), reading(3), reading(5), reading(6));
    assertThat(job.committed().get(0).reasons())
        .containsOnly(
            Map.entry("too-large", 1L),
            Map.entry("empty-file", 1L),
            Map.entry("unreadable", 1L),
            Map.entry("truncated", 1L));
    assertThat(job.counts()).isEqualTo(new Counts(9, 5, 4, 0, 0));
  }

  @Test
  void aByteOrderMarkIsNoFault() throws IOException {
    job.drop("a", "\uFEFF" + reading(1), reading(2));

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
  }

  private static Throwable failure(Future<?> run) {
    try {
      run.get();
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e;
    } catch (java.util.concurrent.ExecutionException e) {
      return e.getCause();
    }
  }

  /** As a process leaves it that was killed after so many of the unit's renames. */
  private void halfUndo(LedgerEntry entry, int done) throws IOException {
    for (LedgerEntry.Move move : entry.moves().subList(done, entry.moves().size())) {
      Path staged = local(move.from());
      Files.createDirectories(staged.getParent());
      Files.move(local(move.to()), staged);
    }
    Path ledger = job.out.resolve("_ledger");
    Files.move(
        ledger.resolve(Entries.today(entry.unit())),
        ledger.resolve("prepared/" + entry.unit() + ".json"));
  }

  private static Path local(String path) {
    return Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath());
  }
}
