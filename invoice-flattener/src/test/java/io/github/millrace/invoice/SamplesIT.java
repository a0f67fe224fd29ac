package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real tills send comes out by the contract and the configuration that ship with the job. */
class SamplesIT {
  private static final String TILLS = "invoices-from-tills.jsonl";
  private static final String CORRECTED = "invoices-corrected-later.jsonl";

  private static final int CREATED_TIME = 1;
  private static final int DELIVERY_TYPE = 6;
  private static final int CITY = 7;
  private static final int PIN_CODE = 9;
  private static final int ITEM_PRICE = 12;
  private static final int ITEM_QTY = 13;
  private static final int TOTAL_VALUE = 14;

  @TempDir private Path directory;

  @Test
  void whatIsNotOutputCannotMakeAnInvoiceBad() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    Files.writeString(
        run.in().resolve("odd.jsonl"),
        Files.readAllLines(sample(TILLS)).stream()
            .map(
                line ->
                    line.replaceAll("\"TotalAmount\": ([^,]*)", "\"TotalAmount\": \"$1\"")
                        .replaceAll("\"CustomerCardNo\": \"([^\"]*)\"", "\"CustomerCardNo\": $1")
                        .replaceAll("\"NumberOfItems\": [^,]*, ", "")
                        .replaceAll("\"CGST\": [^,]*", "\"CGST\": null"))
            .collect(Collectors.joining("\n")));
    run.flatten().expect(0);
    assertThat(run.ledger().get(0).at("/counts/written").intValue()).isEqualTo(6);
    assertThat(run.ledger().get(0).at("/unknownFields").intValue()).isZero();
  }

  @Test
  void invoicesOfTillsAreGoodAndTheirAmountsKeepEveryDigit() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    drop(run, TILLS);
    run.flatten().expect(0);

    assertCounts(run.ledger().get(0), 6, 6, 0);
    assertThat(run.ledger().get(0).get("rows").intValue()).isEqualTo(10);
    List<List<String>> rows = FlattenRun.rows(run.hive());
    assertThat(column(rows, ITEM_PRICE)).isEqualTo(written("ItemPrice", TILLS));
    assertThat(column(rows, TOTAL_VALUE))
        .isEqualTo(written("TotalValue", TILLS))
        .contains("2746.0", "0.30000000000000004", "139.92999999999998");
    assertThat(rows)
        .filteredOn(row -> row.get(DELIVERY_TYPE).equals("TAKEAWAY"))
        .hasSize(6)
        .allSatisfy(row -> assertThat(row.subList(CITY, PIN_CODE + 1)).containsOnlyNulls());
    assertThat(rows)
        .filteredOn(row -> row.get(DELIVERY_TYPE).equals("HOME-DELIVERY"))
        .hasSize(4)
        .allSatisfy(
            row ->
                assertThat(row.subList(CITY, PIN_CODE + 1))
                    .containsExactly("Nowhere", "Test State", "056101"));

    drop(run, CORRECTED);
    run.flatten().expect(0);
    assertCounts(run.ledger().get(1), 2, 2, 0);
    List<List<String>> all = FlattenRun.rows(run.hive());
    assertThat(all).hasSize(12);
    assertThat(all.subList(0, 10)).isEqualTo(rows);
    List<List<String>> corrected = all.subList(10, 12);
    assertThat(column(corrected, ITEM_PRICE)).isEqualTo(written("ItemPrice", CORRECTED));
    assertThat(column(corrected, TOTAL_VALUE)).isEqualTo(written("TotalValue", CORRECTED));
    assertThat(column(corrected, CITY)).containsOnlyNulls();
  }

  @Test
  void aCorrectedInvoiceIsARepeatedOneWhereTheJobDeduplicates() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    drop(run, TILLS);
    run.flatten("--set", "deduplicate=true").expect(0);
    assertCounts(run.ledger().get(0), 6, 6, 0);
    List<List<String>> rows = FlattenRun.rows(run.hive());

    drop(run, CORRECTED);
    run.flatten("--set", "deduplicate=true").expect(0);
    assertCounts(run.ledger().get(1), 2, 0, 2);
    assertThat(FlattenRun.rows(run.hive())).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void wholeNumbersComeOutAsSuchHoweverTheyAreWritten() throws Exception {
    FlattenRun run = FlattenRun.in(directory);
    Files.writeString(
        run.in().resolve("exponents.json"),
        Files.readString(sample(CORRECTED))
            .replace("1601000100456", "1.76E12")
            .replace("\"ItemQty\": 3", "\"ItemQty\": 3.0")
            .replace("2342.5", "23425e-1"));
    run.flatten().expect(0);

    assertCounts(run.ledger().get(0), 2, 2, 0);
    List<String> row = FlattenRun.rows(run.hive()).get(0);
    assertThat(row.get(CREATED_TIME)).isEqualTo("1760000000000");
    assertThat(row.get(ITEM_QTY)).isEqualTo("3");
    assertThat(row.get(ITEM_PRICE)).as("an amount stays as it was written").isEqualTo("23425e-1");
  }

  private static void drop(FlattenRun run, String sample) throws IOException {
    Files.copy(sample(sample), run.in().resolve(sample));
  }

  private static Path sample(String name) {
    return Path.of("src/test/resources/samples", name);
  }

  /** The values of a key as their characters stand in the file, in its order. */
  private static List<String> written(String key, String sample) throws IOException {
    return Pattern.compile('"' + key + "\": ([^,}]+)")
        .matcher(Files.readString(sample(sample)))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static List<String> column(List<List<String>> rows, int column) {
    return rows.stream().map(row -> row.get(column)).toList();
  }

  private static void assertCounts(JsonNode entry, int read, int written, int deduplicated) {
    JsonNode counts = entry.get("counts");
    assertThat(counts.get("read").intValue()).isEqualTo(read);
    assertThat(counts.get("written").intValue()).isEqualTo(written);
    assertThat(counts.get("deduplicated").intValue()).isEqualTo(deduplicated);
    assertThat(counts.get("quarantined").intValue()).isZero();
  }
}
