package io.github.millrace.publish;

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
 * What a stream keeps from batch to batch beside Spark's own checkpoint: files {@code
 * <batch>-<revision>.json} in a directory of the checkpoint, each visible with the unit that it
 * belongs to. A batch leaves revision 0; units besides it leave the next.
 */
public record BatchState(Path directory, Configuration hadoop) {
  private static final int KEPT_BATCHES = 3;

  /** A saved file. */
  public record Saved(Path path, long batch, int revision) {}

  /** The last that a batch has left; empty if it has left none. */
  public Optional<Saved> after(long batch) throws IOException {
    return files().stream().filter(file -> file.batch() == batch).reduce((earlier, later) -> later);
  }

  /** The last of all. */
  public Optional<Saved> latest() throws IOException {
    List<Saved> files = files();
    return files.isEmpty() ? Optional.empty() : Optional.of(files.get(files.size() - 1));
  }

  /** What a file holds. */
  public byte[] read(Saved file) throws IOException {
    try (InputStream in = Storage.of(file.path(), hadoop).open(file.path())) {
      return in.readAllBytes();
    }
  }

  /** Adds a file to a unit, and removes those that no batch will ask for again. */
  public void save(Unit unit, long batch, int revision, byte[] content) throws IOException {
    FileSystem fs = Storage.of(directory, hadoop);
    for (Saved old : files()) {
      if (old.batch() <= batch - KEPT_BATCHES) {
        fs.delete(old.path(), false);
      }
    }
    Path file = new Path(directory, "%08d-%d.json".formatted(batch, revision));
    unit.file(file, directory, content);
  }

  private List<Saved> files() throws IOException {
    FileSystem fs = Storage.of(directory, hadoop);
    List<Saved> files = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(directory)) {
        String name = status.getPath().getName();
        if (status.isFile() && !name.startsWith(".")) {
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
}
