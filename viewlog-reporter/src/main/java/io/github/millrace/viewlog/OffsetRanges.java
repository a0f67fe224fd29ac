package io.github.millrace.viewlog;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Offsets of a topic, by partition.
 *
 * @param from the first offset of each partition
 * @param until the offset after the last
 */
record OffsetRanges(Map<Integer, Long> from, Map<Integer, Long> until) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a batch of a stream reads, as Spark has noted it in the checkpoint before the batch began.
   */
  static OffsetRanges ofBatch(String checkpoint, String topic, long batch, Configuration hadoop)
      throws IOException {
    Map<Integer, Long> until = noted(checkpoint, "offsets/" + batch, topic, hadoop).orElseThrow();
    Map<Integer, Long> from = new TreeMap<>(initial(checkpoint, topic, hadoop));
    if (batch > 0) {
      from.putAll(noted(checkpoint, "offsets/" + (batch - 1), topic, hadoop).orElseThrow());
    }
    // A partition that was added since is read from its beginning.
    until.keySet().forEach(partition -> from.putIfAbsent(partition, 0L));
    return new OffsetRanges(from, until);
  }

  /** Where the stream began, by partition; empty if it has not. */
  static Map<Integer, Long> initial(String checkpoint, String topic, Configuration hadoop)
      throws IOException {
    return noted(checkpoint, "sources/0/0", topic, hadoop).orElse(Map.of());
  }

  /** The next offset that the stream will read, by partition; empty if it has read nothing. */
  static Map<Integer, Long> reached(
      String checkpoint, String topic, long lastBatch, Configuration hadoop) throws IOException {
    return lastBatch < 0
        ? initial(checkpoint, topic, hadoop)
        : noted(checkpoint, "offsets/" + lastBatch, topic, hadoop).orElse(Map.of());
  }

  /** Spark's file is a version, lines about the batch, and last the offsets as JSON by topic. */
  private static Optional<Map<Integer, Long>> noted(
      String checkpoint, String file, String topic, Configuration hadoop) throws IOException {
    Path path = new Path(checkpoint, file);
    try (InputStream in = Storage.of(path, hadoop).open(path)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
      String last = text.substring(text.lastIndexOf('\n') + 1);
      Map<String, Map<Integer, Long>> byTopic = JSON.readValue(last, new TypeReference<>() {});
      return Optional.of(new TreeMap<>(byTopic.getOrDefault(topic, Map.of())));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** How many offsets there are. */
  long size() {
    return until.entrySet().stream().mapToLong(end -> end.getValue() - start(end.getKey())).sum();
  }

  private long start(int partition) {
    return from.getOrDefault(partition, 0L);
  }

  /** For the ledger; partitions of which nothing was read are left out. */
  List<LedgerEntry.Source> sources(String topic) {
    return until.entrySet().stream()
        .filter(end -> end.getValue() > start(end.getKey()))
        .map(
            end ->
                new LedgerEntry.Source(
                    "%s/%d/%d-%d"
                        .formatted(topic, end.getKey(), start(end.getKey()), end.getValue() - 1),
                    end.getValue() - start(end.getKey())))
        .toList();
  }

  String assignment(String topic) {
    return json(Map.of(topic, until.keySet()));
  }

  String starts(String topic) {
    Map<Integer, Long> starts = new TreeMap<>();
    until.keySet().forEach(partition -> starts.put(partition, start(partition)));
    return json(Map.of(topic, starts));
  }

  String ends(String topic) {
    return json(Map.of(topic, until));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException("numbers can always be written", e);
    }
  }
}
