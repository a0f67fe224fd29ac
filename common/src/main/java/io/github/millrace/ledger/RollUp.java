package io.github.millrace.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.storage.Lease;
import io.github.millrace.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Rolls up days that are over: the entries of each come into one file, an entry a line. Whatever
 * cuts it off, every entry is found all the time, and the next roll-up goes on.
 *
 * <p>A day takes no more entries from the moment when its directory is renamed; after that it is
 * written once, and never changed. An entry that comes to it nevertheless, from a process that was
 * paused in between or whose clock is behind, is moved to a day that is open.
 */
public final class RollUp {
  private static final String ROLE = "upkeep";

  private final LedgerFiles files;
  private final Configuration hadoop;
  private final Clock clock;

  /** Of the ledger in a directory. */
  public RollUp(String directory, Configuration hadoop) throws IOException {
    this(directory, hadoop, Clock.systemUTC());
  }

  RollUp(String directory, Configuration hadoop, Clock clock) throws IOException {
    this.files = new LedgerFiles(new Path(directory), hadoop);
    this.hadoop = hadoop;
    this.clock = clock;
  }

  /** Whether there may be something to do, which is quickly seen. */
  public boolean isDue() throws IOException {
    LocalDate today = LocalDate.now(clock);
    NavigableSet<LocalDate> open = files.openDays();
    return (!open.isEmpty() && open.first().isBefore(today)) || !files.closingDays().isEmpty();
  }

  /**
   * Rolls up the days that are over, the first one first, beside whatever runs.
   *
   * @param stop asked after each day, whether to leave the others for the next time; a run that is
   *     over at once rolls up one
   * @return how many days were rolled up
   * @throws io.github.millrace.JobException with {@link io.github.millrace.ExitCode#INTEGRITY} if
   *     another process is at it
   */
  public int run(BooleanSupplier stop) throws IOException {
    Path roles = Ledger.roles(files.root.toString());
    try (Lease lease = Lease.take(roles, ROLE, "upkeep of ledger " + files.root, hadoop)) {
      int days = 0;
      for (LocalDate day : files.closingDays()) {
        write(day, lease);
        days++;
      }
      for (LocalDate day : files.openDays()) {
        if ((days > 0 && stop.getAsBoolean()) || !day.isBefore(LocalDate.now(clock))) {
          break;
        }
        if (files.lastClosed().filter(last -> !day.isAfter(last)).isPresent()) {
          moveOn(day);
        } else if (close(day)) {
          write(day, lease);
          days++;
        }
      }
      return days;
    }
  }

  /** From here on nothing comes to the day. */
  private boolean close(LocalDate day) throws IOException {
    if (!files.hasEntries(files.open(day))) {
      Storage.removeIfEmpty(files.open(day), files.fs);
      return false;
    }
    files.fs.mkdirs(files.closing());
    return Storage.renameIfThere(files.open(day), files.closing(day), files.fs);
  }

  /** Moves entries of a day that is over to one that is open. */
  private void moveOn(LocalDate day) throws IOException {
    LocalDate last = files.lastClosed().orElse(day);
    LocalDate today = LocalDate.now(clock);
    Path to = files.open(last.isBefore(today) ? today : last.plusDays(1));
    files.fs.mkdirs(to);
    for (FileStatus entry : files.entries(files.open(day))) {
      Storage.renameIfThere(entry.getPath(), new Path(to, entry.getPath().getName()), files.fs);
    }
    Storage.removeIfEmpty(files.open(day), files.fs);
  }

  private void write(LocalDate day, Lease lease) throws IOException {
    files.fs.mkdirs(files.closed());
    DaySummary summary;
    if (files.fs.exists(files.closed(day))) {
      // A roll-up was cut off after it had been written.
      summary = DayIndex.summary(files, day);
    } else {
      DaySummary.Builder sum = new DaySummary.Builder(day);
      lease.publish(files.closed(day), out -> writeEntries(day, sum, out));
      summary = sum.build();
    }
    addToIndex(summary, lease);
    files.fs.delete(files.closing(day), true);
  }

  private void writeEntries(LocalDate day, DaySummary.Builder sum, OutputStream out)
      throws IOException {
    Set<String> known = new HashSet<>();
    files.readDirectory(files.closing(day), known, entry -> writeEntry(entry, sum, out));
  }

  /** As it is: fields of a later version too. */
  private static void writeEntry(JsonNode entry, DaySummary.Builder sum, OutputStream out)
      throws IOException {
    sum.add(LedgerFiles.entry(entry));
    out.write(LedgerFiles.JSON.writeValueAsBytes(entry));
    out.write('\n');
  }

  private void addToIndex(DaySummary summary, Lease lease) throws IOException {
    TreeMap<LocalDate, DaySummary> days = new TreeMap<>();
    for (DaySummary before : files.readIndex()) {
      days.put(before.day(), before);
    }
    days.put(summary.day(), summary);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (DaySummary day : days.values()) {
      lines.write(LedgerFiles.JSON.writeValueAsBytes(day));
      lines.write('\n');
    }
    lease.replace(files.index(), lines.toByteArray());
  }
}
