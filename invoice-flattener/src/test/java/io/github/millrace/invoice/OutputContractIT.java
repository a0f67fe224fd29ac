package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.invoice.InvoiceDataSet;
import io.github.millrace.datagen.invoice.InvoiceOptions;
import io.github.millrace.datagen.invoice.Shape;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.testkit.DataContractTool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third party's program, the public {@code datacontract} tool, judges contracts and output. */
class OutputContractIT {
  private static final Path CONTRACTS = Path.of("src/main/resources/contracts");

  @TempDir private Path directory;

  @Test
  void contractsAreValid() {
    DataContractTool.assertValid(CONTRACTS);
  }

  /** What a contract may ask for is the standard's: this one has a field of every type and rule. */
  @Test
  void aContractOfAllThatIsEnforcedIsValid() {
    DataContractTool.assertValid(Path.of("../common/src/test/resources/contracts"));
  }

  @Test
  void outputKeepsItsContract() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceDataSet.write(
        new InvoiceOptions(500, 3, 0.05, Shape.LINES, 2, 0.0),
        OutputDirectory.create(run.in()),
        written -> {});
    run.flatten().expect(0);
    Path contract = CONTRACTS.resolve("invoice-lines.odcs.yaml");
    String files = run.hive() + "/*.csv";
    assertThat(DataContractTool.test(contract, files).expect(0).output())
        .contains("Data contract is valid");

    Path file = run.hive().resolve(FlattenRun.csvFiles(run.hive()).get(0));
    String damaged = Files.readString(file).replaceAll("(?m),\\d+(,[0-9.]+)$", ",0$1");
    Files.writeString(file, damaged);
    assertThat(DataContractTool.test(contract, files).expect(1).output())
        .contains("Check that field ItemQty has a minimum")
        .doesNotContain("Data contract is valid");
  }
}
