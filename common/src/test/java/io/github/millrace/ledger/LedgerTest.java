package io.github.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ledger.LedgerEntry.ContractVersion;
import io.github.millrace.ledger.LedgerEntry.Move;
import io.github.millrace.ledger.LedgerEntry.PublishedFile;
import io.github.millrace.ledger.LedgerEntry.Source;
import io.github.millrace.publish.Disk;
import io.github.millrace.storage.Lease;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class LedgerTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456789Z");

  @Parameter private Disk.Kind kind;
  @TempDir private Path dir;

  private Disk disk;
  private Ledger ledger;

  @BeforeEach
  void setUp() throws IOException {
    disk = kind.create(dir, HDFS);
    ledger = ledger();
  }

  private Ledger ledger() throws IOException {
    return new Ledger(disk.path("out/_ledger"), disk.hadoop());
  }

  private static LedgerEntry entry(String unit, Instant preparedAt) {
    return new LedgerEntry(
        "flatten",
        unit,
        "cp1",
        7,
        preparedAt,
        new ContractVersion("urn:invoice", "1.2.0"),
        new Counts(10, 5, 3, 1, 1),
        Long.MAX_VALUE,
        4,
        Map.of("missing", 2L, "type", 1L),
        List.of(new Source("hdfs://nn/in/a \"b\" é😀.json", 6), new Source("b", 4)),
        List.of(
            new PublishedFile("hive", "hdfs://nn/out/d=a%2Fb/u-00000.csv", 9, 1234),
            new PublishedFile(PublishedFile.QUARANTINE, "q/u-00000.jsonl", 3, 99)),
        List.of(new Move("from", "to"), new Move("from2", "to2")));
  }

  @Test
  void keepsTheStepsOfAUnit() throws IOException {
    LedgerEntry plain = entry("u", NOON);
    LedgerEntry entry =
        new LedgerEntry(
            plain.job(),
            plain.unit(),
            plain.checkpoint(),
            plain.batch(),
            plain.preparedAt(),
            plain.contract(),
            plain.counts(),
            plain.rows(),
            plain.unknownFields(),
            7,
            3,
            plain.reasons(),
            plain.sources(),
            plain.files(),
            plain.moves(),
            List.of(
                new HiveStep(
                    "reports",
                    "daily",
                    List.of(
                        new HiveStep.Partition(
                            Map.of("day", "a/é"), "hdfs://nn/u", Map.of("rows", "3"), "t"),
                        new HiveStep.Partition(Map.of("day", "b"), "hdfs://nn/u", Map.of()))),
                new PostgreSqlStep(
                    "db:5432/reports/public",
                    List.of(
                        new PostgreSqlStep.Rows(
                            new PostgreSqlTable(
                                "daily",
                                List.of(new PostgreSqlTable.Column("day", "numeric(3,1)")),
                                List.of("day")),
                            "hdfs://nn/rows-0.jsonl",
                            3)))));

    prepare(entry);
    prepare(entry("v"));

    assertThat(ledger.prepared("u")).contains(entry);
    assertThat(entry.staged()).containsExactly("from", "from2", "hdfs://nn/rows-0.jsonl");
    assertThat(disk.text("out/_ledger/prepared/v.json")).doesNotContain("steps");
    assertThat(ledger.prepared("v").orElseThrow().steps()).isEmpty();
    ledger.commit("u");
    assertThat(ledger.committed("u")).contains(entry);
  }

  private static LedgerEntry entry(String unit) {
    return entry(unit, NOON);
  }

  private void publish(LedgerEntry... entries) throws IOException {
    for (LedgerEntry entry : entries) {
      prepare(entry);
      ledger.commit(entry.unit());
    }
  }

  private void prepare(LedgerEntry entry) throws IOException {
    org.apache.hadoop.fs.Path roles =
        new org.apache.hadoop.fs.Path(disk.path("out/_ledger/_lease"));
    try (Lease lease = Lease.take(roles, "stream", "out", disk.hadoop())) {
      ledger.prepare(entry, lease);
    }
  }

  @Test
  void isEmptyWhereThereIsNoDirectory() throws IOException {
    assertThat(Entries.committed(ledger)).isEmpty();
    assertThat(ledger.prepared()).isEmpty();
    assertThat(ledger.committed("u")).isEmpty();
    assertThat(ledger.prepared("u")).isEmpty();
    assertThat(disk.directories()).isEmpty();
  }

  @Test
  void aPreparedEntryIsNotYetCommitted() throws IOException {
    prepare(entry("u"));

    assertThat(ledger().prepared()).containsExactly(entry("u"));
    assertThat(ledger().prepared("u")).contains(entry("u"));
    assertThat(Entries.committed(ledger())).isEmpty();
    assertThat(ledger().committed("u")).isEmpty();
    assertThat(disk.files()).containsExactly("out/_ledger/prepared/u.json");
  }

  @Test
  void aCommittedEntryIsNoLongerPrepared() throws IOException {
    publish(entry("u"));

    assertThat(Entries.committed(ledger())).containsExactly(entry("u"));
    assertThat(ledger().committed("u")).contains(entry("u"));
    assertThat(ledger().prepared()).isEmpty();
    assertThat(ledger().prepared("u")).isEmpty();
    assertThat(disk.files()).containsExactly("out/_ledger/" + Entries.today("u"));
  }

  @Test
  void anEntryOfAnEarlierVersionHasNoGaps() throws IOException {
    publish(entry("u"));
    String json = disk.text("out/_ledger/" + Entries.today("u"));
    String earlier = json.replaceFirst(",\\s*\"gaps\" : 0", "");
    assertThat(earlier).isNotEqualTo(json).doesNotContain("gaps");
    disk.write("out/_ledger/" + Entries.today("u"), earlier);

    assertThat(Entries.committed(ledger())).containsExactly(entry("u"));
    assertThat(Entries.committed(ledger()).get(0).counts().gaps()).isZero();
  }

  @Test
  void findsAnEntryByTheWholeName() throws IOException {
    publish(entry("u-1"), entry("u-10"));

    assertThat(ledger.committed("u-1").orElseThrow().unit()).isEqualTo("u-1");
    assertThat(ledger.committed("u")).isEmpty();
    assertThat(ledger.prepared("u-1")).isEmpty();
  }

  /** Whatever their names, and in which order they were committed. */
  @Test
  void listsInTheOrderOfPreparation() throws IOException {
    long time = 1_000_000_000_000L;
    for (String unit : List.of("d", "b", "c", "a")) {
      prepare(entry(unit));
      disk.touch("out/_ledger/prepared/" + unit + ".json", time += 1_000);
    }
    for (String unit : List.of("a", "b", "c", "d")) {
      ledger.commit(unit);
    }

    assertThat(Entries.committed(ledger))
        .extracting(LedgerEntry::unit)
        .containsExactly("d", "b", "c", "a");
  }

  @Test
  void listsPreparedEntriesInTheOrderOfPreparation() throws IOException {
    prepare(entry("b", NOON));
    prepare(entry("a", NOON.plusSeconds(1)));
    prepare(entry("c", NOON.minusSeconds(1)));
    ledger.commit("b");

    assertThat(ledger.prepared()).extracting(LedgerEntry::unit).containsExactly("c", "a");
  }

  @Test
  void ignoresWhatIsNoEntry() throws IOException {
    publish(entry("u"));
    disk.write("out/_ledger/_owner.json", "{}");
    disk.write("out/_ledger/.v.tmp", "half an ent");
    disk.write("out/_ledger/.v.json", "half an ent");
    disk.write("out/_ledger/notes.txt", "?");

    assertThat(Entries.committed(ledger)).containsExactly(entry("u"));
    assertThat(ledger.prepared()).isEmpty();
  }

  @Test
  void preparesAfterACrashInTheMiddleOfIt() throws IOException {
    disk.write("out/_ledger/_lease/stream/dead/u.json", "half an ent");

    publish(entry("u"));

    assertThat(Entries.committed(ledger)).containsExactly(entry("u"));
    assertThat(disk.files()).containsExactly("out/_ledger/" + Entries.today("u"));
  }

  @Test
  void cannotCommitWhatIsNotPrepared() {
    assertThatThrownBy(() -> ledger.commit("u")).isInstanceOf(IOException.class);
  }

  @Test
  void readsEntriesWithFieldsOfALaterVersion() throws IOException {
    publish(entry("u"));
    String json = disk.text("out/_ledger/" + Entries.today("u"));
    disk.write("out/_ledger/" + Entries.today("u"), json.replaceFirst("\\{", "{\"later\": [1],"));

    assertThat(ledger.committed("u")).contains(entry("u"));
  }

  @Test
  void anEntryThatCannotBeReadIsAnError() throws IOException {
    publish(entry("u"));
    disk.write("out/_ledger/" + Entries.today("u"), "{\"job\": ");

    assertThatThrownBy(() -> Entries.committed(ledger)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ledger.committed("u")).isInstanceOf(IOException.class);
  }

  @Test
  void theFileIsForOthersToRead() throws IOException {
    publish(entry("u"));

    JsonNode json = new ObjectMapper().readTree(disk.bytes("out/_ledger/" + Entries.today("u")));

    assertThat(json.path("preparedAt").asText()).isEqualTo("2026-03-01T12:00:00.123456789Z");
    assertThat(json.path("counts").toString())
        .isEqualTo(
            "{\"read\":10,\"written\":5,\"quarantined\":3,\"late\":1,\"deduplicated\":1,\"reread\":0,\"gaps\":0}");
    assertThat(json.path("contract").path("version").asText()).isEqualTo("1.2.0");
    assertThat(json.path("files").path(1).path("destination").asText()).isEqualTo("quarantine");
    assertThat(Set.copyOf(iterable(json)))
        .containsExactlyInAnyOrder(
            "job",
            "unit",
            "checkpoint",
            "batch",
            "preparedAt",
            "contract",
            "counts",
            "rows",
            "unknownFields",
            "reasons",
            "sources",
            "files",
            "moves");
  }

  private static List<String> iterable(JsonNode json) {
    return json.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void givesAnEntryOnOneLine() throws IOException {
    String line = Ledger.json(entry("a"));

    assertThat(line).doesNotContain("\n");
    assertThat(new ObjectMapper().readTree(line).path("unit").asText()).isEqualTo("a");
  }
}
