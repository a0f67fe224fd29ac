package io.github.millrace.source.kafka;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.common.TopicPartition;

/**
 * Ranges of offsets, by topic and partition.
 *
 * @param from the first offset of each partition
 * @param until the offset after the last
 */
public record OffsetRanges(Offsets from, Offsets until) {

  /**
   * What a batch of a stream reads, as Spark has noted it in the checkpoint before the batch began.
   */
  public static OffsetRanges ofBatch(String checkpoint, long batch, Configuration hadoop)
      throws IOException {
    Offsets until = noted(checkpoint, "offsets/" + batch, hadoop).orElseThrow();
    Map<TopicPartition, Long> from = new HashMap<>();
    // A partition that was added since is read from its beginning.
    until.forEach((partition, offset) -> from.put(partition, 0L));
    initial(checkpoint, hadoop).forEach(from::put);
    if (batch > 0) {
      noted(checkpoint, "offsets/" + (batch - 1), hadoop).orElseThrow().forEach(from::put);
    }
    return new OffsetRanges(new Offsets(from), until);
  }

  /** Where the stream began; empty if it has not. */
  public static Offsets initial(String checkpoint, Configuration hadoop) throws IOException {
    return noted(checkpoint, "sources/0/0", hadoop).orElse(Offsets.NONE);
  }

  /** The next offsets that the stream will read; empty if it has read nothing. */
  public static Offsets reached(String checkpoint, long lastBatch, Configuration hadoop)
      throws IOException {
    return lastBatch < 0
        ? initial(checkpoint, hadoop)
        : noted(checkpoint, "offsets/" + lastBatch, hadoop)
            .orElseThrow(
                () ->
                    new JobException(
                        ExitCode.INTEGRITY,
                        "checkpoint %s lacks the offsets of batch %d; restore it and start again"
                            .formatted(checkpoint, lastBatch)));
  }

  /** Spark's file is a version, lines about the batch, and last the offsets as JSON by topic. */
  private static Optional<Offsets> noted(String checkpoint, String file, Configuration hadoop)
      throws IOException {
    Path path = new Path(checkpoint, file);
    try (InputStream in = Storage.of(path, hadoop).open(path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
      return Optional.of(Offsets.parse(text.substring(text.lastIndexOf('\n') + 1)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** How many offsets there are. */
  public long size() {
    return until.partitions().stream().mapToLong(this::size).sum();
  }

  private long size(TopicPartition partition) {
    return until.get(partition) - from.orBeginning(partition);
  }

  /**
   * For the ledger, {@code topic/partition/first-last}; partitions of which nothing was read are
   * left out.
   */
  public List<LedgerEntry.Source> sources() {
    return until.partitions().stream()
        .filter(partition -> size(partition) > 0)
        .map(
            partition ->
                new LedgerEntry.Source(
                    "%s/%d/%d-%d"
                        .formatted(
                            partition.topic(),
                            partition.partition(),
                            from.orBeginning(partition),
                            until.get(partition) - 1),
                    size(partition)))
        .toList();
  }

  /** Where each partition of {@link #until} begins. */
  Offsets starts() {
    Map<TopicPartition, Long> starts = new HashMap<>();
    until.partitions().forEach(partition -> starts.put(partition, from.orBeginning(partition)));
    return new Offsets(starts);
  }
}
