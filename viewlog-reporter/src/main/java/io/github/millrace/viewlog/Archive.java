package io.github.millrace.viewlog;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.Storage;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The messages as {@code report} has read them, up to the batch that left some windows open. What
 * files there have to be is in the ledger; so one that is lost is found without reading any, and
 * what {@code report} adds meanwhile does not count.
 *
 * @param batches the committed entries of the batches up to that one, in their order
 * @param last the number of that one
 */
record Archive(Path directory, List<Entry> batches, long last, Configuration hadoop) {
  /** Partition, first and last offset, as {@link OffsetRanges#sources} tells them. */
  private static final Pattern RANGE = Pattern.compile(".*/(\\d+)/(\\d+)-(\\d+)");

  /** How far the clocks of senders and of this machine may be apart. */
  private static final Duration SLACK = Duration.ofDays(1);

  /** The one that a job keeps; empty if it keeps none. */
  static Optional<Archive> of(ReportPlan plan, OpenWindows open) throws IOException {
    String archive = plan.config().archive();
    if (archive == null) {
      return Optional.empty();
    }
    Path directory = new Path(archive);
    if (!Storage.of(directory, plan.hadoop()).exists(directory)) {
      return Optional.empty();
    }
    List<Entry> batches =
        new Ledger(plan.config().destination().ledger(), plan.hadoop())
            .committed().stream()
                .filter(entry -> entry.unit().equals(plan.checkpoint().unit(entry.batch())))
                .filter(entry -> entry.batch() <= open.batch())
                .sorted(Comparator.comparingLong(Entry::batch))
                .toList();
    return Optional.of(new Archive(directory, batches, open.batch(), plan.hadoop()));
  }

  /**
   * The files with all messages that were sent at a time or later.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if one is not there
   */
  List<Path> sentSince(Instant time) throws IOException {
    Instant from = time.minus(SLACK);
    List<Path> files = new ArrayList<>();
    Map<Integer, Long> ends = new HashMap<>();
    Instant published = Instant.MIN;
    long next = 0;
    for (Entry entry : batches) {
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
  private void checkJoins(Entry entry, Map<Integer, Long> ends) {
    for (Entry.Source source : entry.sources()) {
      Matcher range = RANGE.matcher(source.file());
      if (!range.matches()) {
        // Earlier versions told ranges with gaps in one text, which joins nothing.
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

  private List<Path> files(Entry entry) throws IOException {
    List<Path> files = new ArrayList<>();
    long rows = 0;
    for (Entry.PublishedFile file : entry.files()) {
      if (file.destination().equals(Entry.PublishedFile.ARCHIVE)) {
        // By its name, for the directory may be reached otherwise than when it was written.
        Path path = new Path(directory, new Path(file.path()).getName());
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

  private JobException incomplete(String what) {
    return new JobException(
        ExitCode.INTEGRITY,
        ("the archive %s does not hold every message of the time asked for: it lacks %s. Nothing was"
                + " replaced. Restore it; or unset 'archive', to read what Kafka still has")
            .formatted(directory, what));
  }
}
