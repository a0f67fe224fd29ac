package io.github.millrace.stream;

import static org.apache.spark.sql.functions.col;

import io.github.millrace.Storage;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.SinkColumns;
import io.github.millrace.stream.Rereading.Again;
import io.github.millrace.stream.Rereading.Range;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Gives quarantined records back to the job's input. A quarantine file is moved where the source
 * watches, which then takes it up once, as it does any file; what is bad still is quarantined anew.
 * A file that was read by another shape than the input has now, and looks like this one, is read
 * again as a whole: its records in quarantine are closed ({@link Rereading}).
 */
final class Replay {
  private static final int MOST_TOLD = 5;

  private final FileInput input;
  private final Output output;
  private final SparkSession session;
  private final Configuration hadoop;
  private final Path replayed;
  private final FileSystem fs;

  Replay(FileInput input, Output output, SparkSession session) throws IOException {
    this.input = input;
    this.output = output;
    this.session = session;
    this.hadoop = session.sparkContext().hadoopConfiguration();
    this.replayed = new Path(output.replayed());
    this.fs = Storage.of(replayed, hadoop);
  }

  /** A quarantine file that has not been moved yet. */
  private record Waiting(Path path, long records) {}

  /**
   * Moves every quarantine file of a committed unit that has not been moved yet.
   *
   * @param out takes the lines that the user reads
   * @return the number of records moved
   */
  long returnToInput(Consumer<String> out) throws IOException {
    fs.mkdirs(replayed);
    List<Entry> entries = new Ledger(output.ledger(), hadoop).committed();
    List<Waiting> waiting = waiting(entries);
    // A replay that was cut off after its list was written is gone on with.
    Map<String, Path> places = begun();
    List<Path> unplanned =
        waiting.stream()
            .map(Waiting::path)
            .filter(path -> !places.containsKey(path.getName()))
            .toList();
    plan(unplanned, entries, places, out);
    long records = 0;
    for (Waiting file : waiting) {
      Path directory = places.getOrDefault(file.path().getName(), replayed);
      if (!fs.rename(file.path(), new Path(directory, file.path().getName()))) {
        throw new IOException("cannot move " + file.path() + " into " + directory);
      }
      records += file.records();
    }
    out.accept(String.format(Locale.ROOT, "%,d quarantined records are read again", records));
    return records;
  }

  private List<Waiting> waiting(List<Entry> entries) throws IOException {
    List<Waiting> waiting = new ArrayList<>();
    for (Entry entry : entries) {
      for (Entry.PublishedFile file : entry.files()) {
        Path path = new Path(file.path());
        if (file.destination().equals(Entry.PublishedFile.QUARANTINE) && fs.exists(path)) {
          waiting.add(new Waiting(path, file.rows()));
        }
      }
    }
    return waiting;
  }

  /** Where the quarantine files of earlier lists belong, by their names. */
  private Map<String, Path> begun() throws IOException {
    Map<String, Path> places = new HashMap<>();
    for (FileStatus child : fs.listStatus(replayed)) {
      Path directory = child.getPath();
      if (child.isDirectory() && Rereading.isDirectory(directory)) {
        Rereading.read(directory, hadoop).quarantine().forEach(name -> places.put(name, directory));
      }
    }
    return places;
  }

  /** Writes the list of files that are to be read again as a whole, if there are any. */
  private void plan(
      List<Path> files, List<Entry> entries, Map<String, Path> places, Consumer<String> out)
      throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Dataset<Row> misread = misread(files);
    Map<String, Misread> byFile = byFile(misread);
    Map<String, Long> records = records(entries, byFile.keySet());
    List<Again> again = new ArrayList<>();
    Set<String> quarantine = new TreeSet<>();
    List<String> told = new ArrayList<>();
    for (Misread file : byFile.values()) {
      Optional<List<Range>> written = written(file, records.getOrDefault(file.path(), 0L), misread);
      told.add(file.told(input.shape(), written.isPresent()));
      if (written.isPresent()) {
        again.add(new Again(file.path(), input.shape(), written.get()));
        quarantine.addAll(file.quarantine());
      }
    }
    told.stream().limit(MOST_TOLD).forEach(out);
    if (told.size() > MOST_TOLD) {
      out.accept("and %,d files more".formatted(told.size() - MOST_TOLD));
    }
    if (!again.isEmpty()) {
      Path directory = Rereading.directory(replayed, UUID.randomUUID().toString().substring(0, 8));
      new Rereading(List.copyOf(quarantine), again).write(directory, hadoop);
      quarantine.forEach(name -> places.put(name, directory));
    }
  }

  /**
   * A file of which records wait that were read by another shape than the input has now.
   *
   * @param shapes by which they were read, as a shape is written
   * @param waiting how many there are
   * @param quarantine names of the files in which they stand
   */
  private record Misread(String path, Set<String> shapes, long waiting, Set<String> quarantine) {

    Misread plus(Misread other) {
      Set<String> allShapes = new TreeSet<>(shapes);
      allShapes.addAll(other.shapes);
      Set<String> all = new TreeSet<>(quarantine);
      all.addAll(other.quarantine);
      return new Misread(path, allShapes, waiting + other.waiting, all);
    }

    String told(Shape shape, boolean again) {
      return String.format(
          Locale.ROOT,
          again
              ? "%s is read again as shape %s; its %,d records in quarantine are closed"
              : "%s cannot be read again as shape %s; its %,d records in quarantine are judged as"
                  + " they are",
          path,
          shape,
          waiting);
    }
  }

  /** The quarantined records that were read by another shape: {@code file, shape, offset, in}. */
  private Dataset<Row> misread(List<Path> files) {
    return session
        .read()
        .schema(SinkColumns.QUARANTINED)
        .json(files.stream().map(Path::toString).toArray(String[]::new))
        .select(
            col("source.file"),
            col("source.shape"),
            col("source.offset"),
            col("_metadata.file_name").as("in"))
        .where(col("shape").notEqual(input.shape().toString()));
  }

  private static Map<String, Misread> byFile(Dataset<Row> misread) {
    Map<String, Misread> byFile = new TreeMap<>();
    for (Row row : misread.groupBy("file", "shape", "in").count().collectAsList()) {
      Misread group =
          new Misread(
              row.getString(0), Set.of(row.getString(1)), row.getLong(3), Set.of(row.getString(2)));
      byFile.merge(group.path(), group, Misread::plus);
    }
    return byFile;
  }

  /** How many records have been read of these files when they were new. */
  private static Map<String, Long> records(List<Entry> entries, Set<String> files) {
    Map<String, Long> records = new HashMap<>();
    for (Entry entry : entries) {
      for (Entry.Source source : entry.sources()) {
        if (files.contains(source.file())) {
          records.merge(source.file(), source.records(), Long::sum);
        }
      }
    }
    return records;
  }

  /**
   * What has come out of a file already, which must not come out again; empty if the file is not
   * one of the input's shape, or if that cannot be told.
   */
  private Optional<List<Range>> written(Misread file, long records, Dataset<Row> misread)
      throws IOException {
    Path path = new Path(file.path());
    try (InputStream text = FileRecords.text(path, hadoop)) {
      if (!ShapeGuess.of(text).contains(input.shape())) {
        return Optional.empty();
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    if (file.waiting() == records) {
      return Optional.of(List.of());
    }
    // A document is all of its file.
    return input.shape() == Shape.ARRAY && file.shapes().equals(Set.of(Shape.LINES.toString()))
        ? writtenLines(path, misread.where(col("file").equalTo(file.path())))
        : Optional.empty();
  }

  /** The lines that are not in quarantine; empty if the file is not the one that was read. */
  private Optional<List<Range>> writtenLines(Path path, Dataset<Row> misread) throws IOException {
    Set<Long> waiting = new HashSet<>();
    for (Row row : misread.select("offset").collectAsList()) {
      waiting.add(row.isNullAt(0) ? null : row.getLong(0));
    }
    List<Range> written = new ArrayList<>();
    try (FileRecords lines =
        new FileRecords(
            new FileSplit(path.toString(), 0, Long.MAX_VALUE, false),
            new FileRecords.Settings(Shape.LINES, input.maxRecordBytes()),
            hadoop)) {
      while (lines.next()) {
        if (!waiting.remove(lines.offset)) {
          if (lines.value == null) {
            return Optional.empty();
          }
          written.add(new Range(lines.offset, lines.offset + lines.value.numBytes()));
        }
      }
    }
    return waiting.isEmpty() ? Optional.of(written) : Optional.empty();
  }
}
