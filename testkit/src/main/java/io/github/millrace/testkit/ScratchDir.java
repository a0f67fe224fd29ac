package io.github.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A temporary directory that is deleted by {@link #close}, or else when this JVM ends, unless it
 * was asked to stay because its logs explain a failure.
 */
final class ScratchDir implements AutoCloseable {

  private static final Set<ScratchDir> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;

  private ScratchDir(Path path) {
    this.path = path;
  }

  static ScratchDir create(String name) {
    try {
      // Real path: Hadoop and Spark compare paths as text, so a symbolic link would hurt.
      Path path = Files.createTempDirectory("millrace-" + name + "-").toRealPath();
      ScratchDir dir = new ScratchDir(path);
      OPEN.add(dir);
      ChildProcess.registerHook();
      return dir;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary directory for " + name, e);
    }
  }

  Path path() {
    return path;
  }

  /** Returns the new or existing directory of that name in this one. */
  Path sub(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make directory " + path.resolve(name), e);
    }
  }

  /** Leaves the directory on disk for good. */
  void keep() {
    OPEN.remove(this);
  }

  @Override
  public void close() {
    if (OPEN.remove(this)) {
      delete(path);
    }
  }

  static void closeAll() {
    OPEN.forEach(ScratchDir::close);
  }

  private static void delete(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
              Files.deleteIfExists(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // A dying child may still write here; a leftover temporary file is no reason to fail a test.
      root.toFile().deleteOnExit();
    }
  }
}
