package io.github.millrace.viewlog.report;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;

/**
 * The directory of a network and window.
 *
 * @param start of the window, in microseconds since 1970-01-01 UTC
 */
public record WindowDirectory(Path path, long start) {

  /** All that an output has. */
  public static List<WindowDirectory> of(String output, Configuration hadoop) throws IOException {
    Path root = new Path(output);
    FileSystem fs = Storage.of(root, hadoop);
    List<WindowDirectory> found = new ArrayList<>();
    for (Path network : partitions(fs, root, Reports.NETWORK)) {
      for (Path window : partitions(fs, network, Reports.MINUTE)) {
        found.add(new WindowDirectory(window, start(window)));
      }
    }
    return found;
  }

  /** The directories that compacted reports have for each network and some days. */
  public static List<Path> ofDays(Path root, Predicate<LocalDate> meant, Configuration hadoop)
      throws IOException {
    FileSystem fs = Storage.of(root, hadoop);
    List<Path> found = new ArrayList<>();
    for (Path network : partitions(fs, root, Reports.NETWORK)) {
      for (Path day : partitions(fs, network, Reports.DAY)) {
        if (meant.test(LocalDate.parse(day.getName().substring(Reports.DAY.length() + 1)))) {
          found.add(day);
        }
      }
    }
    return found;
  }

  private static List<Path> partitions(FileSystem fs, Path directory, String column)
      throws IOException {
    List<Path> found = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(directory)) {
        if (status.isDirectory() && status.getPath().getName().startsWith(column + "=")) {
          found.add(status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return found;
  }

  private static long start(Path window) {
    String value = window.getName().substring(Reports.MINUTE.length() + 1);
    Option<Object> start =
        DateTimeUtils.stringToTimestamp(
            UTF8String.fromString(ExternalCatalogUtils.unescapePathName(value)), ZoneOffset.UTC);
    if (start.isEmpty()) {
      throw new JobException(
          ExitCode.INTEGRITY, window + " is no window's directory; move it away");
    }
    return (Long) start.get();
  }

  /** The day (UTC) that the window starts in. */
  public LocalDate day() {
    return Reports.day(start);
  }
}
