package io.github.millrace.publish;

import io.github.millrace.Storage;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The hidden directories in which a unit grows, one beside each directory that it is renamed into.
 */
final class Staging {
  private static final String NAME = "_staging";

  private Staging() {}

  /** Where a root directory's files of a unit grow until they are published. */
  static Path of(String root, String unit) {
    return new Path(new Path(root, NAME), unit);
  }

  /** Removes what attempts at the unit have left, and the staging directories once empty. */
  static void clear(Output output, String unit, Configuration hadoop) throws IOException {
    for (String root : roots(output)) {
      Path staging = of(root, unit);
      FileSystem fs = Storage.of(staging, hadoop);
      fs.delete(staging, true);
      Path parent = staging.getParent();
      if (fs.exists(parent) && fs.listStatus(parent).length == 0) {
        fs.delete(parent, false);
      }
    }
  }

  private static Set<String> roots(Output output) {
    Set<String> roots = new LinkedHashSet<>();
    output.destinations().forEach(destination -> roots.add(destination.path()));
    roots.add(output.quarantine());
    if (output.archive() != null) {
      roots.add(output.archive());
    }
    return roots;
  }
}
