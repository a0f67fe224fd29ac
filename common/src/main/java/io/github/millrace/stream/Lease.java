package io.github.millrace.stream;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a checkpoint to one running instance. The holder touches a file of its own every second;
 * who finds the file untouched for a while takes over with a file of the next number, and removes
 * it. So the holder's file is also a fence: where it is gone, nothing more may be published.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final Duration DEAD = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 100;

  private final FileSystem fs;
  private final Path file;
  private final Thread heart = new Thread(this::beatUntilClosed, "millrace-lease");

  private Lease(FileSystem fs, Path file) {
    this.fs = fs;
    this.file = file;
    heart.setDaemon(true);
    heart.start();
  }

  /**
   * Takes the lease of a checkpoint; waits a few seconds where its last holder has not given it
   * back.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if another instance holds it
   */
  public static Lease take(String checkpoint, Configuration hadoop) throws IOException {
    Path directory = new Path(checkpoint, "_lease");
    FileSystem fs = Storage.of(directory, hadoop);
    fs.mkdirs(directory);
    List<Path> former = files(fs, directory);
    long number = 0;
    if (!former.isEmpty()) {
      Path last = former.get(former.size() - 1);
      if (beats(fs, last)) {
        throw held(checkpoint, holder(fs, last));
      }
      number = number(last) + 1;
    }
    Path file = new Path(directory, Long.toString(number));
    if (!create(fs, file)) {
      throw held(checkpoint, holder(fs, file));
    }
    for (Path old : former) {
      fs.delete(old, false);
    }
    return new Lease(fs, file);
  }

  /** The file that must exist for the holder to publish. */
  public String fence() {
    return file.toString();
  }

  private static List<Path> files(FileSystem fs, Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (FileStatus status : fs.listStatus(directory)) {
      files.add(status.getPath());
    }
    files.sort(Comparator.comparingLong(Lease::number));
    return files;
  }

  private static long number(Path file) {
    return Long.parseLong(file.getName());
  }

  /** Whether the file is touched, as far as can be seen in a while. No two clocks are compared. */
  private static boolean beats(FileSystem fs, Path file) throws IOException {
    try {
      long first = fs.getFileStatus(file).getModificationTime();
      long deadline = System.nanoTime() + DEAD.toNanos();
      while (System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        if (fs.getFileStatus(file).getModificationTime() != first) {
          return true;
        }
      }
      return false;
    } catch (FileNotFoundException e) {
      return false; // Given back just now.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the lease " + file, e);
    }
  }

  /** Creates the file, unless another has. */
  private static boolean create(FileSystem fs, Path file) throws IOException {
    String holder =
        "process %d on %s since %s"
            .formatted(
                ProcessHandle.current().pid(),
                host(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    byte[] text = holder.getBytes(StandardCharsets.UTF_8);
    try {
      if (fs instanceof RawLocalFileSystem local) {
        // Hadoop looks first and creates then, which is not one step.
        Files.write(local.pathToFile(file).toPath(), text, StandardOpenOption.CREATE_NEW);
      } else {
        try (OutputStream out = fs.create(file, false)) {
          out.write(text);
        }
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw Storage.cannotWrite(file, e);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name in DNS";
    }
  }

  private static String holder(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JobException held(String checkpoint, String holder) {
    return new JobException(
        ExitCode.INTEGRITY,
        "checkpoint %s is in use by %s; stop that run first, or give this one a checkpoint of its own"
            .formatted(checkpoint, holder));
  }

  private void beatUntilClosed() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(BEAT.toMillis());
        beat();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void beat() {
    try {
      fs.setTimes(file, System.currentTimeMillis(), -1);
    } catch (IOException e) {
      // If the file is gone, the next publication says so; if the file system is, it may come back.
      LOG.warn("the lease {} could not be renewed: {}", file, e.toString());
    }
  }

  /** Gives the lease back. */
  @Override
  public void close() throws IOException {
    heart.interrupt();
    fs.delete(file, false);
  }
}
