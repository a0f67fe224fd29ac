package io.github.millrace.viewlog.job;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.Location;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.source.kafka.OffsetRanges;
import io.github.millrace.storage.Storage;
import io.github.millrace.stream.Checkpoint;
import io.github.millrace.window.OpenWindows;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The messages as {@code report} has read them since a time, up to the batch that left some windows
 * open. What files there have to be is in the ledger; so one that is lost is found without reading
 * any, and what {@code report} adds meanwhile does not count.
 *
 * @param since when the first message was sent that matters
 * @param batches the committed entries of the batches up to that one, in their order; the first may
 *     be of any time before
 * @param last the number of that one
 */
record Archive(
    Path directory, Instant since, List<LedgerEntry> batches, long last, Configuration hadoop) {
  /** Partition, first and last offset, as {@link OffsetRanges#sources} has them. */
  private static final Pattern RANGE = Pattern.compile(".*/(\\d+)/(\\d+)-(\\d+)");

  /** How far the clocks of senders and of this machine may be apart. */
  private static final Duration SLACK = Duration.ofDays(1);

  /** The one that a job keeps; empty if it keeps none. */
  static Optional<Archive> of(ReportPlan plan, OpenWindows open, Instant since) throws IOException {
    String archive = Location.pathOf(plan.config().archive());
    if (archive == null) {
      return Optional.empty();
    }
    Path directory = new Path(archive);
    if (!Storage.of(directory, plan.hadoop()).exists(directory)) {
      return Optional.empty();
    }
    Ledger ledger = new Ledger(plan.config().destination().ledger(), plan.hadoop());
    List<LedgerEntry> batches =
        batches(ledger, plan.checkpoint(), open.batch(), since.minus(SLACK));
    return Optional.of(new Archive(directory, since, batches, open.batch(), plan.hadoop()));
  }

  /**
   * The batches from the last one that was published before a time; reads the days since then, and
   * of others what a clock that was wrong has put there.
   */
  private static List<LedgerEntry> batches(
      Ledger ledger, Checkpoint checkpoint, long last, Instant from) throws IOException {
    TreeMap<Long, LedgerEntry> batches = new TreeMap<>();
    LocalDate first = LocalDate.ofInstant(from, ZoneOffset.UTC).minusDays(1);
    ledger.read(
        day -> !day.isBefore(first),
        entry -> {
          if (entry.batch() <= last && entry.unit().equals(checkpoint.unit(entry.batch()))) {
            batches.put(entry.batch(), entry);
          }
        });
    long begin =
        batches.values().stream()
            .filter(entry -> !entry.preparedAt().isBefore(from))
            .mapToLong(LedgerEntry::batch)
            .min()
            .orElse(last);
    Set<String> missing =
        LongStream.rangeClosed(Math.max(0, begin - 1), last)
            .filter(batch -> !batches.containsKey(batch))
            .mapToObj(checkpoint::unit)
            .collect(Collectors.toSet());
    ledger.committed(missing).forEach(entry -> batches.put(entry.batch(), entry));
    return List.copyOf(batches.tailMap(begin - 1).values());
  }

  /**
   * The files with all messages that were sent at the time or later.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if one is not there
   */
  List<Path> files() throws IOException {
    Instant from = since.minus(SLACK);
    List<Path> files = new ArrayList<>();
    Map<Integer, Long> ends = new HashMap<>();
    Instant published = Instant.MIN;
    long next = batches.isEmpty() ? last : batches.get(0).batch();
    if (!batches.isEmpty() && next > 0 && !batches.get(0).preparedAt().isBefore(from)) {
      // Whether it matters is not known without it.
      throw incomplete("batch " + (next - 1));
    }
    for (LedgerEntry entry : batches) {
      // A clock may have gone back, but no batch was published before the one in front of it.
      if (entry.preparedAt().isAfter(published)) {
        published = entry.preparedAt();
      }
      if (!published.isBefore(from)) {
        if (entry.batch() != next) {
          throw incomplete("batch " + next);
        }
        checkJoins(entry, ends);
        files.addAll(files(entry));
      }
      next = entry.batch() + 1;
    }
    if (next != last + 1) {
      throw incomplete("batch " + next);
    }
    return files;
  }

  /**
   * Checks that a batch begins where the ones in front of it have ended.
   *
   * @param ends where they have, by partition; where the batch has ended is put in
   */
  private void checkJoins(LedgerEntry entry, Map<Integer, Long> ends) {
    for (LedgerEntry.Source source : entry.sources()) {
      Matcher range = RANGE.matcher(source.file());
      if (!range.matches()) {
        // Earlier versions wrote ranges with gaps in one text, which joins nothing.
        ends.clear();
        return;
      }
      int partition = Integer.parseInt(range.group(1));
      long begin = Long.parseLong(range.group(2));
      Long end = ends.put(partition, Long.parseLong(range.group(3)) + 1);
      if (end != null && end != begin) {
        throw incomplete(
            "what lies between offsets %d and %d of partition %d"
                .formatted(end - 1, begin, partition));
      }
    }
  }

  private List<Path> files(LedgerEntry entry) throws IOException {
    List<Path> files = new ArrayList<>();
    long rows = 0;
    for (LedgerEntry.PublishedFile file : entry.files()) {
      if (file.destination().equals(LedgerEntry.PublishedFile.ARCHIVE)) {
        // By its name, for the directory may be reached otherwise than when it was written.
        Path path = new Path(directory, place(new Path(file.path())));
        if (!Storage.of(path, hadoop).exists(path)) {
          throw incomplete(path.getName());
        }
        files.add(path);
        rows += file.rows();
      }
    }
    // Earlier versions left out of the archive what they had left out as duplicates.
    long read = entry.counts().read();
    if (rows != read && rows != read - entry.counts().deduplicated()) {
      throw incomplete("messages of unit " + entry.unit());
    }
    return files;
  }

  /** In the archive: in the directory of a day, or by earlier versions in the archive itself. */
  private static String place(Path file) {
    String parent = file.getParent().getName();
    return parent.matches("\\d{4}-\\d\\d-\\d\\d") ? parent + "/" + file.getName() : file.getName();
  }

  private JobException incomplete(String what) {
    return new JobException(
        ExitCode.INTEGRITY,
        ("the archive %s does not hold every message of the time asked for: it lacks %s. Nothing was"
                + " replaced. Restore it; or unset 'archive', to read what Kafka still has")
            .formatted(directory, what));
  }
}
