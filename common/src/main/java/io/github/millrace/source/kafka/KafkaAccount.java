package io.github.millrace.source.kafka;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.config.Gaps;
import io.github.millrace.config.KafkaConfig;
import io.github.millrace.ledger.LedgerEntry;
import java.util.List;

/**
 * What a batch was to read, and how many messages it has read: each is counted apart, so that a
 * message which is lost on the way is no gap but an entry that does not balance.
 *
 * @param sources the ranges of offsets
 * @param gaps at how many of these offsets there is no message
 */
public record KafkaAccount(List<LedgerEntry.Source> sources, long gaps) {
  public KafkaAccount {
    sources = List.copyOf(sources);
  }

  /**
   * Compares the two.
   *
   * @param messages that the source has handed out
   * @throws JobException with {@link ExitCode#INTEGRITY} if they differ, and gaps are refused
   */
  public static KafkaAccount of(OffsetRanges ranges, long messages, KafkaConfig config) {
    long gaps = ranges.size() - messages;
    if (gaps != 0 && (gaps < 0 || config.gaps() == Gaps.REFUSE)) {
      throw new JobException(
          ExitCode.INTEGRITY,
          ("topic '%s': of %,d offsets (%s) %,d messages were read. If the topic is compacted or its"
                  + " producers use transactions, set kafka.gaps to count; if not, messages were"
                  + " lost, and nothing of the batch was published")
              .formatted(config.topic(), ranges.size(), ranges.sources(), messages));
    }
    return new KafkaAccount(ranges.sources(), gaps);
  }
}
