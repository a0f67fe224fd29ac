package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.datagen.invoice.InvoiceDataSet;
import io.github.millrace.datagen.invoice.InvoiceOptions;
import io.github.millrace.datagen.invoice.InvoiceTruth;
import io.github.millrace.datagen.invoice.Shape;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The job as a user runs it, judged by the generator's truth file. */
class FlattenIT {
  private static final String HEADER =
      "InvoiceNumber,CreatedTime,StoreID,PosID,CustomerType,PaymentMethod,DeliveryType,City,State,PinCode,"
          + "ItemCode,ItemDescription,ItemPrice,ItemQty,TotalValue";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"LINES, 3000, 4", "DOCUMENT, 150, 150", "ARRAY, 1500, 4"})
  void everyRecordIsAccountedFor(Shape shape, int count, int files) throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceTruth truth = generate(run, count, 0.1, shape, files);

    run.flatten("--set", "input.shape=" + shape).expect(0);

    assertThat(FlattenRun.rows(run.hive()))
        .containsExactlyInAnyOrderElementsOf(ExpectedRows.of(run.in(), truth));
    assertThat(run.ledger()).hasSize(1);
    JsonNode entry = run.ledger().get(0);
    assertThat(counts(entry))
        .containsEntry("read", truth.summary().records())
        .containsEntry("written", truth.summary().good())
        .containsEntry("quarantined", truth.summary().bad())
        .containsEntry("late", 0L)
        .containsEntry("deduplicated", 0L);
    assertThat(entry.get("rows").longValue()).isEqualTo(truth.summary().lineItems());
    assertThat(reasons(entry)).isEqualTo(reasons(truth));
    assertThat(run.quarantine()).hasSize((int) truth.summary().bad());
    assertBothDestinationsAreEqual(run);
    assertNothingIsLeftOver(run);
  }

  @Test
  void whatWasReadIsNotReadAgain() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    generate(run, 200, 0.0, Shape.LINES, 2);
    run.flatten("--set", "deduplicate=true").expect(0);
    List<String> files = data(run);
    List<List<String>> rows = FlattenRun.rows(run.hive());

    // The same file names again, one with other bytes.
    Files.copy(
        run.in().resolve("invoices-00000.json"),
        run.in().resolve("invoices-00001.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(run.flatten("--set", "deduplicate=true").expect(0).stdout())
        .contains("1 read = 0 written + 1 quarantined", "(1 changed files)");
    assertThat(data(run)).isEqualTo(files);

    // The same invoices under a new name.
    Files.copy(run.in().resolve("invoices-00000.json"), run.in().resolve("again.json"));
    run.flatten("--set", "deduplicate=true").expect(0);
    assertThat(counts(run.ledger().get(2)))
        .containsEntry("read", 100L)
        .containsEntry("written", 0L)
        .containsEntry("deduplicated", 100L);
    assertThat(FlattenRun.rows(run.hive())).containsExactlyInAnyOrderElementsOf(rows);
  }

  private static List<String> data(FlattenRun run) throws IOException {
    return FlattenRun.listing(run.hive()).stream().filter(name -> name.endsWith(".csv")).toList();
  }

  @Test
  void filesBeingWrittenAreLeftAlone() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    generate(run, 40, 0.0, Shape.LINES, 1);
    Path whole = run.in().resolve("invoices-00000.json");
    for (String name : List.of(".hidden.json", "_hidden.json", "put.json._COPYING_")) {
      Files.copy(whole, run.in().resolve(name));
    }
    run.flatten("--set", "output.lineNumber=true").expect(0);
    assertThat(counts(run.ledger().get(0))).containsEntry("read", 40L);
    List<String> lines =
        Files.readAllLines(run.hive().resolve(FlattenRun.csvFiles(run.hive()).get(0)));
    assertThat(lines.get(0)).isEqualTo(HEADER + ",line_number");
    assertThat(lines.get(1)).endsWith(",1");
  }

  @Test
  void wrongConfigurationIsToldAtOnceAndCostsNothing() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    Path contract = directory.resolve("wrong.odcs.yaml");
    Files.writeString(
        contract,
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: wrong
        version: 1.0.0
        status: active
        schema:
          - name: invoice
            properties:
              - name: InvoiceNumber
                logicalType: string
                logicalTypeOptions: {minLenght: 1, pattern: "[0-9"}
        """);
    SparkSubmit.Result result =
        run.commandByItself(
            "flatten",
            "--set",
            "input.path=" + directory.resolve("nowhere"),
            "--set",
            "input.shpe=lines",
            "--set",
            "output.hive=s3a://bucket/hive",
            "--set",
            "trigger=sometimes",
            "--set",
            "maxBadShare=2",
            "--set",
            "contract=" + contract);
    assertThat(result.expect(2).stderr())
        .contains("problems in the configuration")
        .contains("input.path: is '" + directory.resolve("nowhere") + "', which does not exist")
        .contains("input.shpe: unknown key, did you mean 'shape'?")
        .contains(
            "output.hive: is 's3a://bucket/hive' in an object store, where a rename is no commit")
        .contains("trigger: is 'sometimes', must be availableNow or an interval")
        .contains("maxBadShare: is '2.0', must be from 0 to 1")
        .contains("did you mean 'minLength'?")
        .contains("pattern '[0-9' does not compile")
        .doesNotContain("\tat ");
    assertThat(FlattenRun.listing(directory)).containsExactly("wrong.odcs.yaml");
  }

  @Test
  void tooLargeAShareOfBadInvoicesEndsTheRunButLosesNothing() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceTruth truth = generate(run, 200, 0.2, Shape.LINES, 1);
    SparkSubmit.Result result = run.commandByItself("flatten", "--set", "maxBadShare=0.05");
    assertThat(result.expect(3).stderr())
        .contains(truth.summary().bad() + " of " + truth.summary().records())
        .contains("maxBadShare allows 5.00 %")
        .doesNotContain("\tat ");
    assertThat(FlattenRun.rows(run.hive()))
        .containsExactlyInAnyOrderElementsOf(ExpectedRows.of(run.in(), truth));

    // The unit stands; a later run goes on after it.
    assertThat(run.flatten("--set", "maxBadShare=0.05").expect(0).stdout())
        .contains("0 read = 0 written");
    assertThat(run.ledger()).hasSize(1);
  }

  @Test
  void invoicesOfAnotherShapeAreToldAndComeOutByReplay() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceTruth truth = generate(run, 40, 0.0, Shape.DOCUMENT, 40);
    assertThat(run.flatten().expect(3).stderr())
        .contains("records that were read break the contract")
        .contains(
            "it looks like shape document, not lines; start 'replay --set input.shape=document'")
        .doesNotContain("\tat ");
    long lines = run.quarantine().size();

    SparkSubmit.Result replay = run.command("replay", "--set", "input.shape=document").expect(0);

    assertThat(replay.stdout()).contains("is read again as shape document", "and 35 files more");
    assertThat(FlattenRun.rows(run.hive()))
        .containsExactlyInAnyOrderElementsOf(ExpectedRows.of(run.in(), truth));
    assertThat(run.quarantine()).isEmpty();
    assertThat(counts(run.ledger().get(1)))
        .containsEntry("read", lines + 40)
        .containsEntry("written", 40L)
        .containsEntry("reread", lines);
  }

  @Test
  void aLostCheckpointIsRefusedAndCanBeAdopted() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    generate(run, 60, 0.0, Shape.LINES, 1);
    run.flatten().expect(0);
    List<List<String>> rows = FlattenRun.rows(run.hive());
    Path other = directory.resolve("other");
    assertThat(run.flatten("--set", "checkpoint=" + other).expect(4).stderr())
        .contains("belongs to the checkpoint")
        .contains("--adopt");
    assertThat(Files.exists(other)).isFalse();

    Files.copy(run.in().resolve("invoices-00000.json"), run.in().resolve("new.json"));
    run.flatten("--set", "checkpoint=" + other, "--adopt").expect(0);
    assertThat(counts(run.ledger().get(1)).get("read")).isEqualTo(60L);
    assertThat(FlattenRun.rows(run.hive())).hasSize(2 * rows.size());
  }

  @Test
  void quarantinedInvoicesAreReplayedOnce() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceTruth truth = generate(run, 300, 0.2, Shape.LINES, 1);
    run.flatten().expect(0);
    Path contract = directory.resolve("lenient.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of("src/main/resources/contracts/invoice.odcs.yaml"))
            .replace("minimum: 1\n", "minimum: -1000\n"));
    long outOfRange =
        run.quarantine().stream()
            .filter(r -> r.get("reasons").get(0).textValue().matches("range .*ItemQty.*"))
            .count();
    assertThat(outOfRange).isPositive();

    assertThat(run.command("replay", "--set", "contract=" + contract).expect(0).stdout())
        .contains(truth.summary().bad() + " quarantined records are read again");
    assertThat(counts(run.ledger().get(1)))
        .containsEntry("read", truth.summary().bad())
        .containsEntry("written", outOfRange);
    assertThat(run.quarantine()).hasSize((int) (truth.summary().bad() - outOfRange));
  }

  @Test
  void aRowRuleMaySpeakOfAFieldThatIsNoColumnOfTheOutput() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    InvoiceTruth truth = generate(run, 100, 0.0, Shape.LINES, 1);
    Path contract = directory.resolve("strict.odcs.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of("src/main/resources/contracts/invoice.odcs.yaml"))
            + """
                  quality:
                    - {name: few items, type: custom, engine: sparkSql, implementation: NumberOfItems < 3}
              """
                .indent(0));
    run.flatten("--set", "contract=" + contract).expect(0);
    long many = truth.records().stream().filter(record -> record.items() >= 3).count();
    assertThat(counts(run.ledger().get(0))).containsEntry("quarantined", many);
    assertThat(reasons(run.ledger().get(0))).containsEntry("rule", many);
  }

  @Test
  void dryRunAndPrintConfigTouchNothing() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    assertThat(run.flatten("--dry-run").expect(0).stdout())
        .contains("checked, and nothing written: would flatten");
    assertThat(run.flatten("--print-config").expect(0).stdout())
        .contains("trigger: availableNow")
        .contains("maxBadShare: null");
    assertThat(FlattenRun.listing(directory)).isEmpty();
  }

  private static InvoiceTruth generate(
      FlattenRun run, int count, double badShare, Shape shape, int files) throws Exception {
    InvoiceDataSet.write(
        new InvoiceOptions(count, 17, badShare, shape, files, 0.0),
        OutputDirectory.create(run.in()),
        written -> {});
    return InvoiceTruth.read(run.in());
  }

  private static Map<String, Long> counts(JsonNode entry) {
    return longs(entry.get("counts"));
  }

  private static Map<String, Long> reasons(JsonNode entry) {
    return longs(entry.get("reasons"));
  }

  private static Map<String, Long> reasons(InvoiceTruth truth) {
    Map<String, Long> reasons = new HashMap<>(truth.summary().reasons());
    reasons.values().removeIf(count -> count == 0);
    return reasons;
  }

  private static Map<String, Long> longs(JsonNode object) {
    Map<String, Long> values = new HashMap<>();
    object.properties().forEach(field -> values.put(field.getKey(), field.getValue().longValue()));
    return values;
  }

  private static void assertBothDestinationsAreEqual(FlattenRun run) throws Exception {
    List<String> files = FlattenRun.csvFiles(run.hive());
    assertThat(FlattenRun.listing(run.cassandra())).isEqualTo(files);
    for (String file : files) {
      assertThat(run.cassandra().resolve(file)).hasSameBinaryContentAs(run.hive().resolve(file));
      assertThat(Files.readAllLines(run.hive().resolve(file)).get(0)).isEqualTo(HEADER);
    }
  }

  private static void assertNothingIsLeftOver(FlattenRun run) throws Exception {
    assertThat(FlattenRun.listing(run.hive()))
        .allMatch(
            name ->
                name.matches("[0-9a-f]{8}-\\d{8}-\\d{5}\\.csv")
                    || name.matches(
                        "_quarantine/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]{8}-\\d{8}-\\d{5}\\.jsonl")
                    || name.matches("_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]{8}-\\d{8}\\.json")
                    || name.matches("_ledger/_(owner|layout)\\.json"));
  }
}
