package io.github.millrace.storage;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a role to one running process. A role is a directory with one directory in it, named {@code
 * free} or by a name that its holder alone has ever had. To take the role is to rename that
 * directory, which only one can do. What the holder does by a rename out of its directory is done
 * as the holder or not at all, for where the role was taken from it, the directory is gone.
 *
 * <p>A holder shows that it lives by touching a file every second. A role whose holder has not for
 * a while can be taken from it.
 */
public final class Lease implements AutoCloseable {
  /** Of this process and no other. */
  private static final String PROCESS = UUID.randomUUID().toString().substring(0, 8);

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final Duration DEAD = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 100;
  private static final String FREE = "free";
  private static final String ALIVE = "alive";

  /** A time that no clock shows any more, to see whether the file system keeps it. */
  private static final long LONG_AGO = 1_000_000_000_000L;

  private static final int BUFFER = 4096;
  private static final long COARSEST_MILLIS = 3_000;

  private final FileSystem fs;
  private final Path holder;
  private final Thread heart = new Thread(this::beatUntilClosed, "millrace-lease");

  private Lease(FileSystem fs, Path holder) {
    this.fs = fs;
    this.holder = holder;
  }

  /**
   * Takes a role; waits a few seconds where its last holder has not given it back. Whoever of the
   * other roles is dead loses its role too, so that it cannot act by one when it has lost another.
   *
   * @param roles the directory of all roles that belong together
   * @param role the one to be taken
   * @param what it stands for, which a message begins with
   * @throws JobException with {@link ExitCode#INTEGRITY} if a living process holds it
   */
  public static Lease take(Path roles, String role, String what, Configuration hadoop)
      throws IOException {
    FileSystem fs = Storage.of(roles, hadoop);
    Path directory = new Path(roles, role);
    Path mine = new Path(directory, newHolder());
    Path former = acquire(fs, directory, mine, what, hadoop);
    Lease lease = new Lease(fs, mine);
    try {
      lease.begin();
      for (FileStatus status : fs.listStatus(roles)) {
        String name = status.getPath().getName();
        if (!name.equals(role) && !name.startsWith(".")) {
          freeIfDead(fs, status.getPath(), former);
        }
      }
    } catch (IOException | RuntimeException e) {
      lease.closeAfter(e);
      throw e;
    }
    return lease;
  }

  /** Makes the directory the caller's, unless its holder lives; gives whose it was. */
  private static Path acquire(
      FileSystem fs, Path directory, Path mine, String what, Configuration hadoop)
      throws IOException {
    while (true) {
      Optional<Path> holder = holder(fs, directory);
      if (holder.isEmpty()) {
        create(fs, directory, hadoop);
      } else if (!isFree(holder.get()) && lives(fs, holder.get())) {
        throw held(what, fs, holder.get());
      } else if (Storage.renameIfThere(holder.get(), mine, fs)) {
        return holder.get();
      }
    }
  }

  /** Makes the role, unless another does. */
  private static void create(FileSystem fs, Path directory, Configuration hadoop)
      throws IOException {
    // A copy of an output may lack what holds no file.
    Storage.removeIfEmpty(directory, fs);
    Path hidden = new Path(directory.getParent(), "." + UUID.randomUUID());
    if (!fs.mkdirs(new Path(hidden, FREE)) || !Storage.renameDirectory(hidden, directory, hadoop)) {
      fs.delete(hidden, true);
    }
  }

  /**
   * Frees a role whose holder is dead. Who has lost another role is: else a process that was paused
   * and goes on might act by the one though it has lost the other.
   */
  private static void freeIfDead(FileSystem fs, Path directory, Path lostAnother)
      throws IOException {
    Optional<Path> holder = holder(fs, directory);
    if (holder.isEmpty()
        || isFree(holder.get())
        || (!isOfProcess(holder.get(), lostAnother) && lives(fs, holder.get()))) {
      return;
    }
    Path taken = new Path(directory, newHolder());
    if (Storage.renameIfThere(holder.get(), taken, fs)) {
      free(fs, taken);
    }
  }

  private static Optional<Path> holder(FileSystem fs, Path directory) throws IOException {
    try {
      for (FileStatus status : fs.listStatus(directory)) {
        // Not what a desktop or a file server leaves.
        if (status.isDirectory() && !status.getPath().getName().startsWith(".")) {
          return Optional.of(status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      // Nobody has ever taken it.
    }
    return Optional.empty();
  }

  /** Names begin with the process, which may hold several roles. */
  private static String newHolder() {
    return PROCESS + "." + UUID.randomUUID();
  }

  private static boolean isOfProcess(Path holder, Path other) {
    String[] parts = other.getName().split("\\.", 2);
    return parts.length == 2 && holder.getName().startsWith(parts[0] + ".");
  }

  private static boolean isFree(Path holder) {
    return holder.getName().equals(FREE);
  }

  /** Whether the holder can be seen to live within a while. No two clocks are compared. */
  private static boolean lives(FileSystem fs, Path holder) throws IOException {
    try {
      long first = touched(fs, holder);
      long deadline = System.nanoTime() + DEAD.toNanos();
      while (System.nanoTime() < deadline) {
        long asked = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        if (touched(fs, holder) != first) {
          return true;
        }
        if (System.nanoTime() - asked > BEAT.toNanos()) {
          // The file system was slow to answer, and so it is for the holder.
          deadline = System.nanoTime() + DEAD.toNanos();
        }
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + holder, e);
    }
  }

  private static long touched(FileSystem fs, Path holder) throws IOException {
    try {
      return fs.getFileStatus(new Path(holder, ALIVE)).getModificationTime();
    } catch (FileNotFoundException e) {
      return -1; // Not there yet, or not any more.
    }
  }

  private static JobException held(String what, FileSystem fs, Path holder) {
    String who;
    try (InputStream in = fs.open(new Path(holder, ALIVE))) {
      who = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      who = "another process"; // It has begun or ended just now.
    }
    return new JobException(
        ExitCode.INTEGRITY, "%s is in use by %s; stop that run first".formatted(what, who));
  }

  /** Removes what a former holder has left, and shows life. */
  private void begin() throws IOException {
    // What it was about to rename out of here must not be renamed any more.
    empty(fs, holder);
    Path alive = new Path(holder, ALIVE);
    try (OutputStream out = create(fs, alive)) {
      out.write(description().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Storage.cannotWrite(alive, e);
    }
    fs.setTimes(alive, LONG_AGO, -1);
    if (Math.abs(touched(fs, holder) - LONG_AGO) > COARSEST_MILLIS) {
      throw new JobException(
          ExitCode.USAGE,
          "%s: its file system does not keep the times of files, by which a run shows that it lives; choose a directory on HDFS or a local disk"
              .formatted(holder.getParent().getParent()));
    }
    heart.setDaemon(true);
    heart.start();
  }

  private static void empty(FileSystem fs, Path directory) throws IOException {
    for (FileStatus status : fs.listStatus(directory)) {
      fs.delete(status.getPath(), true);
    }
  }

  private static String description() {
    return "process %d on %s since %s"
        .formatted(
            ProcessHandle.current().pid(), host(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name in DNS";
    }
  }

  /**
   * Creates a file in the holder's directory, and never that directory: where it is gone, the role
   * was lost.
   */
  private static OutputStream create(FileSystem fs, Path file) throws IOException {
    // The forms of this that take a flag for overwriting make the directory on a local disk.
    return fs.createNonRecursive(
        file,
        FsPermission.getFileDefault().applyUMask(FsPermission.getUMask(fs.getConf())),
        EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
        BUFFER,
        fs.getDefaultReplication(file),
        fs.getDefaultBlockSize(file),
        null);
  }

  /** The ids of all that hold a role now, dead or alive. */
  public static Set<String> holders(Path roles, Configuration hadoop) throws IOException {
    FileSystem fs = Storage.of(roles, hadoop);
    Set<String> ids = new HashSet<>();
    for (FileStatus role : fs.listStatus(roles)) {
      holder(fs, role.getPath()).map(Path::getName).ifPresent(ids::add);
    }
    return ids;
  }

  /** Whether nobody has taken the role from the holder so far. */
  public boolean isHeld() throws IOException {
    return fs.exists(holder);
  }

  /** A name that no other holder has had. */
  public String id() {
    return holder.getName();
  }

  /**
   * Makes a new file, whole or not at all, if the role is held at that moment.
   *
   * @param file on the file system of the roles
   * @throws JobException with {@link ExitCode#INTEGRITY} if the role was lost
   */
  public void publish(Path file, byte[] content) throws IOException {
    publish(file, out -> out.write(content));
  }

  /** As {@link #publish}, with a content that need not fit into memory. */
  public void publish(Path file, Content content) throws IOException {
    publish(
        file,
        content,
        (own, to) -> {
          if (!fs.rename(own, to)) {
            throw new IOException("cannot rename " + own);
          }
        });
  }

  /** As {@link #publish}, in the place of a file that may be there. */
  public void replace(Path file, byte[] content) throws IOException {
    publish(file, out -> out.write(content), (own, to) -> Storage.replace(own, to, fs.getConf()));
  }

  /** Writes what a file is to hold. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A rename. */
  private interface Move {
    void move(Path from, Path to) throws IOException;
  }

  private void publish(Path file, Content content, Move move) throws IOException {
    Path own = new Path(holder, file.getName());
    try {
      try (OutputStream out = create(fs, own)) {
        content.writeTo(out);
      }
      move.move(own, file);
    } catch (IOException | FSError e) {
      throw fs.exists(holder) ? Storage.cannotWrite(file, e) : lost(file, e);
    }
  }

  private JobException lost(Path file, Throwable cause) {
    return new JobException(
        ExitCode.INTEGRITY,
        "%s is not published, for another run has taken over (%s is gone)"
            .formatted(file.getName(), holder),
        cause);
  }

  private void beatUntilClosed() {
    boolean warned = false;
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(BEAT.toMillis());
        try {
          fs.setTimes(new Path(holder, ALIVE), System.currentTimeMillis(), -1);
          warned = false;
        } catch (FileNotFoundException e) {
          LOG.warn("the lease {} was taken by another run", holder);
          return; // The next publication says so.
        } catch (IOException e) {
          if (!warned) {
            LOG.warn("the lease {} cannot be renewed at present: {}", holder, e.toString());
          }
          warned = true;
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Gives it back after a failure, which is the one that the caller throws. */
  public void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Gives the role back. */
  @Override
  public void close() throws IOException {
    heart.interrupt();
    free(fs, holder);
  }

  private static void free(FileSystem fs, Path holder) throws IOException {
    try {
      empty(fs, holder);
    } catch (FileNotFoundException e) {
      return; // Taken by another.
    }
    Storage.renameIfThere(holder, new Path(holder.getParent(), FREE), fs);
  }
}
