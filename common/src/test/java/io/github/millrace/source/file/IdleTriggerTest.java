package io.github.millrace.source.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.stream.Readings;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.junit.jupiter.api.Test;

/**
 * What a trigger asks of HDFS where nothing is new. {@code -Dmillrace.files=1000000} has as many
 * files, a thousand to a directory, and tells how long it takes.
 */
class IdleTriggerTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, "counted", Hdfs::start);

  private static final int FILES = Integer.getInteger("millrace.files", 400);
  private static final int IN_A_DIRECTORY = FILES > 1_000 ? 1_000 : 20;
  private static final int DIRECTORIES = FILES / IN_A_DIRECTORY;

  private long now = 1;

  @Test
  void nothingIsListed() throws Exception {
    Path in = new Path(HDFS.get().uri("/idle-" + FILES));
    fill(in);
    FileInput input =
        new FileInput(in.toString(), Shape.LINES, null, 1 << 20, Readings.WATCH_FOR, null);
    FileStream stream =
        new FileStream(
            input,
            in.suffix("-checkpoint").toString(),
            () -> 2,
            new DirectoryTimes(() -> now),
            HDFS.get().configuration());
    Offset start = stream.deserializeOffset("-1");
    long first = timed(() -> stream.latestOffset(start, ReadLimit.allAvailable()));
    Offset end = stream.deserializeOffset("0");
    stream.commit(end);
    now += Duration.ofSeconds(4).toNanos();
    long full = timed(() -> stream.latestOffset(end, ReadLimit.allAvailable()));
    now += Duration.ofSeconds(1).toNanos();
    long listed = operations("op_list_located_status") + operations("op_list_status");
    long asked = operations("op_get_file_status");

    long idle = timed(() -> stream.latestOffset(end, ReadLimit.allAvailable()));

    assertThat(operations("op_list_located_status") + operations("op_list_status"))
        .isEqualTo(listed);
    assertThat(operations("op_get_file_status") - asked).isEqualTo(1 + DIRECTORIES);
    System.getLogger(IdleTriggerTest.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "{0} files: first listing {1} ms, a full one {2} ms, idle trigger {3} ms",
            FILES,
            first,
            full,
            idle);
  }

  private static void fill(Path in) throws Exception {
    FileSystem fs = in.getFileSystem(HDFS.get().configuration());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Void>> directories =
          IntStream.range(0, DIRECTORIES)
              .<Callable<Void>>mapToObj(directory -> () -> fill(fs, new Path(in, "d" + directory)))
              .toList();
      for (Future<Void> done : threads.invokeAll(directories)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void fill(FileSystem fs, Path directory) throws IOException {
    for (int i = 0; i < IN_A_DIRECTORY; i++) {
      fs.create(new Path(directory, "invoices-%05d.json".formatted(i))).close();
    }
    return null;
  }

  private static long timed(Runnable work) {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1_000_000;
  }

  private static long operations(String name) {
    return FileSystem.getGlobalStorageStatistics().get("DFSOpsCountStatistics").getLong(name);
  }
}
