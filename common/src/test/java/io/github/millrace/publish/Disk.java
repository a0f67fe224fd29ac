package io.github.millrace.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.millrace.storage.Storage;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A directory of a test's own, seen as it is: hidden files and checksum files too. */
public final class Disk {
  /** The file systems on which tests run. */
  public enum Kind {
    LOCAL,
    HDFS;

    /** A new directory on a disk of this kind. */
    public Disk create(java.nio.file.Path localDir, Shared<Hdfs> hdfs) throws IOException {
      return this == LOCAL
          ? new Disk(localDir.toUri().toString(), new Configuration())
          : new Disk(
              hdfs.get().uri("/disk-" + UUID.randomUUID() + "/"), hdfs.get().configuration());
    }
  }

  private final Path root;
  private final Configuration hadoop;
  private final FileSystem fs;

  private Disk(String root, Configuration hadoop) throws IOException {
    this.root = new Path(root);
    this.hadoop = hadoop;
    this.fs = Storage.of(this.root, hadoop);
    fs.mkdirs(this.root);
  }

  public Configuration hadoop() {
    return hadoop;
  }

  /** The full path of a name in this directory. */
  public String path(String name) {
    return new Path(root, name).toString();
  }

  /** The name in this directory of a full path. */
  public String name(String path) {
    return root.toUri().relativize(new Path(path).toUri()).getPath();
  }

  /** The names of all files, sorted; without the one that tells a ledger's layout. */
  public List<String> files() throws IOException {
    return names(root, false).filter(name -> !name.endsWith("/_layout.json")).sorted().toList();
  }

  /** The names of all directories, sorted. */
  public List<String> directories() throws IOException {
    return names(root, true).sorted().toList();
  }

  private Stream<String> names(Path directory, boolean directories) throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus status : fs.listStatus(directory)) {
      if (status.isDirectory() == directories) {
        names.add(name(status.getPath().toString()));
      }
      if (status.isDirectory()) {
        names(status.getPath(), directories).forEach(names::add);
      }
    }
    return names.stream();
  }

  /** Every file with its bytes. */
  public Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (String name : files()) {
      contents.put(name, HexFormat.of().formatHex(bytes(name)));
    }
    return contents;
  }

  /** Every file with the time it was changed. */
  public Map<String, Long> changed() throws IOException {
    Map<String, Long> changed = new TreeMap<>();
    for (String name : files()) {
      changed.put(name, fs.getFileStatus(new Path(root, name)).getModificationTime());
    }
    return changed;
  }

  public byte[] bytes(String name) throws IOException {
    try (InputStream in = fs.open(new Path(root, name))) {
      return in.readAllBytes();
    }
  }

  public String text(String name) throws IOException {
    return new String(bytes(name), UTF_8);
  }

  public void write(String name, String text) throws IOException {
    try (OutputStream out = fs.create(new Path(root, name), true)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  /** Sets when a file was changed: milliseconds since 1970-01-01 UTC. */
  public void touch(String name, long time) throws IOException {
    fs.setTimes(new Path(root, name), time, -1);
  }

  public boolean exists(String name) throws IOException {
    return fs.exists(new Path(root, name));
  }

  public void move(String from, String to) throws IOException {
    Path target = new Path(root, to);
    fs.mkdirs(target.getParent());
    if (!fs.rename(new Path(root, from), target)) {
      throw new IOException("cannot move " + from + " to " + to);
    }
  }

  public void delete(String name) throws IOException {
    if (!fs.delete(new Path(root, name), true)) {
      throw new IOException("cannot delete " + name);
    }
  }
}
