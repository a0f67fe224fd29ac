package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.datagen.invoice.InvoiceTruth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What must hold after any number of runs, however they ended. */
final class EveryRecord {
  private EveryRecord() {}

  /**
   * Asserts that what lies in a run's directories is the generator's data: each line item once, in
   * both destinations, or its invoice in the quarantine; no temporary file; a committed entry that
   * balances for each file.
   *
   * @param data the directory in which the generator wrote the data and its truth
   */
  static void isAccountedFor(FlattenRun run, Path data) throws Exception {
    InvoiceTruth truth = InvoiceTruth.read(data);
    assertThat(FlattenRun.counted(FlattenRun.rows(run.hive())))
        .isEqualTo(FlattenRun.counted(ExpectedRows.of(data, truth)));
    assertThat(run.reasons())
        .containsExactlyInAnyOrderElementsOf(
            truth.records().stream()
                .flatMap(record -> record.reason().stream())
                .map(reason -> reason.label())
                .toList());

    List<String> csv = FlattenRun.csvFiles(run.hive());
    assertThat(FlattenRun.listing(run.cassandra())).isEqualTo(csv);
    for (String file : csv) {
      assertThat(run.cassandra().resolve(file)).hasSameBinaryContentAs(run.hive().resolve(file));
    }
    assertThat(run.leftOver()).isEmpty();

    List<String> entered = new ArrayList<>();
    for (JsonNode entry : run.ledger()) {
      JsonNode counts = entry.get("counts");
      assertThat(counts.get("read").longValue())
          .isEqualTo(counts.get("written").longValue() + counts.get("quarantined").longValue());
      entry
          .get("files")
          .forEach(
              file -> {
                if (file.get("destination").textValue().equals("hive")) {
                  entered.add(Path.of(file.get("path").textValue()).getFileName().toString());
                }
              });
    }
    assertThat(entered).containsExactlyInAnyOrderElementsOf(csv);
  }
}
