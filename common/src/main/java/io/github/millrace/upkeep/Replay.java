package io.github.millrace.upkeep;

import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Unit;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.source.file.FileInput;
import io.github.millrace.source.file.Rereading;
import io.github.millrace.source.file.WrongShape;
import io.github.millrace.storage.Storage;
import io.github.millrace.upkeep.QuarantineFiles.Waiting;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Gives quarantined records back to the job's input. A quarantine file is moved where the source
 * watches, which then takes it up once, as it does any file; what is bad still is quarantined anew.
 * A file that was read by another shape than the input has now, and looks like this one, is read
 * again as a whole: its records in quarantine are closed ({@link Rereading}).
 */
public final class Replay {
  private final FileInput input;
  private final Output output;
  private final SparkSession session;
  private final Configuration hadoop;
  private final Path replayed;
  private final FileSystem fs;

  /** Creates the replay of an output's quarantine into the input that it came from. */
  public Replay(FileInput input, Output output, SparkSession session) throws IOException {
    this.input = input;
    this.session = session;
    this.hadoop = session.sparkContext().hadoopConfiguration();
    this.output = output;
    this.replayed = new Path(output.replayed());
    this.fs = Storage.of(replayed, hadoop);
  }

  /**
   * Moves every quarantine file of a committed unit that has not been moved yet, all in one unit.
   *
   * @param out takes the lines that the user reads
   * @return the number of records moved
   */
  public long returnToInput(Publisher publisher, UnitSpec spec, Consumer<String> out)
      throws IOException {
    fs.mkdirs(replayed);
    List<Waiting> waiting = QuarantineFiles.waiting(output, publisher.ledger(), hadoop);
    if (!waiting.isEmpty()) {
      publisher.publish(null, spec, unit -> move(waiting, unit, out));
    }
    long records = waiting.stream().mapToLong(Waiting::records).sum();
    out.accept(String.format(Locale.ROOT, "%,d quarantined records are read again", records));
    return records;
  }

  private void move(List<Waiting> waiting, Unit unit, Consumer<String> out) throws IOException {
    // An earlier version may have been cut off after it had written its list.
    Map<String, Path> places = begun();
    List<Path> unplanned =
        waiting.stream()
            .map(Waiting::path)
            .filter(path -> !places.containsKey(path.getName()))
            .toList();
    plan(unplanned, unit, places, out);
    for (Waiting file : waiting) {
      Path directory = places.get(file.path().getName());
      unit.move(
          file.path(),
          directory == null
              ? QuarantineFiles.replayed(file.path(), output)
              : new Path(directory, file.path().getName()));
    }
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
  private void plan(List<Path> files, Unit unit, Map<String, Path> places, Consumer<String> out)
      throws IOException {
    Rereading list = new WrongShape(input, session).plan(files, replayed, out);
    if (!list.files().isEmpty()) {
      Path directory = Rereading.directory(replayed, UUID.randomUUID().toString().substring(0, 8));
      unit.file(Rereading.file(directory), replayed, list.toJson());
      list.quarantine().forEach(name -> places.put(name, directory));
    }
  }
}
