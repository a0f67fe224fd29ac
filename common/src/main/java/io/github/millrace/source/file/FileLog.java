package io.github.millrace.source.file;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.storage.Storage;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which file was taken up at which offset of the stream, kept in the checkpoint. An offset's files
 * are written down before the offset is given to Spark, so a batch that is done again reads the
 * same files. Offsets are numbered from 0.
 */
public final class FileLog implements Closeable {
  /**
   * A file as it was when it was taken up.
   *
   * @param path where it really lies; of an entry that is not opened as it was found
   * @param problem why it is not to be opened, a whole reason; null if it is
   * @param real of earlier versions, which had the link as the path: where it really lies
   * @param found when it was taken up, in milliseconds since 1970-01-01 UTC; 0 in what earlier
   *     versions have written
   * @param spelled the path by which it was found; not kept
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record InputFile(
      String path,
      long length,
      long modified,
      String problem,
      String real,
      long found,
      @JsonIgnore String spelled) {
    InputFile(String path, long length, long modified) {
      this(path, length, modified, null, null, 0, null);
    }

    /** An entry that is not opened. */
    static InputFile unread(String path, String problem) {
      return new InputFile(path, 0, 0, problem, null, 0, null);
    }

    InputFile takenUp(long now) {
      return new InputFile(path, length, modified, problem, null, now, null);
    }

    FileSplit.Stamp stamp() {
      return new FileSplit.Stamp(length, modified);
    }
  }

  /**
   * What is known of a path.
   *
   * @param stamp null where that is not known, or not looked at any more
   * @param isSpelled whether it may be a link, as earlier versions had it
   */
  private record Known(FileSplit.Stamp stamp, boolean isSpelled) {
    static final Known UNWATCHED = new Known(null, false);
    static final Known SPELLED = new Known(null, true);
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SINGLE = ".files";

  /** Of earlier versions. */
  private static final String MERGED = ".merged";

  private static final int MERGE_EVERY = 100;
  private static final int MOST_IN_MEMORY = 20_000;

  /** The offset of files that were taken up by another checkpoint. */
  private static final long ADOPTED = -1;

  private final FileSystem fs;
  private final Path directory;
  private final Configuration hadoop;
  private final long watchedSince;

  /** What was taken up long ago; the rest is in {@link #recent}. */
  private final SeenFiles old;

  private final Map<String, InputFile> recentByKey = new HashMap<>();
  private final NavigableMap<Long, List<InputFile>> recent = new TreeMap<>();

  /** Opens the log, and makes it where there is none. */
  public FileLog(Path directory, Configuration hadoop) throws IOException {
    this(directory, Long.MIN_VALUE, hadoop);
  }

  /**
   * Opens the log, and makes it where there is none.
   *
   * @param watchedSince changes of files that were taken up before do not matter: milliseconds
   *     since 1970-01-01 UTC
   */
  public FileLog(Path directory, long watchedSince, Configuration hadoop) throws IOException {
    this.watchedSince = watchedSince;
    this.directory = directory;
    this.hadoop = hadoop;
    this.fs = Storage.of(directory, hadoop);
    fs.mkdirs(directory);
    this.old = new SeenFiles(directory, hadoop);
    takeOverMerged();
    for (FileStatus status : fs.listStatus(directory)) {
      String name = status.getPath().getName();
      if (name.endsWith(SINGLE)) {
        List<InputFile> files = new ArrayList<>();
        read(status.getPath(), files::add);
        recent.put(Long.parseLong(name.substring(0, name.length() - SINGLE.length())), files);
      }
    }
    recent.values().forEach(this::note);
  }

  /** Makes a run of what an earlier version has merged. */
  private void takeOverMerged() throws IOException {
    TreeMap<Long, Path> merged = new TreeMap<>();
    for (FileStatus status : fs.listStatus(directory)) {
      String name = status.getPath().getName();
      if (name.endsWith(MERGED)) {
        String upTo = name.substring(0, name.length() - MERGED.length());
        merged.put(upTo.equals("adopted") ? ADOPTED : Long.parseLong(upTo), status.getPath());
      }
    }
    if (merged.isEmpty()) {
      return;
    }
    SeenFiles.Collector files = old.collect();
    for (Path path : merged.values()) {
      read(path, files::add);
    }
    files.finish(ADOPTED, merged.lastKey());
    for (Path path : merged.values()) {
      fs.delete(path, false);
    }
  }

  /** Whether files were ever taken up by the log that a directory may hold. */
  public static boolean hasTakenUp(Path directory, Configuration hadoop) throws IOException {
    try {
      return Arrays.stream(Storage.of(directory, hadoop).listStatus(directory))
          .map(file -> file.getPath().getName())
          .anyMatch(
              name ->
                  name.endsWith(SINGLE)
                      || name.matches("\\d+\\" + MERGED)
                      || SeenFiles.coversOffsets(name));
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** The last offset, or -1. */
  long last() {
    return recent.isEmpty() ? -1 : recent.lastKey();
  }

  /** Whether a file was taken up that lies there; or was found so, by an earlier version. */
  boolean knows(String path) {
    return known(path) != null;
  }

  /** Whether an earlier version has taken a file up under this path, which may be a link's. */
  boolean knowsSpelled(String path) {
    Known known = known(path);
    return known != null && known.isSpelled();
  }

  /** Whether the file was taken up; or, where there is a problem, whether that was reported. */
  boolean knows(InputFile file) {
    return file.problem() == null
        ? known(file) != null
        : find(SeenFiles.key(file.path(), file.problem())).isPresent();
  }

  private Known known(InputFile file) {
    Known known = known(file.path());
    return known == null && file.spelled() != null && knowsSpelled(file.spelled())
        ? known(file.spelled())
        : known;
  }

  private Known known(String path) {
    return find(SeenFiles.key(path, null)).map(this::takenUp).orElse(null);
  }

  private Optional<InputFile> find(String key) {
    InputFile file = recentByKey.get(key);
    try {
      return file == null ? old.find(key) : Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the log of files in " + directory, e);
    }
  }

  /**
   * As what a file was taken up that is another by now; empty if it is not, or that is long ago.
   */
  Optional<FileSplit.Stamp> before(InputFile file) {
    Known known = known(file);
    return known == null || known.stamp() == null || known.stamp().equals(file.stamp())
        ? Optional.empty()
        : Optional.of(known.stamp());
  }

  private Known takenUp(InputFile file) {
    boolean ofEarlier = file.found() == 0;
    boolean isAdopted = ofEarlier && file.modified() == 0;
    boolean watched = !isAdopted && (ofEarlier ? file.modified() : file.found()) >= watchedSince;
    return watched
        ? new Known(file.stamp(), ofEarlier)
        : ofEarlier ? Known.SPELLED : Known.UNWATCHED;
  }

  private void note(List<InputFile> files) {
    for (InputFile file : files) {
      SeenFiles.keys(file).forEach(key -> recentByKey.put(key, file));
    }
  }

  /** Takes files up at the next offset. */
  void add(List<InputFile> found) throws IOException {
    long now = System.currentTimeMillis();
    List<InputFile> files = found.stream().map(file -> file.takenUp(now)).toList();
    long offset = last() + 1;
    write(new Path(directory, offset + SINGLE), files);
    recent.put(offset, files);
    note(files);
  }

  /** Takes paths, one by one. */
  public interface Paths {
    void forEach(PathConsumer consumer) throws IOException;
  }

  /** Takes a path. */
  public interface PathConsumer {
    void accept(String path) throws IOException;
  }

  /** Notes files that are not to be read, for they are accounted for already. */
  public void addKnown(Paths paths) throws IOException {
    // There is one if an earlier start was cut off.
    old.remove(ADOPTED);
    SeenFiles.Collector files = old.collect();
    paths.forEach(path -> files.add(new InputFile(path, 0, 0)));
    files.finish(ADOPTED, ADOPTED);
  }

  /** The files after one offset up to another. */
  List<InputFile> between(long after, long upTo) {
    return recent.subMap(after, false, upTo, true).values().stream().flatMap(List::stream).toList();
  }

  /** Lays down the records of offsets that no batch will ask for again, once they are many. */
  void forgetBefore(long offset) throws IOException {
    NavigableMap<Long, List<InputFile>> past = recent.headMap(offset, false);
    int files = past.values().stream().mapToInt(List::size).sum();
    if (past.size() < MERGE_EVERY && files < MOST_IN_MEMORY) {
      return;
    }
    SeenFiles.Collector run = old.collect();
    for (List<InputFile> ofOffset : past.values()) {
      for (InputFile file : ofOffset) {
        run.add(file);
      }
    }
    run.finish(past.firstKey(), past.lastKey());
    for (Map.Entry<Long, List<InputFile>> single : past.entrySet()) {
      fs.delete(new Path(directory, single.getKey() + SINGLE), false);
      single.getValue().stream()
          .flatMap(file -> SeenFiles.keys(file).stream())
          .forEach(recentByKey::remove);
    }
    past.clear();
  }

  /** How many files are in memory. */
  int inMemory() {
    return recentByKey.size();
  }

  private void read(Path path, SeenConsumer consumer) throws IOException {
    try (MappingIterator<InputFile> lines =
        JSON.readerFor(InputFile.class).readValues((InputStream) fs.open(path))) {
      while (lines.hasNextValue()) {
        consumer.accept(lines.nextValue());
      }
    }
  }

  @Override
  public void close() throws IOException {
    old.close();
  }

  private interface SeenConsumer {
    void accept(InputFile file) throws IOException;
  }

  private void write(Path path, List<InputFile> files) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (InputFile file : files.stream().sorted(Comparator.comparing(InputFile::path)).toList()) {
      lines.append(JSON.writeValueAsString(file)).append('\n');
    }
    Storage.writeNew(path, lines.toString().getBytes(StandardCharsets.UTF_8), hadoop);
  }
}
