package io.github.millrace.stream;

import static io.github.millrace.stream.Readings.reading;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.testkit.Await;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class LeaseTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path dir;

  @Test
  void whatIsGivenBackCanBeTaken() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Lease lease = take()) {
        assertThat(local(lease.fence())).exists();
      }
      assertThat(dir.resolve("_lease")).isEmptyDirectory();
    }
  }

  @Test
  void whatIsHeldIsRefusedAndItsHolderNamed() throws IOException {
    try (Lease lease = take()) {
      assertThatThrownBy(this::take)
          .isInstanceOfSatisfying(
              JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
          .hasMessageStartingWith(
              "checkpoint %s is in use by process %d on "
                  .formatted(dir, ProcessHandle.current().pid()))
          .hasMessageEndingWith("; stop that run first, or give this one a checkpoint of its own");
      assertThat(local(lease.fence())).exists();
    }
  }

  @Test
  void aHolderThatIsDeadIsReplaced() throws IOException {
    Path dead = Files.createDirectory(dir.resolve("_lease")).resolve("7");
    Files.writeString(dead, "process 1 on some host");

    try (Lease lease = take()) {
      assertThat(local(lease.fence())).exists().hasFileName("8");
      assertThat(dead).doesNotExist();
    }
  }

  /** A holder that was suspended, say, while another has taken its place. */
  @Test
  void whoHasLostItPublishesNothing(SparkSession spark) throws Exception {
    Readings job = new Readings(spark, dir);
    job.trigger = StreamTrigger.parse("50 milliseconds");
    SparkSession session = job.session();
    StreamQuery query = job.query(session);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(() -> new StreamRunner(session, job.told::add).run(List.of(query)));
      Await.until("the lease", PATIENCE, () -> Files.exists(job.checkpoint.resolve("_lease/0")));
      Await.until("the stream", PATIENCE, () -> session.streams().active().length == 1);
      Files.delete(job.checkpoint.resolve("_lease/0"));
      job.drop("a", reading(1));

      assertThatThrownBy(() -> run.get(PATIENCE.toMinutes(), MINUTES))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
          .hasMessageContaining("another instance has taken its checkpoint over");
    } finally {
      thread.shutdownNow();
    }
    assertThat(job.written()).isEmpty();
    assertThat(job.committed()).isEmpty();

    job.trigger = StreamTrigger.ALL_AVAILABLE;
    job.run();
    assertThat(job.written()).containsExactly(reading(1));
  }

  private Lease take() throws IOException {
    return Lease.take(dir.toString(), new Configuration());
  }

  private static Path local(String path) {
    return Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath());
  }
}
