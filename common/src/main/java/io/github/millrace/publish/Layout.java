package io.github.millrace.publish;

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
 */
public record Layout(
    String directory, List<String> partitionBy, List<String> orderBy, String fileName)
    implements Serializable {
  public Layout {
    partitionBy = List.copyOf(partitionBy);
    orderBy = List.copyOf(orderBy);
  }

  /** Partitions to which units add files. */
  public static Layout partitionedBy(List<String> columns) {
    return new Layout("", columns, List.of(), null);
  }
}
