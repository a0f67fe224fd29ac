package io.github.millrace.publish;

import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.storage.Lease;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The hidden directories in which units grow, one beside each directory that they are renamed into.
 * Each holder of the output has its own in them, so that what a run writes that was paused, or the
 * tasks of one that is dead, comes into no other's units.
 */
final class Staging {
  private static final String NAME = "_staging";
  private static final int TRIES = 5;

  private Staging() {}

  /** Where a root directory's files of a unit grow until they are published. */
  static Path of(String root, UnitSpec spec) {
    return new Path(ofHolder(root, spec), spec.unit());
  }

  private static Path ofHolder(String root, UnitSpec spec) {
    return new Path(new Path(root, NAME), spec.holder());
  }

  /** Makes room for a unit: removes what an earlier attempt of the holder at it has left. */
  static void open(UnitSpec spec, Configuration hadoop) throws IOException {
    for (String root : roots(spec.output())) {
      Path staging = of(root, spec);
      FileSystem fs = Storage.of(staging, hadoop);
      fs.delete(staging, true);
      make(fs, ofHolder(root, spec));
    }
  }

  /** Another may remove the directory above just now, for it was empty. */
  private static void make(FileSystem fs, Path directory) throws IOException {
    IOException failure = new IOException("the directory cannot be made");
    for (int i = 0; i < TRIES; i++) {
      try {
        if (fs.mkdirs(directory)) {
          return;
        }
      } catch (IOException e) {
        failure = e;
      }
    }
    throw Storage.cannotWrite(directory, failure);
  }

  /** Removes what is left of a unit, and the staging directories once empty. */
  static void clear(UnitSpec spec, Configuration hadoop) throws IOException {
    for (String root : roots(spec.output())) {
      Path staging = of(root, spec);
      FileSystem fs = Storage.of(staging, hadoop);
      fs.delete(staging, true);
      removeIfEmpty(fs, staging.getParent());
      removeIfEmpty(fs, staging.getParent().getParent());
    }
  }

  /** Removes what one attempt of a task at a unit has left. */
  static void clearAttempt(UnitSpec spec, String attempt, Configuration hadoop) throws IOException {
    for (String root : roots(spec.output())) {
      Path staging = new Path(of(root, spec), attempt);
      Storage.of(staging, hadoop).delete(staging, true);
    }
  }

  private static void removeIfEmpty(FileSystem fs, Path directory) throws IOException {
    try {
      if (fs.listStatus(directory).length == 0) {
        fs.delete(directory, false);
      }
    } catch (FileNotFoundException e) {
      // Another has.
    } catch (IOException e) {
      if (fs.exists(directory) && fs.listStatus(directory).length == 0) {
        throw e;
      }
    }
  }

  /**
   * Removes what no holder will publish any more: the directories of all that hold no role, unless
   * a unit that is yet to be completed has files in them.
   *
   * @param roles of the output
   */
  static void sweep(Output output, Path roles, Ledger ledger, Configuration hadoop)
      throws IOException {
    List<Path> found = new ArrayList<>();
    for (String root : roots(output)) {
      Path staging = new Path(root, NAME);
      try {
        for (FileStatus child : Storage.of(staging, hadoop).listStatus(staging)) {
          found.add(child.getPath());
        }
      } catch (FileNotFoundException e) {
        // There is nothing.
      }
    }
    if (found.isEmpty()) {
      return;
    }
    // In this order, so that one that has begun since has no directory among those found.
    Set<String> holders = Lease.holders(roles, hadoop);
    List<String> waiting = ledger.prepared().stream().flatMap(LedgerEntry::staged).toList();
    for (Path directory : found) {
      String within = directory + "/";
      if (!holders.contains(directory.getName())
          && waiting.stream().noneMatch(from -> from.startsWith(within))) {
        FileSystem fs = Storage.of(directory, hadoop);
        fs.delete(directory, true);
        removeIfEmpty(fs, directory.getParent());
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
