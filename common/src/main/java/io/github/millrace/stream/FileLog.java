package io.github.millrace.stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
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
final class FileLog {
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
    static InputFile told(String path, String problem) {
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
  private static final String MERGED = ".merged";
  private static final int MERGE_EVERY = 100;

  private final FileSystem fs;
  private final Path directory;
  private final Configuration hadoop;
  private final Map<String, Known> seen = new HashMap<>();
  private final long watchedSince;
  private final NavigableMap<Long, List<InputFile>> recent = new TreeMap<>();

  /** Opens the log, and makes it where there is none. */
  FileLog(Path directory, Configuration hadoop) throws IOException {
    this(directory, Long.MIN_VALUE, hadoop);
  }

  /**
   * Opens the log, and makes it where there is none.
   *
   * @param watchedSince changes of files that were taken up before do not matter: milliseconds
   *     since 1970-01-01 UTC
   */
  FileLog(Path directory, long watchedSince, Configuration hadoop) throws IOException {
    this.watchedSince = watchedSince;
    this.directory = directory;
    this.hadoop = hadoop;
    this.fs = Storage.of(directory, hadoop);
    fs.mkdirs(directory);
    for (FileStatus status : fs.listStatus(directory)) {
      String name = status.getPath().getName();
      if (name.endsWith(SINGLE)) {
        long offset = Long.parseLong(name.substring(0, name.length() - SINGLE.length()));
        List<InputFile> files = read(status.getPath());
        recent.put(offset, files);
        files.forEach(this::note);
      } else if (name.endsWith(MERGED)) {
        read(status.getPath()).forEach(this::note);
      }
    }
  }

  /** Whether files were ever taken up by the log that a directory may hold. */
  static boolean hasTakenUp(Path directory, Configuration hadoop) throws IOException {
    try {
      return Arrays.stream(Storage.of(directory, hadoop).listStatus(directory))
          .map(file -> file.getPath().getName())
          .anyMatch(name -> name.endsWith(SINGLE) || name.matches("\\d+\\" + MERGED));
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
    return seen.containsKey(path);
  }

  /** Whether an earlier version has taken a file up under this path, which may be a link's. */
  boolean knowsSpelled(String path) {
    Known known = seen.get(path);
    return known != null && known.isSpelled();
  }

  /** Whether the file was taken up; or, where there is a problem, whether that was told. */
  boolean knows(InputFile file) {
    return file.problem() == null ? known(file) != null : seen.containsKey(told(file));
  }

  private Known known(InputFile file) {
    Known known = seen.get(file.path());
    return known == null && file.spelled() != null && knowsSpelled(file.spelled())
        ? seen.get(file.spelled())
        : known;
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

  private void note(InputFile file) {
    if (file.problem() != null) {
      seen.put(told(file), Known.UNWATCHED);
      return;
    }
    boolean ofEarlier = file.found() == 0;
    boolean isAdopted = ofEarlier && file.modified() == 0;
    boolean watched = !isAdopted && (ofEarlier ? file.modified() : file.found()) >= watchedSince;
    Known known =
        watched ? new Known(file.stamp(), ofEarlier) : ofEarlier ? Known.SPELLED : Known.UNWATCHED;
    seen.put(file.path(), known);
    if (file.real() != null) {
      seen.put(file.real(), known);
    }
  }

  /** What no path is: a file that comes to lie there later is new. */
  private static String told(InputFile file) {
    return file.path() + '\0' + file.problem();
  }

  /** Takes files up at the next offset. */
  void add(List<InputFile> found) throws IOException {
    long now = System.currentTimeMillis();
    List<InputFile> files = found.stream().map(file -> file.takenUp(now)).toList();
    long offset = last() + 1;
    write(new Path(directory, offset + SINGLE), files);
    recent.put(offset, files);
    files.forEach(this::note);
  }

  /** Notes files that are not to be read, for they are accounted for already. */
  void addKnown(List<String> paths) throws IOException {
    List<InputFile> files = paths.stream().map(path -> new InputFile(path, 0, 0)).toList();
    Path adopted = new Path(directory, "adopted" + MERGED);
    // There is one if an earlier start was cut off.
    fs.delete(adopted, false);
    write(adopted, files);
    files.forEach(this::note);
  }

  /** The files after one offset up to another. */
  List<InputFile> between(long after, long upTo) {
    return recent.subMap(after, false, upTo, true).values().stream().flatMap(List::stream).toList();
  }

  /**
   * Merges the records of offsets that no batch will ask for again, so that opening the log does
   * not take ever longer.
   */
  void forgetBefore(long offset) throws IOException {
    NavigableMap<Long, List<InputFile>> old = recent.headMap(offset, false);
    if (old.size() < MERGE_EVERY) {
      return;
    }
    Path merged = new Path(directory, old.lastKey() + MERGED);
    // Where there is one, a run was cut off after it had merged the same.
    if (!fs.exists(merged)) {
      write(merged, old.values().stream().flatMap(List::stream).toList());
    }
    for (long single : old.keySet()) {
      fs.delete(new Path(directory, single + SINGLE), false);
    }
    old.clear();
  }

  private List<InputFile> read(Path path) throws IOException {
    List<InputFile> files = new ArrayList<>();
    try (MappingIterator<InputFile> lines =
        JSON.readerFor(InputFile.class).readValues((InputStream) fs.open(path))) {
      lines.forEachRemaining(files::add);
    }
    return files;
  }

  private void write(Path path, List<InputFile> files) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (InputFile file : files.stream().sorted(Comparator.comparing(InputFile::path)).toList()) {
      lines.append(JSON.writeValueAsString(file)).append('\n');
    }
    Storage.writeNew(path, lines.toString().getBytes(StandardCharsets.UTF_8), hadoop);
  }
}
