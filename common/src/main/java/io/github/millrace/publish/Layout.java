package io.github.millrace.publish;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;

/**
 * How data files lie in a destination.
 *
 * @param directory in the destination, of all of them; empty for the destination itself
 * @param partitionBy columns of the good rows that become directories, outermost first
 * @param orderBy columns of the good rows by which a file is ordered
 * @param fileName name, without its extension, of the one file that each partition has; null if
 *     units add files with names of their own
 * @param byDay whether the files of each day (UTC) lie in a directory of their own, as Hive names
 *     the partition {@code day}
 * @param variantBy of {@code partitionBy}, the column whose value names the column that has the
 *     row's data: a struct, with a schema of its own. Null if all rows are alike
 * @param byTask whether each task writes its own rows wherever they belong, so that none is moved
 *     to another: a directory gets a file of each task
 */
public record Layout(
    String directory,
    List<String> partitionBy,
    List<String> orderBy,
    String fileName,
    boolean byDay,
    String variantBy,
    boolean byTask)
    implements Serializable {
  public Layout {
    partitionBy = List.copyOf(partitionBy);
    orderBy = List.copyOf(orderBy);
    if (byTask && (fileName != null || !orderBy.isEmpty())) {
      throw new IllegalArgumentException("tasks that keep their rows have files of their own");
    }
  }

  /** Of rows that are alike, in partitions to which one task writes, or few. */
  public Layout(String directory, List<String> partitionBy, List<String> orderBy, String fileName) {
    this(directory, partitionBy, orderBy, fileName, false, null, false);
  }

  /** Partitions to which units add files. */
  public static Layout partitionedBy(List<String> columns) {
    return new Layout("", columns, List.of(), null);
  }

  /** A partition for each day, to which that day's units add files. */
  public static Layout daily() {
    return new Layout("", List.of(), List.of(), null, true, null, false);
  }

  /**
   * Partitions to which each task adds files of its own rows.
   *
   * @param variantBy one of the columns, or null
   */
  public static Layout byTask(List<String> columns, String variantBy) {
    return new Layout("", columns, List.of(), null, false, variantBy, true);
  }

  /** Whether every unit adds files to the same directory. */
  @JsonIgnore
  public boolean isFlat() {
    return partitionBy.isEmpty() && !byDay && fileName == null;
  }

  /** The directory of what is written on a day, such as {@code 2026-11-27}. */
  String directory(String day) {
    if (!byDay) {
      return directory;
    }
    return (directory.isEmpty() ? "" : directory + "/") + "day=" + day;
  }
}
