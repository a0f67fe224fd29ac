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
  private Staging() {}

  /** Removes what an attempt at the unit has left, and the staging directories once empty. */
  static void clear(Publication publication, Configuration hadoop) throws IOException {
    for (String root : roots(publication.output())) {
      Path staging = publication.staging(root);
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
    return roots;
  }
}
