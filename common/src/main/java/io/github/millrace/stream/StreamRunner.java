package io.github.millrace.stream;

import static java.util.stream.Collectors.joining;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.record.Reason;
import io.github.millrace.source.file.LocalName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;

/**
 * Runs a job's streams: each batch is published as one unit and printed in one line, which has the
 * stream's name where there are several. If one stream fails, or on SIGTERM, they end between two
 * batches. Until it is closed, the outputs are held, for what a job publishes at its end.
 */
public final class StreamRunner implements AutoCloseable {
  /** Before Spark's own hook, which would stop the session in the middle of a batch. */
  private static final int BEFORE_SPARK = 60;

  private static final Duration PATIENCE = Duration.ofSeconds(25);

  /** For the other streams' batches where one has failed, and nobody waits for the process. */
  private static final Duration LONG_PATIENCE = Duration.ofMinutes(10);

  private static final long POLL_MILLIS = 20;

  /** How often a stream without a batch is asked for what is due. */
  private static final long IDLE_SECONDS = 2;

  private static final String POOL = "spark.scheduler.pool";
  private static final int MOST_WARNINGS = 5;

  private final SparkSession session;
  private final Consumer<String> out;
  private final List<Running> running = new ArrayList<>();
  private final Runnable hook = this::stopBetweenBatches;
  private volatile boolean stopping;

  /** No batch is begun any more. */
  private volatile boolean ending;

  /**
   * Creates a runner.
   *
   * @param out takes the lines that the user reads
   */
  public StreamRunner(SparkSession session, Consumer<String> out) {
    this.session = session;
    this.out = out;
  }

  /**
   * Runs the streams to their end, or until the process is asked to stop.
   *
   * @throws JobException if a stream cannot be started
   */
  public RunResult run(List<StreamQuery> queries) throws IOException {
    ShutdownHookManager.get()
        .addShutdownHook(hook, BEFORE_SPARK, PATIENCE.plusSeconds(5).toSeconds(), TimeUnit.SECONDS);
    for (StreamQuery query : queries) {
      running.add(new Running(query));
    }
    for (Running stream : running) {
      stream.start();
    }
    Optional<JobException> failure = awaitAndAsk();
    if (failure.isPresent() && !isStopping()) {
      awaitBatches(LONG_PATIENCE);
      stopQueries();
    }
    Counts counts =
        running.stream().map(stream -> stream.metrics.total()).reduce(Counts.NONE, Counts::plus);
    return new RunResult(end(failure.isPresent()), counts, failure);
  }

  /** Awaits the streams' end, and lets those without a batch do meanwhile what is due. */
  private Optional<JobException> awaitAndAsk() {
    ScheduledExecutorService asking =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "millrace-between-batches");
              thread.setDaemon(true);
              return thread;
            });
    ScheduledFuture<?> asked =
        asking.scheduleWithFixedDelay(
            () -> running.forEach(Running::betweenBatches),
            IDLE_SECONDS,
            IDLE_SECONDS,
            TimeUnit.SECONDS);
    Optional<JobException> failure;
    try {
      failure = await();
    } finally {
      asked.cancel(false);
      asking.shutdown();
    }
    if (failure.isEmpty() && !isStopping()) {
      running.forEach(Running::atEnd);
    }
    Optional<JobException> between =
        running.stream().map(stream -> stream.failure).filter(Objects::nonNull).findFirst();
    return failure.isPresent() ? failure : between;
  }

  private RunEnd end(boolean failed) {
    if (failed) {
      return RunEnd.FAILED;
    }
    if (isStopping()) {
      return RunEnd.STOPPED;
    }
    return running.stream().noneMatch(stream -> stream.hadBatch)
        ? RunEnd.NOTHING_NEW
        : RunEnd.DRAINED;
  }

  private boolean isStopping() {
    return stopping || ShutdownHookManager.get().isShutdownInProgress();
  }

  /** The one who publishes a stream's units, for one more of them after a run. */
  public Publisher publisher(StreamQuery query) {
    return running.stream()
        .filter(stream -> stream.job.equals(query))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(query.job() + " has not run"))
        .publisher;
  }

  /**
   * Judges what a run has read that is complete, for a job to call when it has done what it does at
   * the end.
   *
   * @throws JobException with {@link ExitCode#BAD_INPUT} if too many records are bad
   */
  public void checkBadShare() {
    running.forEach(Running::checkBadShare);
  }

  private Optional<JobException> await() {
    try {
      while (running.stream().anyMatch(stream -> stream.query.isActive())) {
        session.streams().awaitAnyTermination();
        session.streams().resetTerminated();
      }
      for (Running stream : running) {
        stream.query.awaitTermination();
      }
      return Optional.empty();
    } catch (StreamingQueryException e) {
      JobException known = JobException.in(e);
      JobException failure =
          known != null ? known : new JobException(ExitCode.FAILED, message(e), e);
      return Optional.of(named(failure));
    }
  }

  /** The failure of one of several streams, with its name. */
  private JobException named(JobException failure) {
    return running.stream()
        .filter(stream -> running.size() > 1 && stream.query.exception().isDefined())
        .findFirst()
        .map(
            stream ->
                new JobException(
                    failure.exitCode(), stream.job.job() + ": " + failure.getMessage(), failure))
        .orElse(failure);
  }

  /** The cause behind all that Spark says, and where the stream stands. */
  private String message(Exception thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String checkpoints =
        running.stream().map(stream -> stream.job.checkpoint().path()).collect(joining(", "));
    return "%s (checkpoint: %s)"
        .formatted(root.getMessage() == null ? root : root.getMessage(), checkpoints);
  }

  private void stopBetweenBatches() {
    stopping = true;
    awaitBatches(PATIENCE);
    stopQueries();
    giveBack();
  }

  /** Lets no batch begin any more, and those that have begun come to their end. */
  private void awaitBatches(Duration patience) {
    ending = true;
    long deadline = System.nanoTime() + patience.toNanos();
    for (Running stream : running) {
      try {
        while ((stream.isInBatch() || stream.publishing.isLocked())
            && System.nanoTime() < deadline) {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void stopQueries() {
    for (Running stream : running) {
      try {
        stream.stop();
      } catch (TimeoutException e) {
        out.accept("stream " + stream.job.job() + " did not stop in order: " + e.getMessage());
      }
    }
  }

  /** Whoever starts next need not wait, then. */
  private void giveBack() {
    for (Running stream : running) {
      try {
        stream.close();
      } catch (IOException e) {
        out.accept("stream %s: %s".formatted(stream.job.job(), e.getMessage()));
      }
    }
  }

  /** Ends the streams, and gives their outputs back. */
  @Override
  public void close() {
    if (!isStopping()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
      stopQueries();
      giveBack();
    }
  }

  private Configuration hadoop() {
    return session.sparkContext().hadoopConfiguration();
  }

  /** One stream while it runs. */
  private final class Running implements VoidFunction2<Dataset<Row>, Long> {
    private final StreamQuery job;
    private final transient CountDownLatch never = new CountDownLatch(1);
    private transient Publisher publisher;
    private transient DailyUpkeep upkeep;
    private transient volatile StreamingQuery query;
    private transient volatile boolean waiting;
    private final transient StreamMetrics metrics;
    private final transient BadShare badShare;
    private final transient Map<String, Long> reasons = new TreeMap<>();
    private final transient Set<String> warnings = new LinkedHashSet<>();

    private transient volatile boolean hadBatch;

    /** Held by whoever publishes. */
    private final transient ReentrantLock publishing = new ReentrantLock();

    /** Of what was due between batches. */
    private transient volatile JobException failure;

    Running(StreamQuery job) {
      this.job = job;
      this.metrics = new StreamMetrics(job.job(), job.work().gauges());
      this.badShare = new BadShare(job.config().maxBadShare());
    }

    void start() throws IOException {
      publisher = Publisher.open(job.output(), Role.STREAM, job.steps(), hadoop());
      publisher.reportRecovered(out);
      job.checkpoint().contractChanges().forEach(out);
      job.checkpoint().claim(publisher);
      upkeep = new DailyUpkeep(job.output(), hadoop(), out);
      upkeep.begin();
      job.beforeStart().run(publisher, out);
      metrics.register(SparkEnv.get().metricsSystem());
      // Its thread takes it over: of several streams, none waits for the tasks of another's batch.
      session.sparkContext().setLocalProperty(POOL, running.size() > 1 ? job.job() : null);
      try {
        query =
            job.rows()
                .writeStream()
                .queryName(job.job())
                .option("checkpointLocation", job.checkpoint().path())
                .trigger(job.config().trigger().toSpark())
                .foreachBatch(this)
                .start();
      } catch (TimeoutException e) {
        throw new JobException(ExitCode.FAILED, "stream " + job.job() + " did not start", e);
      } finally {
        session.sparkContext().setLocalProperty(POOL, null);
      }
    }

    void stop() throws TimeoutException {
      if (query != null) {
        query.stop();
      }
    }

    void close() throws IOException {
      metrics.deregister();
      // A process that is asked to stop does not wait for it; whatever cuts it off does no harm.
      if (upkeep != null && !isStopping()) {
        upkeep.close();
      }
      if (publisher != null) {
        publisher.close();
      }
    }

    /** Whether a batch is being worked on; one that is held at its beginning is not. */
    boolean isInBatch() {
      return query != null && query.isActive() && !waiting && query.status().isTriggerActive();
    }

    /** Does what is due without a batch, unless there is one; a failure ends all streams. */
    void betweenBatches() {
      if (publishing.tryLock()) {
        doWhatIsDue();
      }
    }

    /** The same when there will be no batch any more. */
    void atEnd() {
      publishing.lock();
      doWhatIsDue();
    }

    private void doWhatIsDue() {
      try {
        if (ending || failure != null) {
          return;
        }
        job.work().betweenBatches(publisher, line -> out.accept(prefix() + line));
      } catch (IOException | RuntimeException e) {
        JobException known = JobException.in(e);
        failure = known != null ? known : new JobException(ExitCode.FAILED, message(e), e);
        ending = true;
      } finally {
        publishing.unlock();
      }
      if (failure != null) {
        awaitBatches(LONG_PATIENCE);
        stopQueries();
      }
    }

    @Override
    public void call(Dataset<Row> rows, Long batch) throws IOException, InterruptedException {
      if (ending) {
        waiting = true;
        never.await();
      }
      publishing.lock();
      try {
        publish(rows, batch);
      } finally {
        publishing.unlock();
      }
    }

    private void publish(Dataset<Row> rows, long batch) throws IOException {
      hadBatch = true;
      long began = System.nanoTime();
      if (publisher.ledger().committed(job.checkpoint().unit(batch)).isPresent()) {
        if (job.config().deduplicate()) {
          // Spark has not kept yet what the batch adds to the state.
          rows.write().format("noop").mode("overwrite").save();
        }
        out.accept(prefix() + "batch " + batch + ": published by an earlier run");
        return;
      }
      BatchWork work = job.work();
      LedgerEntry entry =
          publisher.publish(
              work.rows(rows, batch), job.unit(batch), unit -> work.complete(unit, batch));
      long took = System.nanoTime() - began;
      double rate = metrics.ended(entry.counts(), took);
      out.accept(prefix() + line(entry, took) + work.summary(entry, rate));
      upkeep.begin();
      for (String warning : work.warnings(entry)) {
        out.accept("warning: " + prefix() + warning);
        if (warnings.size() < MOST_WARNINGS) {
          warnings.add(warning);
        }
      }
      if (!isReplayed(entry)) {
        badShare.add(withoutChanged(entry));
        entry.reasons().forEach((reason, records) -> reasons.merge(reason, records, Long::sum));
        reasons.remove(Reason.LATE.toString());
        reasons.remove(Reason.CHANGED.toString());
        badShare.fault().ifPresent(this::tooMuchIsBad);
      }
    }

    /** Of the lines of one of several streams. */
    private String prefix() {
      return running.size() > 1 ? job.job() + ": " : "";
    }

    /** That a file has changed says nothing of what is in it. */
    private static Counts withoutChanged(LedgerEntry entry) {
      long changed = changed(entry);
      return entry.counts().plus(new Counts(-changed, 0, -changed, 0, 0));
    }

    /** Its records were judged when they were new. */
    private boolean isReplayed(LedgerEntry entry) throws IOException {
      String replayed = LocalName.place(job.output().replayed()) + "/";
      return entry.sources().stream().anyMatch(source -> source.file().startsWith(replayed));
    }

    /** Judges what a run has read that has come to its end. */
    void checkBadShare() {
      badShare.faultAtEnd().ifPresent(this::tooMuchIsBad);
    }

    private void tooMuchIsBad(String fault) {
      StringBuilder message = new StringBuilder(fault);
      message.append("; every batch is published, the bad records are in ");
      message.append(job.output().quarantine());
      message.append(", by their first reason: ");
      message.append(
          reasons.entrySet().stream()
              .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
              .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey()))
              .collect(joining(", ")));
      warnings.forEach(warning -> message.append('\n').append(warning));
      throw new JobException(ExitCode.BAD_INPUT, message.toString());
    }
  }

  private static long changed(LedgerEntry entry) {
    return entry.quarantinedFor(Reason.CHANGED.toString());
  }

  private static String line(LedgerEntry entry, long nanos) {
    Counts counts = entry.counts();
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "batch %d: %,d read, %,d written (%,d rows), %,d quarantined",
                entry.batch(),
                counts.read(),
                counts.written(),
                entry.rows(),
                counts.quarantined()));
    if (counts.late() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d late", counts.late()));
    }
    if (counts.deduplicated() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d deduplicated", counts.deduplicated()));
    }
    if (counts.reread() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d reread", counts.reread()));
    }
    if (changed(entry) > 0) {
      line.append(String.format(Locale.ROOT, " (%,d changed files)", changed(entry)));
    }
    if (entry.repeatedHeaders() > 0) {
      line.append(
          String.format(
              Locale.ROOT, ", %,d repeated headers passed over", entry.repeatedHeaders()));
    }
    if (counts.gaps() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d gaps", counts.gaps()));
    }
    return line.append(String.format(Locale.ROOT, "; %.1f s", nanos / 1e9)).toString();
  }
}
