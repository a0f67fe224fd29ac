package io.github.millrace.source.file;

import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where quarantine files lie that are read again: in a directory for each day of a replay. What was
 * read is put away from where the source looks.
 */
public final class ReplayedFiles {
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

  /** What was replayed and read, by the day of its replay. */
  private static final String READ = "_read";

  private ReplayedFiles() {}

  /** Whether a directory is that of a day, by its name. */
  public static boolean isDay(Path directory) {
    return DAY.matcher(directory.getName()).matches();
  }

  /**
   * The directories of what was replayed before a day.
   *
   * @param replayed the directory of all that was
   */
  static List<Path> daysBefore(Path replayed, LocalDate before, Configuration hadoop)
      throws IOException {
    List<Path> days = new ArrayList<>();
    try {
      for (FileStatus child : Storage.of(replayed, hadoop).listStatus(replayed)) {
        Path path = child.getPath();
        if (isDay(path) && LocalDate.parse(path.getName()).isBefore(before)) {
          days.add(path);
        }
      }
    } catch (FileNotFoundException e) {
      // Nothing was ever replayed.
    }
    return days;
  }

  /** Moves a day of what was replayed to where no source looks. */
  static void putAway(Path day, Configuration hadoop) throws IOException {
    Path read = new Path(day.getParent(), READ);
    FileSystem fs = Storage.of(day, hadoop);
    fs.mkdirs(read);
    Path to = new Path(read, day.getName());
    // There is one if a replay was cut off, and completed when the day had been put away.
    Storage.renameIfThere(day, fs.exists(to) ? to.suffix("." + UUID.randomUUID()) : to, fs);
  }

  /** The directory of all that was replayed, in which a replayed file's directory lies. */
  static Path root(Path directory) {
    boolean isOneOfIt = Rereading.isDirectory(directory) || isDay(directory);
    return isOneOfIt ? directory.getParent() : directory;
  }
}
