package io.github.millrace.viewlog;

import io.github.millrace.config.StreamTrigger;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.storage.Storage;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** The keys of {@code report}; {@code config/reference.yaml} explains each. */
record ReportConfig(
    @Valid KafkaConfig kafka,
    @NotBlank(message = "is missing; set it to the CSV file of the campaigns") String campaigns,
    @NotBlank(message = "is missing; set it to the directory of the reports") String output,
    String quarantine,
    String ledger,
    @NotBlank(message = "is missing; set it to a directory of the job's own") String checkpoint,
    String archive,
    StreamTrigger trigger,
    TimeSpan window,
    TimeSpan watermark,
    @Pattern(
            regexp = "end_timestamp|start_timestamp",
            message = "must be end_timestamp or start_timestamp")
        String windowOn,
    TimeSpan maxDuration,
    TimeSpan allowedFuture,
    TimeSpan allowedPast,
    @DecimalMin(value = "0", message = "must be from 0 to 1")
        @DecimalMax(value = "1", message = "must be from 0 to 1")
        Double maxBadShare,
    Boolean deduplicate,
    String contract) {

  ReportConfig {
    trigger = Objects.requireNonNullElse(trigger, StreamTrigger.ALL_AVAILABLE);
    window = Objects.requireNonNullElseGet(window, () -> TimeSpan.parse("1 minute"));
    watermark = Objects.requireNonNullElseGet(watermark, () -> TimeSpan.parse("10 seconds"));
    windowOn = Objects.requireNonNullElse(windowOn, Views.END);
    maxDuration = Objects.requireNonNullElseGet(maxDuration, () -> TimeSpan.parse("24 hours"));
    allowedFuture = Objects.requireNonNullElseGet(allowedFuture, () -> TimeSpan.parse("1 minute"));
    deduplicate = Objects.requireNonNullElse(deduplicate, false);
    contract = Objects.requireNonNullElse(contract, "classpath:contracts/view.odcs.yaml");
  }

  /** Where views come from. */
  record KafkaConfig(
      @NotBlank(message = "is missing; set it to host:port of the brokers") String bootstrapServers,
      String topic,
      @Pattern(
              regexp = "(?s)earliest|latest|\\{.*\\}",
              message = "must be earliest, latest, or JSON of offsets by topic and partition")
          String startingOffsets,
      @Min(value = 1, message = "must be 1 or more") Long maxOffsetsPerTrigger,
      @Min(value = 1, message = "must be 1 or more") Integer minPartitions,
      Gaps gaps,
      Map<String, String> options) {
    private static final String READ_COMMITTED = "read_committed";

    KafkaConfig {
      topic = Objects.requireNonNullElse(topic, "view_log");
      startingOffsets = Objects.requireNonNullElse(startingOffsets, "earliest");
      gaps = Objects.requireNonNullElse(gaps, Gaps.REFUSE);
      options = options == null ? Map.of() : withoutNulls(options);
    }

    /**
     * By which a message of a transaction counts once that is committed, unless set otherwise.
     * Without the spaces around it, which Kafka passes over and Spark does not.
     */
    String isolation() {
      return options.getOrDefault(ConsumerConfig.ISOLATION_LEVEL_CONFIG, READ_COMMITTED).trim();
    }

    boolean isReadCommitted() {
      return isolation().equals(READ_COMMITTED);
    }

    /** A key without a value stands for an empty one, with which some of Kafka's are turned off. */
    private static Map<String, String> withoutNulls(Map<String, String> options) {
      Map<String, String> values = new HashMap<>();
      options.forEach((key, value) -> values.put(key, Objects.requireNonNullElse(value, "")));
      return Map.copyOf(values);
    }
  }

  Output destination() {
    return new Output(
        List.of(new Output.Destination("reports", output)),
        Format.PARQUET,
        Filing.BY_WINDOW.layout(),
        quarantine,
        ledger,
        archive);
  }

  /** The same with paths that mean the same from any directory and on any machine. */
  ReportConfig qualified(Configuration hadoop) throws IOException {
    return new ReportConfig(
        kafka,
        Storage.qualified(campaigns, hadoop),
        Storage.qualified(output, hadoop),
        Storage.qualified(quarantine, hadoop),
        Storage.qualified(ledger, hadoop),
        Storage.qualified(checkpoint, hadoop),
        Storage.qualified(archive, hadoop),
        trigger,
        window,
        watermark,
        windowOn,
        maxDuration,
        allowedFuture,
        allowedPast,
        maxBadShare,
        deduplicate,
        contract);
  }
}
