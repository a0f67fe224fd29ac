package io.github.millrace.viewlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The windows that are not reported yet, and how far time has come. Kept in the checkpoint as
 * {@code windows/<batch>-<revision>.json}: a batch leaves revision 0, and what closes windows
 * besides it the next. Each becomes visible with the unit that it belongs to.
 *
 * @param watermark a window that ends at it or before is closed: microseconds since 1970-01-01 UTC
 */
record OpenWindows(long batch, int revision, long watermark, Windows windows) {
  /** Before all time. */
  static final long BEGINNING = Long.MIN_VALUE / 2;

  private static final int KEPT_BATCHES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The form in the file. */
  private record Content(long watermark, List<Windows.Total> windows) {}

  /**
   * What the batches up to one have left.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if it is gone
   */
  static OpenWindows after(long batch, String checkpoint, Configuration hadoop) throws IOException {
    if (batch < 0) {
      return new OpenWindows(-1, 0, BEGINNING, Windows.NONE);
    }
    return files(checkpoint, hadoop).stream()
        .filter(file -> file.batch() == batch)
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> gone(batch, checkpoint))
        .read(hadoop);
  }

  /** What all batches have left; empty if there was none. */
  static Optional<OpenWindows> latest(String checkpoint, Configuration hadoop) throws IOException {
    List<Saved> files = files(checkpoint, hadoop);
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(files.get(files.size() - 1).read(hadoop));
  }

  private static JobException gone(long batch, String checkpoint) {
    return new JobException(
        ExitCode.INTEGRITY,
        ("checkpoint %s lacks the windows that batch %d left open (windows/%08d-*.json); restore them,"
                + " or begin anew with an empty checkpoint and output")
            .formatted(checkpoint, batch, batch));
  }

  /** A saved file. */
  private record Saved(Path path, long batch, int revision) {
    OpenWindows read(Configuration hadoop) throws IOException {
      try (InputStream in = Storage.of(path, hadoop).open(path)) {
        Content content = JSON.readValue(in, Content.class);
        return new OpenWindows(batch, revision, content.watermark(), Windows.of(content.windows()));
      }
    }
  }

  private static List<Saved> files(String checkpoint, Configuration hadoop) throws IOException {
    Path directory = directory(checkpoint);
    FileSystem fs = Storage.of(directory, hadoop);
    List<Saved> files = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(directory)) {
        String name = status.getPath().getName();
        if (!name.startsWith(".")) {
          String[] parts = name.replace(".json", "").split("-", 2);
          files.add(
              new Saved(status.getPath(), Long.parseLong(parts[0]), Integer.parseInt(parts[1])));
        }
      }
    } catch (FileNotFoundException e) {
      return files;
    }
    files.sort(Comparator.comparingLong(Saved::batch).thenComparingInt(Saved::revision));
    return files;
  }

  private static Path directory(String checkpoint) {
    return new Path(checkpoint, "windows");
  }

  /** With a batch's views, and with time as far as these bring it. */
  OpenWindows plus(long ofBatch, Windows more, long toWatermark) {
    return new OpenWindows(ofBatch, 0, Math.max(watermark, toWatermark), windows.plus(more));
  }

  /** Besides a batch: with other windows open, and time as far as that. */
  OpenWindows revised(Windows open, long toWatermark) {
    return new OpenWindows(batch, revision + 1, Math.max(watermark, toWatermark), open);
  }

  /** The time up to which all windows are closed: microseconds since 1970-01-01 UTC. */
  long closedUpTo(TimeSpan length) {
    return Math.floorDiv(watermark, length.micros()) * length.micros();
  }

  /** Those that are closed. */
  Windows closed(TimeSpan length) {
    return windows.starting(start -> start + length.micros() <= watermark);
  }

  /** The same without those that are closed. */
  OpenWindows open(TimeSpan length) {
    return new OpenWindows(
        batch, revision, watermark, windows.starting(start -> start + length.micros() > watermark));
  }

  /** Adds it to a unit, and forgets those that no batch will ask for again. */
  void save(Unit unit, String checkpoint, Configuration hadoop) throws IOException {
    Path directory = directory(checkpoint);
    FileSystem fs = Storage.of(directory, hadoop);
    for (Saved old : files(checkpoint, hadoop)) {
      if (old.batch() <= batch - KEPT_BATCHES) {
        fs.delete(old.path(), false);
      }
    }
    Path file = new Path(directory, "%08d-%d.json".formatted(batch, revision));
    unit.file(file, directory, JSON.writeValueAsBytes(new Content(watermark, windows.totals())));
  }
}
