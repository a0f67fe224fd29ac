package io.github.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.cli.Program.Run;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.storage.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCommandTest {
  @TempDir private Path dir;
  private Ledger ledger;

  @BeforeEach
  void setUp() throws IOException {
    ledger = new Ledger(dir.resolve("_ledger").toString(), new Configuration());
  }

  @Test
  void theTableShowsEachUnitAndTheSum() throws IOException {
    enter("1a2b3c4d-00000000", new Counts(1_000, 999, 1, 0, 0), 0, true);
    enter("1a2b3c4d-00000001", new Counts(205, 100, 70, 20, 10, 5), 1, true);
    enter("1a2b3c4d-00000002", new Counts(5, 5, 0, 0, 0, 0, 1_234), 2, false);

    Run run = Program.run("ledger", dir.toString());

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            unit              published                    read      written         rows  quarantined     late deduplicated   reread     gaps  balance
            1a2b3c4d-00000000 2026-01-01T00:00:00         1,000          999        2,997            1        0            0        0        0  ok
            1a2b3c4d-00000001 2026-01-01T00:00:01           205          100          300           70       20           10        5        0  ok
            1a2b3c4d-00000002 being published                 5            5           15            0        0            0        0    1,234  ok
            total                                         1,205        1,099        3,297           71       20           10        5        0  ok
            """);
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "JSON"})
  void jsonHasAllThatTheEntriesHave(String format) throws IOException {
    enter("u-00000000", new Counts(3, 2, 1, 0, 0), 0, true);
    enter("u-00000001", new Counts(3, 2, 1, 0, 0), 1, false);

    Run run = Program.run("ledger", "--format", format, dir.resolve("_ledger").toString());

    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(run.status()).isZero();
    assertThat(json).as("what is published").hasSize(1);
    assertThat(json.at("/0/unit").asText()).isEqualTo("u-00000000");
    assertThat(json.at("/0/preparedAt").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.at("/0/counts/read").asInt()).isEqualTo(3);
    assertThat(json.at("/0/files/0/path").asText()).isEqualTo("/out/u-00000000.csv");
    assertThat(json.at("/0/sources/0/file").asText()).isEqualTo("/in/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "json"})
  void anEntryThatDoesNotBalanceIsAMatterOfIntegrity(String format) throws IOException {
    enter("u-00000000", new Counts(3, 2, 0, 0, 0), 0, true);
    enter("u-00000001", new Counts(2, 2, 0, 0, 0), 1, true);

    Run run = Program.run("ledger", "--format", format, dir.toString());

    assertThat(run.status()).isEqualTo(4);
    if (format.equals("table")) {
      assertThat(run.out().lines().filter(line -> line.endsWith("DOES NOT BALANCE"))).hasSize(2);
    }
  }

  @Test
  void anEmptyLedgerIsShown() throws IOException {
    Files.createDirectory(dir.resolve("_ledger"));

    Run table = Program.run("ledger", dir.toString());
    Run json = Program.run("ledger", "--format=json", dir.toString());

    assertThat(table.status()).isZero();
    assertThat(table.out().lines()).hasSize(2);
    assertThat(json.out().trim()).isEqualTo("[ ]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "missing", "missing/_ledger"})
  void anOutputWithoutLedgerIsNamed(String name) {
    Path output = dir.resolve(name);

    Run run = Program.run("ledger", output.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "program ledger: OUTPUT %s: has no ledger (%s does not exist)%n"
                .formatted(output, output.resolve("_ledger")));
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anotherFormatIsNamed() {
    Run run = Program.run("ledger", "--format", "xml", dir.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("program ledger: --format is 'xml', must be table or json\n");
  }

  /** Two units of a day that is rolled up, one of a day that is over, one of today. */
  private void enterDays() throws IOException {
    Path today = dir.resolve("_ledger/" + Entries.day());
    enter("1a2b3c4d-00000000", new Counts(1_000, 999, 1, 0, 0), 0, true);
    enter("replay-1", new Counts(1, 1, 0, 0, 0), 1, true);
    Files.move(today, dir.resolve("_ledger/2026-01-01"));
    assertThat(Program.run("ledger", "compact", dir.toString()).out())
        .isEqualTo("1 days rolled up\n");
    enter("1a2b3c4d-00000001", new Counts(20, 20, 0, 0, 0), 86_400, true);
    Files.move(dir.resolve("_ledger/" + Entries.day()), dir.resolve("_ledger/2026-01-02"));
    enter("1a2b3c4d-00000002", new Counts(3, 3, 0, 0, 0), 172_800, true);
  }

  @Test
  void aDayThatIsRolledUpIsOneLine() throws IOException {
    enterDays();

    Run run = Program.run("ledger", dir.toString());

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            unit              published                    read      written         rows  quarantined     late deduplicated   reread     gaps  balance
            2026-01-01        2 units                     1,001        1,000        3,000            1        0            0        0        0  ok
            1a2b3c4d-00000001 2026-01-02T00:00:00            20           20           60            0        0            0        0        0  ok
            1a2b3c4d-00000002 2026-01-03T00:00:00             3            3            9            0        0            0        0        0  ok
            total                                         1,024        1,023        3,069            1        0            0        0        0  ok
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "--day=2026-01-01, 1a2b3c4d-00000000 replay-1",
    "--day=2026-01-02, 1a2b3c4d-00000001",
    "--day=2025-01-02, ''",
    "--since=2026-01-01, 1a2b3c4d-00000000 replay-1 1a2b3c4d-00000001 1a2b3c4d-00000002",
    "--since=2026-01-01T00:00:01Z, replay-1 1a2b3c4d-00000001 1a2b3c4d-00000002",
    "--since=2026-01-02, 1a2b3c4d-00000001 1a2b3c4d-00000002",
    "--since=2026-01-02T00:00:01Z, 1a2b3c4d-00000002",
    "--since=2099-01-01, ''"
  })
  void unitsOfADayOrSinceATimeAreShownOneByOne(String option, String units) throws IOException {
    enterDays();

    Run table = Program.run("ledger", option, dir.toString());
    Run json = Program.run("ledger", option, "--format=json", dir.toString());

    List<String> expected = units.isEmpty() ? List.of() : List.of(units.split(" ", -1));
    assertThat(table.out().lines().skip(1).map(line -> line.split(" ", 2)[0]))
        .containsExactlyElementsOf(Stream.concat(expected.stream(), Stream.of("total")).toList());
    List<String> found = new ArrayList<>();
    new ObjectMapper().readTree(json.out()).forEach(entry -> found.add(entry.get("unit").asText()));
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "--since=yesterday, --since is 'yesterday'; must be a date such as 2026-11-27; or a time such as 2026-11-27T10:00:00Z",
    "--since=2026-11-27T10:00, --since is '2026-11-27T10:00'; must be a date such as 2026-11-27; or a time such as 2026-11-27T10:00:00Z",
    "--day=2026-1-1, --day is '2026-1-1'; must be a date such as 2026-11-27",
    "--day=2026-01-01 --since=2026-01-01, --since and --day: give one of them"
  })
  void aWrongTimeIsNamed(String options, String message) throws IOException {
    enterDays();
    List<String> args = new ArrayList<>(List.of("ledger"));
    args.addAll(List.of(options.split(" ", -1)));
    args.add(dir.toString());

    Run run = Program.run(args.toArray(String[]::new));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("program ledger: " + message.replace(';', ',') + "\n");
  }

  @Test
  void anOutputIsAskedFor() {
    assertThat(Program.run("ledger").status()).isEqualTo(2);
    assertThat(Program.run("ledger").err()).contains("OUTPUT: is missing");
    assertThat(Program.run("ledger", "compact").status()).isEqualTo(2);
    assertThat(Program.run("ledger", "compact", dir.resolve("none").toString()).status())
        .isEqualTo(2);
  }

  @Test
  void aDayThatDoesNotBalanceIsAMatterOfIntegrity() throws IOException {
    enter("u-00000000", new Counts(3, 2, 0, 0, 0), 0, true);
    Files.move(dir.resolve("_ledger/" + Entries.day()), dir.resolve("_ledger/2026-01-01"));
    Program.run("ledger", "compact", dir.toString());

    Run run = Program.run("ledger", dir.toString());

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).contains("  1 DO NOT BALANCE\n");
  }

  private void enter(String unit, Counts counts, int second, boolean committed) throws IOException {
    LedgerEntry entry =
        new LedgerEntry(
            "job",
            unit,
            "1a2b3c4d",
            0,
            Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second),
            new LedgerEntry.ContractVersion("a", "1.0.0"),
            counts,
            3 * counts.written(),
            0,
            Map.of(),
            List.of(new LedgerEntry.Source("/in/a", counts.read())),
            List.of(new LedgerEntry.PublishedFile("out", "/out/" + unit + ".csv", 1, 1)),
            List.of());
    org.apache.hadoop.fs.Path roles =
        new org.apache.hadoop.fs.Path(dir.resolve("_ledger/_lease").toString());
    try (Lease lease = Lease.take(roles, "stream", "out", new Configuration())) {
      ledger.prepare(entry, lease);
    }
    if (committed) {
      ledger.commit(unit);
    }
  }
}
