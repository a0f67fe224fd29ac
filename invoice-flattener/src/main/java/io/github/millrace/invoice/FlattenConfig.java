package io.github.millrace.invoice;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.millrace.config.Location;
import io.github.millrace.config.OutputConfig;
import io.github.millrace.config.StreamConfig;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.source.file.FileInput;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Objects;

/** The keys of {@code flatten}; {@code config/reference.yaml} explains each. */
record FlattenConfig(
    @Valid In input,
    @Valid Out output,
    @Valid @JsonUnwrapped StreamConfig stream,
    String contract) {

  private static final int MIB = 1 << 20;

  FlattenConfig {
    contract = Objects.requireNonNullElse(contract, "classpath:contracts/invoice.odcs.yaml");
  }

  /** Where invoices come from. */
  record In(
      @NotBlank(message = "is missing; set it to the directory that the invoices arrive in")
          Location path,
      InvoiceShape shape,
      @Min(value = 1, message = "must be 1 or more") Integer maxFilesPerBatch,
      @Min(value = 1024, message = "must be from 1024 to 1073741824")
          @Max(value = 1 << 30, message = "must be from 1024 to 1073741824")
          Integer maxRecordBytes,
      TimeSpan watchFor) {
    In {
      shape = Objects.requireNonNullElse(shape, InvoiceShape.LINES);
      maxFilesPerBatch = Objects.requireNonNullElse(maxFilesPerBatch, 10_000);
      maxRecordBytes = Objects.requireNonNullElse(maxRecordBytes, 16 * MIB);
      watchFor = Objects.requireNonNullElseGet(watchFor, () -> TimeSpan.parse("7 days"));
    }
  }

  /** Where rows go. */
  record Out(
      Location hive,
      Location cassandra,
      CsvLayout layout,
      Boolean lineNumber,
      @JsonUnwrapped OutputConfig accounts) {
    Out {
      hive = Objects.requireNonNullElseGet(hive, () -> Location.of("hive"));
      cassandra = Objects.requireNonNullElseGet(cassandra, () -> Location.of("cassandra"));
      layout = Objects.requireNonNullElse(layout, CsvLayout.FLAT);
      lineNumber = Objects.requireNonNullElse(lineNumber, false);
    }
  }

  Output destinations() {
    return new Output(
        List.of(
            new Output.Destination("hive", output.hive().path()),
            new Output.Destination("cassandra", output.cassandra().path())),
        Format.CSV,
        output.layout().layout(),
        Location.pathOf(output.accounts().quarantine()),
        Location.pathOf(output.accounts().ledger()),
        null);
  }

  FileInput source() {
    return new FileInput(
        input.path().path(),
        input.shape().shape(),
        input.maxFilesPerBatch(),
        input.maxRecordBytes(),
        input.watchFor(),
        destinations().replayed());
  }
}
