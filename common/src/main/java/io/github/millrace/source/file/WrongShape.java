package io.github.millrace.source.file;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.github.millrace.source.file.Rereading.Again;
import io.github.millrace.source.file.Rereading.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Finds files whose quarantined records were read by another shape than the input has now, or by
 * another dialect of CSV.
 */
public final class WrongShape {
  private static final int MOST_SHOWN = 5;
  private static final long HASH_SEED = 42;

  private final FileRecords.Settings settings;
  private final SparkSession session;
  private final Configuration hadoop;

  /** Creates one for an input. */
  public WrongShape(FileInput input, SparkSession session) {
    this.settings = input.settings();
    this.session = session;
    this.hadoop = session.sparkContext().hadoopConfiguration();
  }

  /**
   * Lists the files that are to be read again as a whole.
   *
   * @param files of the quarantine
   * @param replayed where the lists of earlier replays are
   * @param out takes the lines that the user reads
   */
  public Rereading plan(List<Path> files, Path replayed, Consumer<String> out) throws IOException {
    List<Again> again = new ArrayList<>();
    Set<String> quarantine = new TreeSet<>();
    if (files.isEmpty()) {
      return new Rereading(List.of(), again);
    }
    Map<String, List<Range>> writtenBefore = Rereading.written(replayed, hadoop);
    int shown = 0;
    Iterator<Row> rows = misread(files).toLocalIterator();
    Row next = rows.hasNext() ? rows.next() : null;
    while (next != null) {
      Misread file = new Misread(next.getString(0));
      while (next != null && next.getString(0).equals(file.path)) {
        file.add(next);
        next = rows.hasNext() ? rows.next() : null;
      }
      Optional<List<Range>> written =
          written(file, writtenBefore.getOrDefault(file.path, List.of()));
      if (shown++ < MOST_SHOWN) {
        out.accept(file.line(settings.readAs(), written.isPresent()));
      }
      if (written.isPresent()) {
        again.add(new Again(file.path, settings.readAs(), written.get()));
        quarantine.addAll(file.quarantine);
      }
    }
    if (shown > MOST_SHOWN) {
      out.accept("and %,d files more".formatted(shown - MOST_SHOWN));
    }
    return new Rereading(List.copyOf(quarantine), again);
  }

  /** A file of which records wait that were read by another shape than the input has now. */
  private static final class Misread {
    private final String path;

    /** By which they were read. */
    private final Set<String> shapes = new TreeSet<>();

    /** A hash of each, or null, by the byte where it begins; null for the whole file. */
    private final Map<Long, Long> waiting = new HashMap<>();

    /** Names of the files in which they stand. */
    private final Set<String> quarantine = new TreeSet<>();

    Misread(String path) {
      this.path = path;
    }

    void add(Row row) {
      shapes.add(row.getString(1));
      waiting.put((Long) row.get(2), (Long) row.get(3));
      quarantine.add(row.getString(4));
    }

    String line(String shape, boolean again) {
      return String.format(
          Locale.ROOT,
          again
              ? "%s is read again as shape %s; its %,d records in quarantine are closed"
              : "%s cannot be read again as shape %s; its %,d records in quarantine are judged as"
                  + " they are",
          path,
          shape,
          waiting.size());
    }
  }

  /**
   * The quarantined records that were read by another shape, file by file: {@code file, shape,
   * offset, hash, in}.
   */
  private Dataset<Row> misread(List<Path> files) {
    Column raw = Quarantine.raw();
    return Quarantine.read(session, files)
        .select(
            col("source.file"),
            col("source.shape"),
            col("source.offset"),
            when(raw.isNotNull(), xxhash64(raw)).as("hash"),
            col("_metadata.file_name").as("in"))
        .where(col("shape").notEqual(settings.readAs()))
        .orderBy("file");
  }

  /**
   * What has come out of a file already, which must not come out again; empty if the file is not
   * one of the input's shape, or if that cannot be known.
   */
  private Optional<List<Range>> written(Misread file, List<Range> before) throws IOException {
    Path path = new Path(file.path);
    if (!mayBeOfInput(file, path)) {
      return Optional.empty();
    }
    if (file.waiting.keySet().equals(Collections.singleton(null))) {
      // Only the file's name is in quarantine, for nothing of it could be read.
      return Optional.of(before);
    }
    if (file.shapes.size() > 1) {
      return Optional.empty();
    }
    return notWaiting(path, file.shapes.iterator().next(), file.waiting);
  }

  /** Of CSV the user knows better than any guess. */
  private boolean mayBeOfInput(Misread file, Path path) {
    return (settings.shape().isCsv()
            && file.shapes.stream().allMatch(shape -> settings.readAs(shape).shape().isCsv()))
        || ShapeGuess.of(path, hadoop).contains(settings.shape());
  }

  /**
   * Where the records stand that are not in quarantine; empty if the file is not the one that was
   * read: what is in quarantine would be nowhere else.
   */
  private Optional<List<Range>> notWaiting(Path path, String shape, Map<Long, Long> waiting)
      throws IOException {
    Map<Long, Long> left = new HashMap<>(waiting);
    List<Range> written = new ArrayList<>();
    // Of records that have come out one after the other, one range: a file has millions of them.
    Range last = null;
    try (FileRecords records =
        new FileRecords(
            new FileSplit(path.toString(), 0, Long.MAX_VALUE, false),
            settings.readAs(shape),
            hadoop)) {
      while (records.next()) {
        if (left.containsKey(records.offset)) {
          last = null;
          Long hash = left.remove(records.offset);
          if (hash != null && !hash.equals(hash(records.value))) {
            return Optional.empty();
          }
        } else if (records.value == null) {
          return Optional.empty();
        } else {
          long end = records.offset + records.value.numBytes();
          if (last != null) {
            written.remove(written.size() - 1);
          }
          last = new Range(last == null ? records.offset : last.from(), end);
          written.add(last);
        }
      }
    }
    return left.isEmpty() && areTold(new Again(path.toString(), settings.readAs(), written))
        ? Optional.of(written)
        : Optional.empty();
  }

  /**
   * Whether each record that the file has by the input's shape is in what has come out already, or
   * has nothing of it: a line may be an element of an array, but not a document.
   */
  private boolean areTold(Again again) throws IOException {
    if (again.written().isEmpty()) {
      return true;
    }
    try (FileRecords records =
        new FileRecords(new FileSplit(again.file(), 0, Long.MAX_VALUE, false), settings, hadoop)) {
      while (records.next()) {
        if (records.value == null
            || again.isPartlyWritten(records.offset, records.offset + records.value.numBytes())) {
          return false;
        }
      }
    }
    return true;
  }

  /** As Spark's xxhash64. */
  private static Long hash(UTF8String value) {
    if (value == null) {
      return null;
    }
    byte[] bytes = value.getBytes();
    return XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, HASH_SEED);
  }
}
