package io.github.millrace.clickstream.land;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that no partition points at any more, and that stay until readers who have listed them are
 * done: a list for each unit that has joined some.
 */
record ReplacedFiles(String output, Configuration hadoop) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Lists files that a unit replaces. */
  void add(Unit unit, Collection<Path> files) throws IOException {
    ObjectNode content = JSON.createObjectNode().put("replacedAt", Instant.now().toString());
    ArrayNode paths = content.putArray("files");
    files.forEach(file -> paths.add(file.toString()));
    unit.file(new Path(lists(), unit.name() + ".json"), lists(), JSON.writeValueAsBytes(content));
  }

  /**
   * Removes the files that were replaced longer ago than a time. To be called when the units that
   * were begun are completed.
   *
   * @param inUse directories of which nothing is removed
   * @param out takes the lines that the user reads
   */
  void remove(TimeSpan grace, Collection<String> inUse, Consumer<String> out) throws IOException {
    FileSystem fs = Storage.of(lists(), hadoop);
    Set<Path> used = new TreeSet<>();
    inUse.forEach(directory -> used.add(new Path(directory)));
    long removed = 0;
    long waiting = 0;
    for (FileStatus list : list(fs)) {
      JsonNode content;
      try (InputStream in = fs.open(list.getPath())) {
        content = JSON.readTree(in.readAllBytes());
      }
      Instant end =
          Instant.parse(content.get("replacedAt").textValue())
              .plus(grace.micros(), ChronoUnit.MICROS);
      if (Instant.now().isBefore(end)) {
        waiting += content.get("files").size();
        continue;
      }
      Set<Path> directories = new TreeSet<>();
      for (JsonNode file : content.get("files")) {
        Path path = new Path(file.textValue());
        if (used.contains(path.getParent())) {
          throw new JobException(
              ExitCode.INTEGRITY,
              "%s is to be removed, for a unit has joined it with others, but a partition points at its directory again; point the partition at what the unit has made, or remove %s"
                  .formatted(path, list.getPath()));
        }
        removed += remove(path, fs) ? 1 : 0;
        directories.add(path.getParent());
      }
      for (Path directory : directories) {
        removeIfEmpty(directory, fs);
      }
      fs.delete(list.getPath(), false);
    }
    if (removed > 0) {
      out.accept("removed %,d files that were joined".formatted(removed));
    }
    if (waiting > 0) {
      out.accept(
          "%,d files that were joined stay until a run more than %s after that"
              .formatted(waiting, grace));
    }
  }

  private static boolean remove(Path file, FileSystem fs) throws IOException {
    if (fs.delete(file, false)) {
      return true;
    }
    if (fs.exists(file)) {
      throw new JobException(
          ExitCode.FAILED, "cannot remove " + file + "; see to its permissions, and start again");
    }
    return false;
  }

  /** Of what was compacted before; those that records are landed in keep their marks. */
  private static void removeIfEmpty(Path directory, FileSystem fs) throws IOException {
    Path at = directory;
    for (int i = 0; i < 3 && fs.exists(at) && fs.listStatus(at).length == 0; i++) {
      fs.delete(at, false);
      at = at.getParent();
    }
  }

  private FileStatus[] list(FileSystem fs) throws IOException {
    try {
      return fs.listStatus(lists(), path -> !path.getName().startsWith("."));
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private Path lists() {
    return new Path(output, "_compacted/replaced");
  }
}
