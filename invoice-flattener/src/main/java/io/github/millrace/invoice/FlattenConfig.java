package io.github.millrace.invoice;

import io.github.millrace.config.StreamTrigger;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.source.file.FileInput;
import io.github.millrace.source.file.Shape;
import io.github.millrace.storage.Storage;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;

/** The keys of {@code flatten}; {@code config/reference.yaml} explains each. */
record FlattenConfig(
    @Valid In input,
    @Valid Out output,
    @NotBlank(message = "is missing; set it to a directory of the job's own") String checkpoint,
    StreamTrigger trigger,
    @DecimalMin(value = "0", message = "must be from 0 to 1")
        @DecimalMax(value = "1", message = "must be from 0 to 1")
        Double maxBadShare,
    Boolean deduplicate,
    String contract) {

  private static final int MIB = 1 << 20;

  FlattenConfig {
    trigger = Objects.requireNonNullElse(trigger, StreamTrigger.ALL_AVAILABLE);
    deduplicate = Objects.requireNonNullElse(deduplicate, false);
    contract = Objects.requireNonNullElse(contract, "classpath:contracts/invoice.odcs.yaml");
  }

  /** Where invoices come from. */
  record In(
      @NotBlank(message = "is missing; set it to the directory that the invoices arrive in")
          String path,
      Shape shape,
      @Min(value = 1, message = "must be 1 or more") Integer maxFilesPerBatch,
      @Min(value = 1024, message = "must be from 1024 to 1073741824")
          @Max(value = 1 << 30, message = "must be from 1024 to 1073741824")
          Integer maxRecordBytes,
      TimeSpan watchFor) {
    In {
      shape = Objects.requireNonNullElse(shape, Shape.LINES);
      maxFilesPerBatch = Objects.requireNonNullElse(maxFilesPerBatch, 10_000);
      maxRecordBytes = Objects.requireNonNullElse(maxRecordBytes, 16 * MIB);
      watchFor = Objects.requireNonNullElseGet(watchFor, () -> TimeSpan.parse("7 days"));
    }
  }

  /** Where rows go. */
  record Out(
      String hive,
      String cassandra,
      CsvLayout layout,
      Boolean lineNumber,
      String quarantine,
      String ledger) {
    Out {
      hive = Objects.requireNonNullElse(hive, "hive");
      cassandra = Objects.requireNonNullElse(cassandra, "cassandra");
      layout = Objects.requireNonNullElse(layout, CsvLayout.FLAT);
      lineNumber = Objects.requireNonNullElse(lineNumber, false);
    }
  }

  Output destinations() {
    return new Output(
        List.of(
            new Output.Destination("hive", output.hive()),
            new Output.Destination("cassandra", output.cassandra())),
        Format.CSV,
        output.layout().layout(),
        output.quarantine(),
        output.ledger(),
        null);
  }

  FileInput source() {
    return new FileInput(
        input.path(),
        input.shape(),
        input.maxFilesPerBatch(),
        input.maxRecordBytes(),
        input.watchFor(),
        destinations().replayed());
  }

  /** The same with paths that mean the same from any directory and on any machine. */
  FlattenConfig qualified(Configuration hadoop) throws IOException {
    return new FlattenConfig(
        new In(
            Storage.qualified(input.path(), hadoop),
            input.shape(),
            input.maxFilesPerBatch(),
            input.maxRecordBytes(),
            input.watchFor()),
        new Out(
            Storage.qualified(output.hive(), hadoop),
            Storage.qualified(output.cassandra(), hadoop),
            output.layout(),
            output.lineNumber(),
            Storage.qualified(output.quarantine(), hadoop),
            Storage.qualified(output.ledger(), hadoop)),
        Storage.qualified(checkpoint, hadoop),
        trigger,
        maxBadShare,
        deduplicate,
        contract);
  }

  FlattenConfig bounded() {
    return new FlattenConfig(
        input, output, checkpoint, StreamTrigger.ALL_AVAILABLE, maxBadShare, deduplicate, contract);
  }
}
