package io.github.millrace.viewlog.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.millrace.config.KafkaConfig;
import io.github.millrace.config.Location;
import io.github.millrace.config.OutputConfig;
import io.github.millrace.config.StreamConfig;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.viewlog.report.Filing;
import io.github.millrace.window.TumblingWindows;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Objects;

/** The keys of {@code report}; {@code config/reference.yaml} explains each. */
public record ReportConfig(
    @Valid KafkaConfig kafka,
    @NotBlank(message = "is missing; set it to the CSV file of the campaigns") Location campaigns,
    @NotBlank(message = "is missing; set it to the directory of the reports") Location output,
    @JsonUnwrapped OutputConfig accounts,
    Location archive,
    @Valid @JsonUnwrapped StreamConfig stream,
    TimeSpan window,
    TimeSpan watermark,
    @Pattern(
            regexp = "end_timestamp|start_timestamp",
            message = "must be end_timestamp or start_timestamp")
        String windowOn,
    TimeSpan maxDuration,
    TimeSpan allowedFuture,
    TimeSpan allowedPast,
    String contract) {

  /** The timestamps of a view that windows may be on. */
  public static final String START = "start_timestamp";

  public static final String END = "end_timestamp";

  public ReportConfig {
    kafka = kafka.orTopic("view_log");
    window = Objects.requireNonNullElseGet(window, () -> TimeSpan.parse("1 minute"));
    watermark = Objects.requireNonNullElseGet(watermark, () -> TimeSpan.parse("10 seconds"));
    windowOn = Objects.requireNonNullElse(windowOn, END);
    maxDuration = Objects.requireNonNullElseGet(maxDuration, () -> TimeSpan.parse("24 hours"));
    allowedFuture = Objects.requireNonNullElseGet(allowedFuture, () -> TimeSpan.parse("1 minute"));
    contract = Objects.requireNonNullElse(contract, "classpath:contracts/view.odcs.yaml");
  }

  public TumblingWindows windows() {
    return new TumblingWindows(window, watermark);
  }

  public Output destination() {
    return new Output(
        List.of(new Output.Destination("reports", output.path())),
        Format.PARQUET,
        Filing.BY_WINDOW.layout(),
        Location.pathOf(accounts.quarantine()),
        Location.pathOf(accounts.ledger()),
        Location.pathOf(archive));
  }
}
