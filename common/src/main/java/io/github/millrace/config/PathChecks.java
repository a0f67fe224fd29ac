package io.github.millrace.config;

import io.github.millrace.Storage;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checks the directories that a configuration names, before anything is started. */
public final class PathChecks {
  private final Configuration hadoop;
  private final List<String> problems;

  /**
   * Creates the checks.
   *
   * @param problems receives a message for each problem, beginning with the key
   */
  public PathChecks(Configuration hadoop, List<String> problems) {
    this.hadoop = hadoop;
    this.problems = problems;
  }

  /** The path must be a directory that exists. */
  public void isDirectory(String key, String path) {
    if (!hasConnector(key, path)) {
      return;
    }
    try {
      Path directory = new Path(path);
      FileSystem fs = directory.getFileSystem(hadoop);
      if (!fs.exists(directory)) {
        problems.add(
            "%s: is '%s', which does not exist; %s".formatted(key, path, remedyIfMissing(path)));
      } else if (!fs.getFileStatus(directory).isDirectory()) {
        problems.add(key + ": is '" + path + "', which is a file; name the directory it is in");
      }
    } catch (IOException | RuntimeException e) {
      String why = OneLine.first(e);
      problems.add(
          "%s: is '%s', %s"
              .formatted(key, path, hostOfLocal(path).orElse("which cannot be reached: " + why)));
    }
  }

  /** If the path is in an object store, its connector must be there. Whether it is. */
  public boolean hasConnector(String key, String path) {
    Optional<ObjectStore> lacking = objectStore(path).filter(store -> !store.hasConnector(hadoop));
    lacking.ifPresent(store -> problems.add("%s: is '%s', %s".formatted(key, path, store.lack())));
    return lacking.isEmpty();
  }

  private static String remedyIfMissing(String path) {
    return path.matches(".*[*?,{].*")
        ? "one directory is meant, patterns and lists are not expanded"
        : "create it or correct the path";
  }

  /** What is wrong with a path such as file://in, in which a directory stands as a host. */
  private static Optional<String> hostOfLocal(String path) {
    try {
      URI uri = new Path(path).toUri();
      return "file".equals(uri.getScheme()) && uri.getAuthority() != null
          ? Optional.of(
              "whose '%s' is taken for a host; write file:///path, or the path alone"
                  .formatted(uri.getAuthority()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // No path at all, which is told where it is used.
    }
  }

  /**
   * Each path must be on a file system, and on one whose rename is one step, for a rename is how
   * units are published and checkpoints go on. In an object store it copies and deletes.
   *
   * @param paths by key; null or blank for one that is not set
   */
  public void canRename(Map<String, String> paths) {
    paths.forEach(
        (key, path) -> {
          if (path == null || path.isBlank()) {
            return;
          }
          hostOfLocal(path)
              .ifPresent(wrong -> problems.add("%s: is '%s', %s".formatted(key, path, wrong)));
          if (objectStore(path).isPresent()) {
            problems.add(
                "%s: is '%s' in an object store, where a rename is no commit; choose a directory on HDFS or a local disk"
                    .formatted(key, path));
          }
        });
  }

  private Optional<ObjectStore> objectStore(String path) {
    try {
      return ObjectStore.of(new Path(path), hadoop);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // No path at all, which is told where it is used.
    }
  }

  /**
   * No path may lie in another or be the same: a job would read what it writes.
   *
   * @param paths by key
   */
  public void areApart(Map<String, String> paths) {
    List<Map.Entry<String, String>> all = new ArrayList<>(paths.entrySet());
    for (Map.Entry<String, String> inner : all) {
      for (Map.Entry<String, String> outer : all) {
        if (inner != outer && lies(inner.getValue(), outer.getValue())) {
          boolean same = lies(outer.getValue(), inner.getValue());
          if (!same || all.indexOf(inner) > all.indexOf(outer)) {
            problems.add(
                "%s: is '%s', which %s %s ('%s'); choose a directory apart from it"
                    .formatted(
                        inner.getKey(),
                        inner.getValue(),
                        same ? "is the same as" : "lies in",
                        outer.getKey(),
                        outer.getValue()));
          }
        }
      }
    }
  }

  private boolean lies(String inner, String outer) {
    try {
      String in = Storage.qualified(inner, hadoop);
      String out = Storage.qualified(outer, hadoop);
      return in.equals(out) || in.startsWith(out.endsWith("/") ? out : out + "/");
    } catch (IOException | RuntimeException e) {
      return false; // It cannot be reached, which is told where it is used.
    }
  }
}
