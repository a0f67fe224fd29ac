package io.github.millrace.source.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.source.file.FileLog.InputFile;
import io.github.millrace.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;

/**
 * The files that were taken up at offsets which no batch asks for any more, on disk: in sorted
 * runs, of which ten of a level become one of the next. So a file is written a few times in the
 * life of a checkpoint, a look-up asks some ten runs at most for each level, and memory holds of
 * each a block and a key for each block.
 *
 * <p>A run is named by the offsets that it covers and its level, {@code 0-999.1.run}. It is written
 * hidden and renamed, and what it replaces is removed after that: where a process is killed in
 * between, runs that another covers are removed at the next start.
 */
final class SeenFiles implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("(-?\\d+)-(-?\\d+)\\.(\\d+)\\.run");
  private static final String HIDDEN = ".run-";
  private static final int RUNS_OF_A_LEVEL = 10;

  /** How many entries are sorted in memory. */
  private static final int SORTED_AT_ONCE = 100_000;

  private final FileSystem fs;
  private final Path directory;
  private final Configuration hadoop;

  /** The latest one first. */
  private final List<Run> runs = new ArrayList<>();

  private record Run(Path path, long first, long last, int level, SortedRun file) {
    /** Whether the other is left over; one that another checkpoint's files are in never is. */
    boolean covers(Run other) {
      boolean isLarger = level > other.level || first < other.first || last > other.last;
      return other.last >= 0 && first <= other.first && last >= other.last && isLarger;
    }
  }

  SeenFiles(Path directory, Configuration hadoop) throws IOException {
    this.directory = directory;
    this.hadoop = Storage.withLocalDisk(hadoop);
    this.fs = Storage.of(directory, hadoop);
    for (FileStatus child : fs.listStatus(directory)) {
      String name = child.getPath().getName();
      if (name.startsWith(HIDDEN)) {
        fs.delete(child.getPath(), true);
      } else if (isRun(name)) {
        runs.add(open(child.getPath()));
      }
    }
    for (Run run : List.copyOf(runs)) {
      if (runs.stream().anyMatch(other -> other.covers(run))) {
        remove(run);
      }
    }
    sort();
  }

  static boolean isRun(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether it is the name of a run of files that the checkpoint itself has taken up. */
  static boolean coversOffsets(String name) {
    Matcher run = NAME.matcher(name);
    return run.matches() && Long.parseLong(run.group(2)) >= 0;
  }

  private Run open(Path path) throws IOException {
    Matcher name = NAME.matcher(path.getName());
    if (!name.matches()) {
      throw new IllegalArgumentException(path + " is no run");
    }
    return new Run(
        path,
        Long.parseLong(name.group(1)),
        Long.parseLong(name.group(2)),
        Integer.parseInt(name.group(3)),
        SortedRun.open(path, hadoop));
  }

  private void sort() {
    runs.sort(Comparator.comparingLong(Run::last).thenComparing(Run::first).reversed());
  }

  /** Removes the runs that end at an offset. */
  void remove(long last) throws IOException {
    for (Run run : List.copyOf(runs)) {
      if (run.last() == last) {
        remove(run);
      }
    }
  }

  private void remove(Run run) throws IOException {
    run.file().close();
    runs.remove(run);
    fs.delete(run.path(), true);
  }

  /**
   * What a path, or a path and a problem that was reported of it, is found by. Files of a directory
   * are together, in the order in which it is listed.
   *
   * @param problem null for the path itself
   */
  static String key(String path, String problem) {
    int name = path.lastIndexOf('/') + 1;
    // No path has a character 0.
    return path.substring(0, name)
        + '\0'
        + path.substring(name)
        + (problem == null ? "" : '\0' + problem);
  }

  /** The keys by which a file is found. */
  static List<String> keys(InputFile file) {
    if (file.problem() != null) {
      return List.of(key(file.path(), file.problem()));
    }
    return file.real() == null || file.real().equals(file.path())
        ? List.of(key(file.path(), null))
        : List.of(key(file.path(), null), key(file.real(), null));
  }

  /** The file that is found by a key. */
  Optional<InputFile> find(String key) throws IOException {
    for (Run run : runs) {
      Optional<String> found = run.file().find(key);
      if (found.isPresent()) {
        return Optional.of(JSON.readValue(found.get(), InputFile.class));
      }
    }
    return Optional.empty();
  }

  /** How many runs there are. */
  int runs() {
    return runs.size();
  }

  /** The last offset that is covered, or -1. */
  long last() {
    return runs.stream().mapToLong(Run::last).max().orElse(-1);
  }

  /** Begins a run of files in any order. */
  Collector collect() {
    return new Collector();
  }

  /** Takes the files of a run, of any number. */
  final class Collector {
    private final Path hidden = hidden();
    private final List<Path> sorted = new ArrayList<>();
    private final TreeMap<Text, Text> entries = new TreeMap<>();

    /** Adds a file; where it was added before, the later one counts. */
    void add(InputFile file) throws IOException {
      Text value = new Text(JSON.writeValueAsString(file));
      for (String key : keys(file)) {
        entries.put(new Text(key), value);
      }
      if (entries.size() >= SORTED_AT_ONCE) {
        spill();
      }
    }

    private void spill() throws IOException {
      Path part = new Path(hidden, Integer.toString(sorted.size()));
      fs.mkdirs(hidden);
      try (SortedRun.Writer writer = new SortedRun.Writer(part, hadoop)) {
        for (Map.Entry<Text, Text> entry : entries.entrySet()) {
          writer.add(entry.getKey(), entry.getValue());
        }
      }
      sorted.add(part);
      entries.clear();
    }

    /** Makes the run of what was added. */
    void finish(long first, long last) throws IOException {
      if (entries.isEmpty() && sorted.isEmpty()) {
        return;
      }
      spill();
      if (sorted.size() == 1) {
        publish(sorted.get(0), first, last, 0);
      } else {
        List<SortedRun> parts = new ArrayList<>();
        for (Path part : sorted) {
          parts.add(0, SortedRun.open(part, hadoop));
        }
        publish(merged(parts), first, last, 0);
      }
      fs.delete(hidden, true);
      mergeLevels();
    }
  }

  private Path hidden() {
    return new Path(directory, HIDDEN + UUID.randomUUID());
  }

  private void publish(Path written, long first, long last, int level) throws IOException {
    Path path = new Path(directory, "%d-%d.%d.run".formatted(first, last, level));
    if (!Storage.renameDirectory(written, path, hadoop)) {
      // A process was killed after it had written the same.
      fs.delete(written, true);
    }
    if (runs.stream().noneMatch(run -> run.path().equals(path))) {
      runs.add(open(path));
      sort();
    }
  }

  private void mergeLevels() throws IOException {
    for (int level = 0; ; level++) {
      int wanted = level;
      List<Run> parts = runs.stream().filter(run -> run.level() == wanted).toList();
      if (parts.isEmpty()) {
        return;
      }
      if (parts.size() >= RUNS_OF_A_LEVEL) {
        List<SortedRun> files = new ArrayList<>();
        for (Run part : parts) {
          files.add(SortedRun.open(part.path(), hadoop));
        }
        publish(
            merged(files),
            parts.stream().mapToLong(Run::first).min().orElseThrow(),
            parts.stream().mapToLong(Run::last).max().orElseThrow(),
            level + 1);
        for (Run part : parts) {
          remove(part);
        }
      }
    }
  }

  /**
   * Writes several into one.
   *
   * @param parts the latest one first, which counts where a key is in several; are closed
   */
  private Path merged(List<SortedRun> parts) throws IOException {
    Path hidden = hidden();
    PriorityQueue<SortedRun> next =
        new PriorityQueue<>(Comparator.comparing(SortedRun::key).thenComparing(parts::indexOf));
    try (SortedRun.Writer writer = new SortedRun.Writer(hidden, hadoop)) {
      for (SortedRun part : parts) {
        if (part.advance()) {
          next.add(part);
        }
      }
      Text written = new Text();
      boolean isFirst = true;
      while (!next.isEmpty()) {
        SortedRun part = next.remove();
        if (isFirst || !part.key().equals(written)) {
          written.set(part.key());
          isFirst = false;
          writer.add(written, part.value());
        }
        if (part.advance()) {
          next.add(part);
        }
      }
    } finally {
      for (SortedRun part : parts) {
        part.close();
      }
    }
    return hidden;
  }

  @Override
  public void close() throws IOException {
    for (Run run : runs) {
      run.file().close();
    }
  }
}
