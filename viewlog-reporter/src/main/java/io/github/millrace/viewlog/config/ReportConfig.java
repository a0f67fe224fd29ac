package io.github.millrace.viewlog.config;

import io.github.millrace.config.KafkaConfig;
import io.github.millrace.config.StreamTrigger;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.storage.Storage;
import io.github.millrace.viewlog.report.Filing;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.TumblingWindows;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;

/** The keys of {@code report}; {@code config/reference.yaml} explains each. */
public record ReportConfig(
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

  public ReportConfig {
    kafka = kafka.orTopic("view_log");
    trigger = Objects.requireNonNullElse(trigger, StreamTrigger.ALL_AVAILABLE);
    window = Objects.requireNonNullElseGet(window, () -> TimeSpan.parse("1 minute"));
    watermark = Objects.requireNonNullElseGet(watermark, () -> TimeSpan.parse("10 seconds"));
    windowOn = Objects.requireNonNullElse(windowOn, Views.END);
    maxDuration = Objects.requireNonNullElseGet(maxDuration, () -> TimeSpan.parse("24 hours"));
    allowedFuture = Objects.requireNonNullElseGet(allowedFuture, () -> TimeSpan.parse("1 minute"));
    deduplicate = Objects.requireNonNullElse(deduplicate, false);
    contract = Objects.requireNonNullElse(contract, "classpath:contracts/view.odcs.yaml");
  }

  public TumblingWindows windows() {
    return new TumblingWindows(window, watermark);
  }

  public Output destination() {
    return new Output(
        List.of(new Output.Destination("reports", output)),
        Format.PARQUET,
        Filing.BY_WINDOW.layout(),
        quarantine,
        ledger,
        archive);
  }

  /** The same with paths that mean the same from any directory and on any machine. */
  public ReportConfig qualified(Configuration hadoop) throws IOException {
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
