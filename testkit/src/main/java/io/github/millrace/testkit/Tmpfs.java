package io.github.millrace.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A small file system of its own, in memory, on a directory: it can be filled to the last byte and
 * made read-only, also for root. Mounting needs root on Linux.
 */
public final class Tmpfs implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String FILLER = ".filler";

  private final Path directory;

  private Tmpfs(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts one on that directory, which is made if need be; the test is skipped, with this as its
   * reason, where the user may not mount.
   */
  public static Tmpfs mount(Path directory, long bytes) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make directory " + directory, e);
    }
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "mounting a tmpfs needs root");
    run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "millrace", directory.toString());
    return new Tmpfs(directory);
  }

  /** Fills it, but for so many bytes. */
  public void fill(long left) {
    try (OutputStream out = Files.newOutputStream(directory.resolve(FILLER))) {
      byte[] page = new byte[4096];
      while (directory.toFile().getUsableSpace() > left) {
        out.write(page);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot fill " + directory, e);
    }
  }

  /** Gives back what {@link #fill} took. */
  public void free() {
    try {
      Files.delete(directory.resolve(FILLER));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the filler in " + directory, e);
    }
  }

  /** Refuses writes from now on; waits for the moment when no file is open for writing. */
  public void readOnly() {
    Await.until("no open file in " + directory, PATIENCE, () -> remount("ro"));
  }

  /** Takes writes again. */
  public void writable() {
    Await.until("remount of " + directory, PATIENCE, () -> remount("rw"));
  }

  /** Unmounts it; what was in it is gone. */
  @Override
  public void close() {
    // Lazily: a process that is just ending may still have its working directory here.
    run("umount", "--lazy", directory.toString());
  }

  private boolean remount(String how) {
    return exitCode("mount", "-o", "remount," + how, directory.toString()) == 0;
  }

  private static void run(String... command) {
    int exitCode = exitCode(command);
    if (exitCode != 0) {
      throw new IllegalStateException(List.of(command) + " ended with exit code " + exitCode);
    }
  }

  private static int exitCode(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + List.of(command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while running " + List.of(command), e);
    }
  }
}
