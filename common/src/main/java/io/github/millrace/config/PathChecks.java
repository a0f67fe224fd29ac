package io.github.millrace.config;

import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
      return Optional.empty(); // No path at all, which is reported where it is used.
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
      return Optional.empty(); // No path at all, which is reported where it is used.
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

  /**
   * Where a job keeps its accounts must not be where anyone looks for data: within the first output
   * only under a name that readers pass over, and apart from all else.
   *
   * @param output key of the output in which accounts lie by default
   * @param directories of the job, by key
   * @param accounts quarantine and ledger, by key; null or blank for one that is not set
   */
  public void areHidden(
      String output, Map<String, String> directories, Map<String, String> accounts) {
    Map<String, String> set = new LinkedHashMap<>(accounts);
    set.values().removeIf(path -> path == null || path.isBlank());
    set.forEach(
        (key, path) -> {
          Map<String, String> apart = new LinkedHashMap<>(directories);
          String root = apart.remove(output);
          if (root != null && isBelow(path, root)) {
            checkHidden(key, path, output, root);
          } else if (root != null) {
            apart.put(output, root);
          }
          apart.forEach((other, directory) -> checkApart(key, path, other, directory));
        });
    areApart(set);
  }

  private boolean isBelow(String inner, String outer) {
    return lies(inner, outer) && !lies(outer, inner);
  }

  private void checkHidden(String key, String path, String output, String root) {
    String below = place(path).substring(place(root).length()).replaceFirst("^/", "");
    if (!below.startsWith("_") && !below.startsWith(".")) {
      problems.add(
          "%s: is '%s', which readers of %s ('%s') would take for data; let its name begin with _"
              .formatted(key, path, output, root));
    }
  }

  private void checkApart(String key, String path, String other, String directory) {
    if (lies(path, directory) || lies(directory, path)) {
      problems.add(
          "%s: is '%s', which %s %s ('%s'); choose a directory apart from it"
              .formatted(
                  key,
                  path,
                  isBelow(directory, path)
                      ? "has in it"
                      : isBelow(path, directory) ? "lies in" : "is the same as",
                  other,
                  directory));
    }
  }

  /**
   * No directory may lie in one of another job, which it would take for its own.
   *
   * @param directories that the job writes to, by key; null or blank for one that is not set
   */
  public void areNoOthers(Map<String, String> directories) {
    Map<String, String> own = new LinkedHashMap<>(directories);
    own.values().removeIf(path -> path == null || path.isBlank());
    // Most of them have the same directories above.
    Set<Path> ofNoOther = new HashSet<>();
    own.forEach(
        (key, path) -> {
          try {
            for (Path above = new Path(place(path)).getParent();
                above != null;
                above = above.getParent()) {
              String directory = above.toString();
              boolean isOwn = own.values().stream().anyMatch(mine -> lies(directory, mine));
              if (!isOwn && !ofNoOther.contains(above) && isOfAJob(above)) {
                problems.add(
                    "%s: is '%s', which lies in a directory of another job ('%s'); choose one apart from it"
                        .formatted(key, path, directory));
                return;
              }
              ofNoOther.add(above);
            }
          } catch (IOException | RuntimeException e) {
            // It cannot be reached, which is reported where it is used.
          }
        });
  }

  private boolean isOfAJob(Path directory) throws IOException {
    FileSystem fs = directory.getFileSystem(hadoop);
    return fs.exists(new Path(directory, "_ledger/_owner.json"))
        || fs.exists(new Path(directory, "_owner.json"))
        || fs.exists(new Path(directory, "millrace.json"));
  }

  private boolean lies(String inner, String outer) {
    try {
      String in = place(inner);
      String out = place(outer);
      return in.equals(out) || in.startsWith(out.endsWith("/") ? out : out + "/");
    } catch (RuntimeException e) {
      return false; // It cannot be reached, which is reported where it is used.
    }
  }

  /** Where a path leads, links resolved as far as they exist. */
  private String place(String path) {
    try {
      String qualified = Storage.qualified(path, hadoop);
      URI uri = new Path(qualified).toUri();
      if (!"file".equals(uri.getScheme())) {
        return qualified;
      }
      java.nio.file.Path whole = java.nio.file.Path.of(uri.getPath()).normalize();
      java.nio.file.Path there = whole;
      while (there.getParent() != null && !Files.exists(there)) {
        there = there.getParent();
      }
      return "file:" + there.toRealPath().resolve(there.relativize(whole));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
