package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What stands below a directory while others write and remove there. */
public final class FileTree {
  private FileTree() {}

  /**
   * Returns the files at any depth below a directory, hidden ones too, sorted; none if it is
   * missing. What is removed meanwhile may be among them or not, and is no error.
   */
  public static List<Path> files(Path root) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return passOverMissing(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e)
                throws IOException {
              return e == null ? FileVisitResult.CONTINUE : passOverMissing(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + root, e);
    }
    Collections.sort(files);
    return files;
  }

  private static FileVisitResult passOverMissing(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }
}
