package io.github.millrace.clickstream.config;

import io.github.millrace.config.CsvConfig;
import io.github.millrace.config.Gaps;
import io.github.millrace.config.KafkaConfig;
import io.github.millrace.config.Location;
import io.github.millrace.config.StreamConfig;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Format;
import io.github.millrace.source.file.FileInput;
import io.github.millrace.source.file.Shape;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Records of one sender: where they come from, what they are, and how they are landed.
 *
 * @param kafka where they come from, or
 * @param files where they come from
 * @param contract that says what a record is
 * @param eventTime the field, a timestamp, by which a record is landed
 * @param columns what is landed: a column's name, and the field that it is of; empty for all
 * @param format of the landed files
 * @param table of Hive, in which they are read; null for none
 * @param trigger when a batch is taken
 * @param maxBadShare the share of records, 0 to 1, that may be bad; null for any short of all
 * @param allowedFuture how far an event may be ahead of this machine's clock
 * @param completeAfter how far events must have come beyond an hour for it to be complete
 * @param idleAfter after how long without a message a partition of the topic does not count
 * @param onUnknownType what becomes of a record of a kind that the contract has not
 */
public record Feed(
    @Valid Topic kafka,
    @Valid Files files,
    @NotBlank(message = "is missing; set it to the data contract of the feed's records")
        String contract,
    @NotBlank(message = "is missing; set it to the field that says when the event was")
        String eventTime,
    Map<String, String> columns,
    Format format,
    @Pattern(regexp = "\\w+", message = "must be of letters, digits and _") String table,
    StreamTrigger trigger,
    @DecimalMin(value = "0", message = "must be from 0 to 1")
        @DecimalMax(value = "1", message = "must be from 0 to 1")
        Double maxBadShare,
    TimeSpan allowedFuture,
    TimeSpan completeAfter,
    TimeSpan idleAfter,
    UnknownType onUnknownType) {
  private static final int MIB = 1 << 20;

  public Feed {
    columns = Objects.requireNonNullElse(columns, Map.of());
    format = Objects.requireNonNullElse(format, Format.PARQUET);
    trigger = Objects.requireNonNullElse(trigger, StreamTrigger.ALL_AVAILABLE);
    allowedFuture = Objects.requireNonNullElseGet(allowedFuture, () -> TimeSpan.parse("1 hour"));
    completeAfter =
        Objects.requireNonNullElseGet(completeAfter, () -> TimeSpan.parse("10 minutes"));
    idleAfter = Objects.requireNonNullElseGet(idleAfter, () -> TimeSpan.parse("10 minutes"));
    onUnknownType = Objects.requireNonNullElse(onUnknownType, UnknownType.QUARANTINE);
  }

  /** Whether it is a topic, and not files. */
  public boolean readsTopic() {
    return kafka.topic() != null;
  }

  /** How its stream goes on from a checkpoint. */
  public StreamConfig stream(Location checkpoint, StreamTrigger when) {
    return new StreamConfig(checkpoint, when, maxBadShare, false);
  }

  /**
   * A topic.
   *
   * @param topic its name
   * @param startingOffsets where a checkpoint begins that has read nothing yet
   * @param maxOffsetsPerTrigger most messages in a batch
   * @param minPartitions at least so many tasks read; null for one for each partition
   * @param gaps what becomes of offsets without a message
   */
  public record Topic(
      String topic,
      String startingOffsets,
      @Min(value = 1, message = "must be 1 or more") Long maxOffsetsPerTrigger,
      @Min(value = 1, message = "must be 1 or more") Integer minPartitions,
      Gaps gaps) {
    private static final long IN_BATCH = 10_000_000;

    public Topic {
      startingOffsets = Objects.requireNonNullElse(startingOffsets, "earliest");
      maxOffsetsPerTrigger = Objects.requireNonNullElse(maxOffsetsPerTrigger, IN_BATCH);
      gaps = Objects.requireNonNullElse(gaps, Gaps.REFUSE);
    }

    /** The topic at its brokers. */
    public KafkaConfig at(ClickstreamConfig.Brokers brokers) {
      return new KafkaConfig(
          brokers.bootstrapServers(),
          topic,
          startingOffsets,
          maxOffsetsPerTrigger,
          minPartitions,
          gaps,
          brokers.options());
    }
  }

  /**
   * Files of a directory.
   *
   * @param path the directory; files are found in it at any depth
   * @param shape how records stand in a file
   * @param csv how CSV files are written
   * @param maxFilesPerBatch most files in a batch
   * @param maxRecordBytes a longer record is quarantined by name
   * @param watchFor how long a file that was read is looked at for changes
   */
  public record Files(
      Location path,
      Shape shape,
      @Valid CsvConfig csv,
      @Min(value = 1, message = "must be 1 or more") Integer maxFilesPerBatch,
      @Min(value = 1024, message = "must be from 1024 to 1073741824")
          @Max(value = 1 << 30, message = "must be from 1024 to 1073741824")
          Integer maxRecordBytes,
      TimeSpan watchFor) {
    public Files {
      shape = Objects.requireNonNullElse(shape, Shape.LINES);
      maxFilesPerBatch = Objects.requireNonNullElse(maxFilesPerBatch, 10_000);
      maxRecordBytes = Objects.requireNonNullElse(maxRecordBytes, 16 * MIB);
      watchFor = Objects.requireNonNullElseGet(watchFor, () -> TimeSpan.parse("7 days"));
    }

    /**
     * The files as an input.
     *
     * @param replayed directory of quarantine files to be read again
     * @param columnNames of which a CSV file's header must have one
     */
    public FileInput input(String replayed, Set<String> columnNames) {
      return new FileInput(
          path.path(),
          shape,
          maxFilesPerBatch,
          maxRecordBytes,
          watchFor,
          replayed,
          csv.format(columnNames));
    }
  }
}
