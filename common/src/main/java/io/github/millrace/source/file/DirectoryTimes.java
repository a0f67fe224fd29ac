package io.github.millrace.source.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.FileSystem;

/**
 * Which directories have nothing new in them: those whose own modification time has not changed
 * since they were listed. A file that is renamed into a directory keeps its own time, but changes
 * that of the directory.
 *
 * <p>A time is believed once the directory was listed again some seconds after it was first seen,
 * for of two changes within a tick of the clock the second does not show. What does not change a
 * directory's time at all, such as bytes that are added to a file, is found by listing everything
 * now and then.
 */
final class DirectoryTimes {
  private static final long TICK = Duration.ofSeconds(3).toNanos();
  private static final long FULL_EVERY = Duration.ofMinutes(1).toNanos();

  /** Everything is listed for a twentieth of the time at most. */
  private static final long SHARE = 20;

  private static final Set<String> TRUSTED_SCHEMES = Set.of("hdfs", "viewfs");

  /** Local file systems that keep the times of directories as POSIX says. */
  private static final Set<String> TRUSTED_DISKS =
      Set.of(
          "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay", "apfs", "hfs",
          "ufs", "nfs", "nfs4");

  private final LongSupplier clock;
  private final Map<String, Listed> directories = new HashMap<>();
  private boolean full = true;
  private boolean isKnown;
  private long begun;
  private long nextFull;

  /**
   * A directory as it was listed.
   *
   * @param modified its time, as its file system has it
   * @param seen when that was first seen, by our clock
   * @param subdirectories the names of those that are not hidden; null if it must be listed always
   */
  private record Listed(
      long modified, long seen, boolean isBelieved, List<String> subdirectories) {}

  DirectoryTimes() {
    this(System::nanoTime);
  }

  /**
   * Creates one by a clock.
   *
   * @param clock nanoseconds from any point in time
   */
  DirectoryTimes(LongSupplier clock) {
    this.clock = clock;
  }

  static boolean isTrusted(FileSystem fs) {
    return TRUSTED_SCHEMES.contains(fs.getUri().getScheme());
  }

  static boolean isTrusted(Path local) {
    try {
      return TRUSTED_DISKS.contains(Files.getFileStore(local).type());
    } catch (IOException e) {
      return false; // It is mounted where Java cannot see it.
    }
  }

  /** Begins a listing of everything there is, or of what may have changed. */
  void begin() {
    begun = clock.getAsLong();
    full = !isKnown || begun - nextFull >= 0;
  }

  /** Ends the listing. */
  void end() {
    if (full) {
      long now = clock.getAsLong();
      nextFull = now + Math.max(FULL_EVERY, SHARE * (now - begun));
      isKnown = true;
    }
  }

  /**
   * The subdirectories of a directory that need not be listed; empty if it must be.
   *
   * @param modified its time now
   */
  Optional<List<String>> unchanged(String directory, long modified) {
    Listed listed = full ? null : directories.get(directory);
    return listed != null && listed.isBelieved() && listed.modified() == modified
        ? Optional.ofNullable(listed.subdirectories())
        : Optional.empty();
  }

  /**
   * Notes that a directory was listed.
   *
   * @param modified its time before that
   * @param subdirectories names; null if something in it may change without its time, or was new:
   *     that may not be taken up yet
   */
  void listed(String directory, long modified, List<String> subdirectories) {
    Listed before = directories.get(directory);
    boolean isSame = before != null && before.modified() == modified;
    long seen = isSame ? before.seen() : begun;
    directories.put(
        directory,
        new Listed(
            modified,
            seen,
            isSame && (before.isBelieved() || begun - seen >= TICK),
            subdirectories == null ? null : List.copyOf(subdirectories)));
  }

  /** A directory that is not there any more. */
  void gone(String directory) {
    directories.remove(directory);
  }
}
