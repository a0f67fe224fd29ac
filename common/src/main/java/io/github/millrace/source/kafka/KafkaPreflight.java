package io.github.millrace.source.kafka;

import io.github.millrace.config.KafkaConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What is checked before a stream reads topics: what the configuration says by itself, then whether
 * the brokers have all that the checkpoint has not read.
 */
public final class KafkaPreflight {
  private final KafkaSource source;
  private final Optional<StartingOffsets> starting;

  private KafkaPreflight(KafkaSource source, Optional<StartingOffsets> starting) {
    this.source = source;
    this.starting = starting;
  }

  /**
   * Checks what can be checked without a broker.
   *
   * @param problems receives a message for each value that Kafka or Spark would refuse
   * @param warnings receives a message for each thing that is likely to be meant otherwise
   */
  public static KafkaPreflight ofConfig(
      KafkaConfig config, List<String> problems, List<String> warnings) {
    KafkaChecks.check(config, problems, warnings);
    return new KafkaPreflight(new KafkaSource(config), StartingOffsets.read(config, problems));
  }

  /**
   * Asks the brokers what there is, and compares it with where a stream begins.
   *
   * @param problems receives a message for each offset to begin at that the topics have not
   * @throws io.github.millrace.JobException if no broker answers, or there is no such topic
   */
  public KafkaSource.State state(String checkpoint, Configuration hadoop, List<String> problems)
      throws IOException {
    KafkaSource.State state = source.state();
    if (OffsetRanges.initial(checkpoint, hadoop).isEmpty()) {
      starting.ifPresent(offsets -> problems.addAll(offsets.misfits(state)));
    }
    return state;
  }

  /**
   * Checks that the topics have all that a checkpoint will read next.
   *
   * @throws io.github.millrace.JobException with {@link io.github.millrace.ExitCode#INTEGRITY} if
   *     messages would be passed over
   */
  public void checkNext(
      KafkaSource.State state, String checkpoint, long lastBatch, Configuration hadoop)
      throws IOException {
    source.checkReached(state, OffsetRanges.reached(checkpoint, lastBatch, hadoop));
  }

  /** The same of a batch that is read again from its beginning. */
  public void checkAgain(
      KafkaSource.State state, String checkpoint, long batch, Configuration hadoop)
      throws IOException {
    source.checkReached(state, OffsetRanges.ofBatch(checkpoint, batch, hadoop).from());
  }
}
