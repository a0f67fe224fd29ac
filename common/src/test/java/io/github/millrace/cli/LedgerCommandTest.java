package io.github.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.cli.Program.Run;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.storage.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

  private void enter(String unit, Counts counts, int second, boolean committed) throws IOException {
    Entry entry =
        new Entry(
            "job",
            unit,
            "1a2b3c4d",
            0,
            Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second),
            new Entry.ContractVersion("a", "1.0.0"),
            counts,
            3 * counts.written(),
            0,
            Map.of(),
            List.of(new Entry.Source("/in/a", counts.read())),
            List.of(new Entry.PublishedFile("out", "/out/" + unit + ".csv", 1, 1)),
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
