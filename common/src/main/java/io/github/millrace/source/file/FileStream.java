package io.github.millrace.source.file;

import io.github.millrace.record.Reason;
import io.github.millrace.source.file.FileLog.InputFile;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.ReadMaxFiles;
import org.apache.spark.sql.connector.read.streaming.SupportsAdmissionControl;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory as a stream of the records in its files. Each file is read once, when it appears. */
final class FileStream
    implements MicroBatchStream, SupportsAdmissionControl, SupportsTriggerAvailableNow {
  /** Of a directory; what is in it is new when it can be listed. */
  static final String NOT_LISTED =
      Reason.UNREADABLE.of(
          "no permission to list the directory; once there is, its files are read");

  private static final Logger LOG = LoggerFactory.getLogger(FileStream.class);
  private static final long SMALLEST_SPLIT = 4L << 20;
  private static final long LARGEST_SPLIT = 128L << 20;

  /** What opening a file costs, as bytes that could be read meanwhile. */
  private static final long OPENING = 128L << 10;

  private final FileInput input;
  private final IntSupplier parallelism;
  private final Configuration hadoop;
  private final FileLog log;
  private final DirectoryTimes times;

  /** How the paths of quarantine files begin that are read again; null for none. */
  private final String replayed;

  /** Found and not taken up yet, oldest first; null where each batch looks for what there is. */
  private List<InputFile> availableNow;

  private boolean missing;
  private LocalDate putAway;

  /**
   * Opens the stream.
   *
   * @param parallelism asked for each batch, for executors come and go
   */
  FileStream(FileInput input, String checkpoint, IntSupplier parallelism, Configuration hadoop) {
    this(input, checkpoint, parallelism, new DirectoryTimes(), hadoop);
  }

  FileStream(
      FileInput input,
      String checkpoint,
      IntSupplier parallelism,
      DirectoryTimes times,
      Configuration hadoop) {
    this.input = input;
    this.times = times;
    this.parallelism = parallelism;
    this.hadoop = hadoop;
    long watchedSince = System.currentTimeMillis() - input.watchFor().micros() / 1_000;
    try {
      this.replayed = input.replayedPrefix(hadoop);
      this.log = new FileLog(new Path(checkpoint, "files"), watchedSince, hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the log of files in " + checkpoint, e);
    }
  }

  /** The number of the last group of files taken up. */
  private static final class Position extends Offset {
    private final long number;

    Position(long number) {
      this.number = number;
    }

    @Override
    public String json() {
      return Long.toString(number);
    }
  }

  @Override
  public Offset initialOffset() {
    return new Position(-1);
  }

  @Override
  public Offset deserializeOffset(String json) {
    return new Position(Long.parseLong(json));
  }

  @Override
  public ReadLimit getDefaultReadLimit() {
    return input.maxFilesPerBatch() == null
        ? ReadLimit.allAvailable()
        : ReadLimit.maxFiles(input.maxFilesPerBatch());
  }

  @Override
  public void prepareForTriggerAvailableNow() {
    availableNow = newFiles();
  }

  @Override
  public Offset latestOffset() {
    throw new UnsupportedOperationException("Spark asks with a limit");
  }

  @Override
  public Offset latestOffset(Offset start, ReadLimit limit) {
    long from = ((Position) start).number;
    // Files that were taken up before a crash, and not yet given out, come first and by themselves.
    if (log.last() <= from) {
      takeUp(limit instanceof ReadMaxFiles max ? max.maxFiles() : Integer.MAX_VALUE);
    }
    long next = log.last() > from ? from + 1 : from;
    // Where none has been, Spark takes any offset for a new one, and would run an empty batch.
    return next < 0 ? null : new Position(next);
  }

  private void takeUp(int most) {
    List<InputFile> files = availableNow == null ? newFiles() : availableNow;
    if (files.isEmpty()) {
      return;
    }
    // Never both in one batch: what is replayed was judged before, and counts for no bad share.
    boolean replays = isReplayed(files.get(0));
    List<InputFile> found =
        files.stream().filter(file -> isReplayed(file) == replays).limit(most).toList();
    try {
      log.add(found);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the log of files", e);
    }
    if (availableNow != null) {
      Set<InputFile> taken = new HashSet<>(found);
      availableNow.removeIf(taken::contains);
    }
  }

  /** The files not taken up yet, oldest first. */
  private List<InputFile> newFiles() {
    List<InputFile> files = new ArrayList<>();
    times.begin();
    try {
      Path root = new Path(Storage.qualified(input.path(), hadoop));
      try {
        list(root, files);
        missing = false;
      } catch (FileNotFoundException e) {
        if (!missing) {
          LOG.warn("input.path {} is not there; what it holds is read when it is back", root);
        }
        missing = true;
      }
      if (input.replayed() != null) {
        listIfThere(new Path(Storage.qualified(input.replayed(), hadoop)), files);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + input.path(), e);
    }
    times.end();
    files.sort(Comparator.comparingLong(InputFile::modified).thenComparing(InputFile::path));
    return files;
  }

  private void list(Path directory, List<InputFile> into) throws IOException {
    FileSystem fs = LocalInput.of(directory, hadoop);
    if (fs instanceof LocalInput) {
      into.addAll(new LocalListing(directory, log, times).newFiles());
      return;
    }
    FileStatus status = fs.getFileStatus(directory);
    if (!status.isDirectory()) {
      throw new FileNotFoundException(directory + " is no directory");
    }
    list(fs, status, into);
  }

  private void list(FileSystem fs, FileStatus directory, List<InputFile> into) throws IOException {
    String name = directory.getPath().toString();
    long modified = directory.getModificationTime();
    Optional<List<String>> unchanged = times.unchanged(name, modified);
    if (unchanged.isPresent()) {
      for (String child : unchanged.get()) {
        listBelow(fs, new Path(directory.getPath(), child), into);
      }
      return;
    }
    int before = into.size();
    List<FileStatus> subdirectories = new ArrayList<>();
    RemoteIterator<FileStatus> children = fs.listStatusIterator(directory.getPath());
    while (children.hasNext()) {
      FileStatus child = children.next();
      if (isHidden(child.getPath().getName())) {
        continue;
      }
      if (child.isDirectory()) {
        subdirectories.add(child);
      } else {
        InputFile file =
            new InputFile(child.getPath().toString(), child.getLen(), child.getModificationTime());
        news(file, log).ifPresent(into::add);
      }
    }
    boolean isQuiet = DirectoryTimes.isTrusted(fs) && into.size() == before;
    List<String> names = subdirectories.stream().map(child -> child.getPath().getName()).toList();
    times.listed(name, modified, isQuiet ? names : null);
    for (FileStatus child : subdirectories) {
      listBelow(fs, child, into);
    }
  }

  private void listBelow(FileSystem fs, Path directory, List<InputFile> into) throws IOException {
    try {
      listBelow(fs, fs.getFileStatus(directory), into);
    } catch (FileNotFoundException e) {
      // Removed since it was listed.
    }
  }

  private void listBelow(FileSystem fs, FileStatus directory, List<InputFile> into)
      throws IOException {
    try {
      list(fs, directory, into);
    } catch (FileNotFoundException e) {
      times.gone(directory.getPath().toString());
    } catch (AccessControlException e) {
      InputFile unread = InputFile.unread(directory.getPath().toString(), NOT_LISTED);
      news(unread, log).ifPresent(into::add);
    }
  }

  /** What is to be taken up of an entry that was found: itself, or that it has changed. */
  static Optional<InputFile> news(InputFile found, FileLog log) {
    if (!log.knows(found)) {
      return Optional.of(found);
    }
    return found.problem() == null ? change(found, log) : Optional.empty();
  }

  /** What is to be reported of a known file that is another by now, unless it was reported. */
  private static Optional<InputFile> change(InputFile file, FileLog log) {
    return log.before(file)
        .map(
            before ->
                InputFile.unread(
                    file.path(),
                    Reason.CHANGED.of(
                        "the file had %s when it was found and has %s now; what has changed since is"
                                .formatted(before, file.stamp())
                            + " not read, send it in a file under a new name")))
        .filter(unread -> !log.knows(unread));
  }

  /** It may not be there yet, or be removed while it is listed. */
  private void listIfThere(Path directory, List<InputFile> into) throws IOException {
    try {
      list(directory, into);
    } catch (FileNotFoundException e) {
      // Nothing in it is lost: it is listed again.
    }
  }

  /** What is still being written, or is not data, bears a name that says so. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_") || name.endsWith("._COPYING_");
  }

  @Override
  public InputPartition[] planInputPartitions(Offset start, Offset end) {
    List<InputFile> files = log.between(((Position) start).number, ((Position) end).number);
    long total = files.stream().mapToLong(file -> file.length() + OPENING).sum();
    long splitSize =
        Math.min(
            LARGEST_SPLIT,
            Math.max(SMALLEST_SPLIT, total / Math.max(1, parallelism.getAsInt()) + 1));
    try {
      return pack(split(files, splitSize), splitSize).toArray(InputPartition[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot plan the reading of " + input.path(), e);
    }
  }

  private List<FileSplit> split(List<InputFile> files, long splitSize) throws IOException {
    List<FileSplit> splits = new ArrayList<>();
    for (InputFile file : files) {
      Path path = new Path(file.path());
      if (Rereading.isAt(path)) {
        splits.addAll(files(path));
        continue;
      }
      if (file.problem() != null) {
        splits.add(FileSplit.unopened(file.path(), file.problem()));
        continue;
      }
      boolean isReplayed = isReplayed(file);
      boolean splittable =
          !Compression.isNamedBy(path.getName()) && (isReplayed || input.shape().isSplittable());
      // A file that is gone by now is reported by its first split; let that be all of it.
      long step =
          splittable && file.length() > splitSize && exists(path) ? splitSize : Long.MAX_VALUE;
      long at = 0;
      do {
        long length = Math.min(step, file.length() - at);
        splits.add(
            new FileSplit(
                file.path(), at, length, isReplayed, null, isReplayed ? null : file.stamp()));
        at += length;
      } while (at < file.length());
    }
    return splits;
  }

  private boolean isReplayed(InputFile file) {
    return replayed != null && file.path().startsWith(replayed);
  }

  /** A split for each file that is read again as a whole. */
  private List<FileSplit> files(Path rereading) throws IOException {
    int files = Rereading.read(rereading.getParent(), hadoop).files().size();
    return IntStream.range(0, files)
        .mapToObj(file -> new FileSplit(rereading.toString(), file, 1, true))
        .toList();
  }

  /** Whether it is there, as far as may be known. */
  private boolean exists(Path path) throws IOException {
    try {
      return LocalInput.of(path, hadoop).exists(path);
    } catch (AccessControlException e) {
      return false;
    }
  }

  /** Puts small splits together, so that a thousand small files are not a thousand tasks. */
  private List<FilePartition> pack(List<FileSplit> splits, long size) throws IOException {
    List<FilePartition> partitions = new ArrayList<>();
    List<FileSplit> group = new ArrayList<>();
    long grouped = 0;
    for (FileSplit split : splits) {
      if (!group.isEmpty() && grouped + split.length() + OPENING > size) {
        partitions.add(partition(group));
        group = new ArrayList<>();
        grouped = 0;
      }
      group.add(split);
      grouped += split.length() + OPENING;
    }
    if (!group.isEmpty()) {
      partitions.add(partition(group));
    }
    return partitions;
  }

  private FilePartition partition(List<FileSplit> group) throws IOException {
    FileSplit largest =
        group.stream().max(Comparator.comparingLong(FileSplit::length)).orElseThrow();
    return new FilePartition(List.copyOf(group), hosts(largest));
  }

  private List<String> hosts(FileSplit split) throws IOException {
    Path path = new Path(split.path());
    FileSystem fs = path.getFileSystem(hadoop);
    if (fs.getUri().getScheme().equals("file")) {
      return List.of();
    }
    try {
      BlockLocation[] blocks =
          fs.getFileBlockLocations(path, split.start(), Math.max(1, split.length()));
      return blocks == null || blocks.length == 0 ? List.of() : List.of(blocks[0].getHosts());
    } catch (FileNotFoundException | AccessControlException e) {
      return List.of(); // Whoever reads it reports it.
    }
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new FilePartition.ReaderFactory(input.settings(), new SerializableConfiguration(hadoop));
  }

  @Override
  public void commit(Offset end) {
    try {
      log.forgetBefore(((Position) end).number);
      if (input.replayed() != null) {
        putAwayReplayed(log.between(((Position) end).number, log.last()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put away what was read", e);
    }
  }

  /**
   * Hides what was replayed on days that are over, so that it is not listed for ever.
   *
   * @param unread files that were taken up, and are not read yet
   */
  private void putAwayReplayed(List<InputFile> unread) throws IOException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    if (today.equals(putAway)) {
      return;
    }
    putAway = today;
    Path directory = new Path(Storage.qualified(input.replayed(), hadoop));
    for (Path day : ReplayedFiles.daysBefore(directory, today, hadoop)) {
      String within = "/" + day.getName() + "/";
      List<InputFile> news = new ArrayList<>();
      unread.stream()
          .filter(file -> isReplayed(file) && file.path().contains(within))
          .forEach(news::add);
      listIfThere(day, news);
      if (news.isEmpty()) {
        ReplayedFiles.putAway(day, hadoop);
      }
    }
  }

  @Override
  public void stop() {
    try {
      log.close();
    } catch (IOException e) {
      LOG.debug("cannot close the log of files", e);
    }
  }
}
