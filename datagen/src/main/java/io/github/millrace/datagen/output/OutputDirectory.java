package io.github.millrace.datagen.output;

import io.github.millrace.datagen.record.DataRecord;
import io.github.millrace.datagen.truth.Place;
import io.github.millrace.datagen.truth.TruthSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A directory whose files appear whole: each is written under a name that starts with a dot, which
 * consumers ignore, and renamed when it is complete.
 */
public final class OutputDirectory {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;

  private OutputDirectory(Path path) {
    this.path = path;
  }

  /** Writes one file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Takes a directory that does not exist yet or is empty.
   *
   * @throws FileSystemException if it holds something, naming what
   */
  public static OutputDirectory create(Path path) throws IOException {
    List<Path> present = list(path);
    if (!present.isEmpty()) {
      throw new FileSystemException(
          path.toString(), null, "not empty: it holds " + present.get(0).getFileName());
    }
    return new OutputDirectory(Files.createDirectories(path));
  }

  /**
   * Takes a directory and removes the files of an earlier run.
   *
   * @param replaceable the names that an earlier run can have left
   * @throws FileSystemException if it holds any other file; nothing is removed then
   */
  public static OutputDirectory replace(Path path, Pattern replaceable) throws IOException {
    List<Path> present = list(path);
    for (Path file : present) {
      boolean ours = replaceable.matcher(file.getFileName().toString()).matches();
      if (!ours || Files.isDirectory(file)) {
        throw new FileSystemException(
            path.toString(), null, "it holds " + file.getFileName() + ", which is not generated");
      }
    }
    for (Path file : present) {
      Files.delete(file);
    }
    return new OutputDirectory(Files.createDirectories(path));
  }

  /** Writes a file that becomes visible, under this name, once its content is complete. */
  public void write(String name, Content content) throws IOException {
    Path hidden = path.resolve("." + name);
    try {
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(hidden), BUFFER_BYTES)) {
        content.writeTo(out);
      }
      Files.move(hidden, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  /** Writes a file of records, at least one, and tells the truth about each. */
  public <R extends DataRecord> void write(
      String name, Layout layout, Iterator<R> records, TruthSink<? super R> truth)
      throws IOException {
    write(
        name,
        out -> {
          LayoutWriter file = new LayoutWriter(layout, out);
          while (records.hasNext()) {
            R record = records.next();
            truth.add(new Place.InFile(name, file.add(record)), record);
          }
          file.end();
        });
  }

  /** Returns the path of a file of this name. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  private static List<Path> list(Path path) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.exists(path)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        entries.forEach(files::add);
      }
      files.sort(null);
    }
    return files;
  }
}
