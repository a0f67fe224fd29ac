package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.invoice.InvoiceDataSet;
import io.github.millrace.datagen.invoice.InvoiceOptions;
import io.github.millrace.datagen.invoice.InvoiceTruth;
import io.github.millrace.datagen.invoice.Shape;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.testkit.Hive;
import io.github.millrace.testkit.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The external table of the README, read by Hive itself. */
class HiveTableIT {
  static final Shared<Hive> HIVE = Shared.of(Hive.class, Hive::start);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void hiveReadsTheDirectoryAsItIs(CsvLayout layout) throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceDataSet.write(
        new InvoiceOptions(800, 29, 0.05, Shape.LINES, 2, 0.0),
        OutputDirectory.create(run.in()),
        written -> {});
    // Hive reads by line: as the README advises, what has a line break is quarantined.
    Path contract = directory.resolve("one-line.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of("src/main/resources/contracts/invoice.odcs.yaml"))
            .replaceAll(
                "(?m)^( +)- name: (City|ItemDescription)\n( +)logicalType: string\n",
                "$0$3logicalTypeOptions: {pattern: '^[^\\\\r\\\\n]*\\\\z'}\n"));
    run.flatten("--set", "contract=" + contract, "--set", "output.layout=" + layout).expect(0);

    List<List<String>> expected = new ArrayList<>();
    for (List<String> row :
        ExpectedRows.of(run.in(), InvoiceTruth.read(run.in())).stream().toList()) {
      expected.add(row.stream().map(value -> value == null ? "" : value).toList());
    }
    List<String> torn =
        expected.stream()
            .filter(row -> row.stream().anyMatch(value -> value.contains("\n")))
            .map(row -> row.get(0))
            .distinct()
            .toList();
    assertThat(torn).as("the data has line breaks").isNotEmpty();
    expected.removeIf(row -> torn.contains(row.get(0)));

    List<String> statements = new ArrayList<>(List.of("DROP TABLE IF EXISTS invoice_lines"));
    for (String statement : ddl(layout).split(";\n", -1)) {
      statements.add(statement.replace("${hive}", run.hive().toUri().toString()));
    }
    statements.add("SELECT * FROM invoice_lines");
    List<List<String>> read =
        HIVE.get().query(statements).values().stream()
            // Without the day, which is the partition.
            .map(row -> row.subList(0, expected.get(0).size()))
            .toList();
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** The first in the README, or the one of tables with a partition for each day. */
  private static String ddl(CsvLayout layout) throws Exception {
    Matcher block =
        Pattern.compile("```sql\n(CREATE EXTERNAL TABLE.*?);\n```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();
    if (layout == CsvLayout.DAILY) {
      assertThat(block.find()).isTrue();
    }
    return block.group(1);
  }
}
