package io.github.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.LedgerEntry.ContractVersion;
import io.github.millrace.ledger.LedgerEntry.Source;
import io.github.millrace.publish.Disk;
import io.github.millrace.storage.Lease;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A ledger from one day to the next. */
@ParameterizedClass
@EnumSource
class LedgerDaysTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  @Parameter private Disk.Kind kind;
  @TempDir private Path dir;

  private final Days days = new Days();
  private Disk disk;
  private Ledger ledger;

  /** A clock that goes as the test says. */
  private static final class Days extends Clock {
    private Instant now = Instant.parse("2026-03-01T23:59:59.900Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    void set(String day) {
      now = Instant.parse(day + "T12:00:00Z");
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    disk = kind.create(dir, HDFS);
    ledger = ledger();
    days.set("2026-03-01");
  }

  private Ledger ledger() throws IOException {
    return new Ledger(directory(), disk.hadoop(), days);
  }

  private String directory() {
    return disk.path("out/_ledger");
  }

  private RollUp rollUp() throws IOException {
    return new RollUp(directory(), disk.hadoop(), days);
  }

  private int rolledUp() throws IOException {
    return rollUp().run(() -> false);
  }

  private LedgerEntry entry(String unit, long batch) {
    return new LedgerEntry(
        "flatten",
        unit,
        "cp1",
        batch,
        days.now,
        new ContractVersion("urn:invoice", "1.2.0"),
        new Counts(10, 5, 3, 1, 1),
        7,
        4,
        Map.of("missing", 2L, "late", 1L),
        List.of(new Source("é \"b\"", 10)),
        List.of(),
        List.of());
  }

  private LedgerEntry batch(long number) {
    return entry("cp1-%08d".formatted(number), number);
  }

  private void prepare(LedgerEntry entry) throws IOException {
    try (Lease held = Lease.take(Ledger.roles(directory()), "stream", "out", disk.hadoop())) {
      ledger.prepare(entry, held);
    }
  }

  private LedgerEntry publish(LedgerEntry entry) throws IOException {
    prepare(entry);
    ledger.commit(entry.unit());
    return entry;
  }

  private List<String> units() throws IOException {
    return Entries.committed(ledger()).stream().map(LedgerEntry::unit).toList();
  }

  private List<String> files() throws IOException {
    return disk.files().stream()
        .filter(name -> !name.contains("_lease"))
        .map(name -> name.substring("out/_ledger/".length()))
        .toList();
  }

  private void assertFinds(LedgerEntry... entries) throws IOException {
    for (Ledger reader : List.of(ledger, ledger())) {
      for (LedgerEntry entry : entries) {
        assertThat(reader.committed(entry.unit())).contains(entry);
      }
      assertThat(reader.committed("cp1-00000099")).isEmpty();
      assertThat(reader.committed("cp1-1")).isEmpty();
      assertThat(reader.committed("cp2-00000000")).isEmpty();
      assertThat(Entries.committed(reader)).containsExactlyInAnyOrder(entries);
      assertThat(reader.isEmpty()).isFalse();
    }
  }

  @Test
  void anEntryStandsInTheDirectoryOfItsDay() throws IOException {
    LedgerEntry first = publish(batch(0));
    prepare(batch(1));
    days.set("2026-03-02");
    ledger.commit("cp1-00000001");

    assertThat(files())
        .containsExactly("2026-03-01/cp1-00000000.json", "2026-03-02/cp1-00000001.json");
    assertThat(ledger.committed("cp1-00000000")).contains(first);
  }

  @Test
  void aDayThatIsOverIsRolledUpIntoOneFileOfLines() throws IOException {
    LedgerEntry first = publish(batch(0));
    LedgerEntry other = publish(entry("compact-2026-02-01", 3));
    days.set("2026-03-03");
    LedgerEntry later = publish(batch(1));
    assertThat(rollUp().isDue()).isTrue();

    assertThat(rolledUp()).isEqualTo(1);

    assertThat(files())
        .containsExactly(
            "2026-03-03/cp1-00000001.json", "days/2026-03-01.jsonl", "days/index.jsonl");
    assertFinds(first, other, later);
    assertThat(rollUp().isDue()).isFalse();
    assertThat(rolledUp()).isZero();
    List<String> lines = disk.text("out/_ledger/days/2026-03-01.jsonl").lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertThat(line.path("unit").asText()).isEqualTo("cp1-00000000");
  }

  @Test
  void theSumOfADayIsInTheIndex() throws IOException {
    publish(batch(7));
    publish(batch(6));
    publish(batch(9));
    publish(entry("replay-1", 2));
    days.set("2026-03-02");
    rolledUp();

    DaySummary day = ledger.days().get(0);

    assertThat(day.day()).isEqualTo(LocalDate.parse("2026-03-01"));
    assertThat(day.entries()).isEqualTo(4);
    assertThat(day.counts()).isEqualTo(new Counts(40, 20, 12, 4, 4));
    assertThat(day.rows()).isEqualTo(28);
    assertThat(day.reasons()).isEqualTo(Map.of("missing", 8L, "late", 4L));
    assertThat(day.unbalanced()).isZero();
    assertThat(day.batches())
        .isEqualTo(Map.of("cp1", List.of(new DaySummary.Range(6, 7), new DaySummary.Range(9, 9))));
    assertThat(day.units()).containsExactly("replay-1");
    assertThat(ledger.committed("cp1-00000008")).isEmpty();
  }

  /** A field that this version does not know is not lost. */
  @Test
  void whatALaterVersionHasAddedToAnEntryStays() throws IOException {
    publish(batch(0));
    String file = "out/_ledger/2026-03-01/cp1-00000000.json";
    disk.write(file, disk.text(file).replaceFirst("\\{", "{\"later\": [1],"));
    days.set("2026-03-02");

    rolledUp();

    assertThat(disk.text("out/_ledger/days/2026-03-01.jsonl")).contains("\"later\":[1]");
  }

  // --- Cut off at each step

  @Test
  void aRollUpThatIsCutOffLosesAndDoublesNothing() throws IOException {
    LedgerEntry first = publish(batch(0));
    LedgerEntry second = publish(batch(1));
    days.set("2026-03-02");
    LedgerEntry third = publish(batch(2));
    disk.move("out/_ledger/2026-03-01", "out/_ledger/closing/2026-03-01");
    assertFinds(first, second, third);
    assertThat(rollUp().isDue()).isTrue();

    rolledUp();
    assertFinds(first, second, third);
    List<String> done = files();
    String index = disk.text("out/_ledger/days/index.jsonl");

    // Before the index is written, and before what is rolled up is removed.
    disk.delete("out/_ledger/days/index.jsonl");
    disk.write("out/_ledger/closing/2026-03-01/cp1-00000000.json", Ledger.json(first));
    disk.write("out/_ledger/closing/2026-03-01/cp1-00000001.json", Ledger.json(second));
    assertFinds(first, second, third);
    rolledUp();
    assertThat(files()).isEqualTo(done);
    assertThat(disk.text("out/_ledger/days/index.jsonl")).isEqualTo(index);

    // Before the index is written, by someone who has removed it.
    disk.delete("out/_ledger/days/index.jsonl");
    assertFinds(first, second, third);
    // Before what is rolled up is removed.
    disk.write("out/_ledger/days/index.jsonl", index);
    disk.write("out/_ledger/closing/2026-03-01/cp1-00000000.json", Ledger.json(first));
    assertFinds(first, second, third);
    rolledUp();
    assertThat(files()).isEqualTo(done);
  }

  @Test
  void aDayFileThatIsGoneIsTold() throws IOException {
    publish(batch(0));
    days.set("2026-03-02");
    rolledUp();
    disk.delete("out/_ledger/days/2026-03-01.jsonl");

    assertThatThrownBy(() -> ledger.committed("cp1-00000000"))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("days/2026-03-01.jsonl lacks units")
        .hasMessageContaining("restore the file");
  }

  @Test
  void oneProcessRollsUpAtATime() throws IOException {
    publish(batch(0));
    days.set("2026-03-02");
    try (Lease other = Lease.take(Ledger.roles(directory()), "upkeep", "x", disk.hadoop())) {
      assertThat(other.id()).isNotEmpty();
      assertThatThrownBy(this::rolledUp)
          .isInstanceOf(JobException.class)
          .hasMessageContaining("is in use by process");
    }
    assertThat(rolledUp()).isEqualTo(1);
  }

  // --- Clocks

  /**
   * A unit that was prepared on a day that is rolled up meanwhile comes to the day of its commit.
   */
  @Test
  void aLateCommitComesToADayThatIsOpen() throws IOException {
    Ledger paused = ledger();
    paused.commit(prepared(batch(0)));
    prepare(batch(1));
    days.set("2026-03-02");
    rolledUp();
    days.set("2026-03-01");

    paused.commit("cp1-00000001");

    assertThat(files())
        .containsExactly(
            "2026-03-02/cp1-00000001.json", "days/2026-03-01.jsonl", "days/index.jsonl");
    assertFinds(batch(0), batch(1));
  }

  private String prepared(LedgerEntry entry) throws IOException {
    prepare(entry);
    return entry.unit();
  }

  /** As of a process that was paused between asking for the day and renaming into it. */
  @Test
  void anEntryOfADayThatIsOverIsMovedOn() throws IOException {
    LedgerEntry first = publish(batch(0));
    days.set("2026-03-02");
    rolledUp();
    Cursor cursor = ledger.readAfter(Cursor.BEGINNING, entry -> {});
    LedgerEntry late = batch(1);
    disk.write("out/_ledger/2026-03-01/cp1-00000001.json", Ledger.json(late));
    disk.write("out/_ledger/2026-02-27/cp1-00000002.json", Ledger.json(batch(2)));
    assertFinds(first, late, batch(2));
    assertThat(read(cursor)).as("not yet").isEmpty();

    assertThat(rolledUp()).isZero();

    assertThat(files())
        .containsExactly(
            "2026-03-02/cp1-00000001.json",
            "2026-03-02/cp1-00000002.json",
            "days/2026-03-01.jsonl",
            "days/index.jsonl");
    assertFinds(first, late, batch(2));
    assertThat(read(cursor)).containsExactlyInAnyOrder("cp1-00000001", "cp1-00000002");
  }

  @Test
  void aClockThatIsAheadClosesNothingEarly() throws IOException {
    days.set("2026-03-05");
    LedgerEntry ahead = publish(batch(0));
    days.set("2026-03-01");
    Ledger right = ledger();
    prepare(batch(1));
    right.commit("cp1-00000001");
    rolledUp();

    assertThat(files())
        .containsExactly("2026-03-01/cp1-00000001.json", "2026-03-05/cp1-00000000.json");
    assertThat(units()).containsExactly("cp1-00000001", ahead.unit());
  }

  // --- What an earlier version has written

  @Test
  void entriesWithoutADayAreReadAndTakeTheirPlace() throws IOException {
    LedgerEntry first = batch(0);
    LedgerEntry second = batch(1);
    LedgerEntry begun = batch(2);
    disk.write("out/_ledger/cp1-00000000.json", Ledger.json(first));
    disk.touch(
        "out/_ledger/cp1-00000000.json", Instant.parse("2025-11-05T10:00:00Z").toEpochMilli());
    disk.write("out/_ledger/cp1-00000001.json", Ledger.json(second));
    disk.touch("out/_ledger/cp1-00000001.json", days.now.toEpochMilli());
    disk.write("out/_ledger/cp1-00000002.prepared.json", Ledger.json(begun));
    disk.write("out/_ledger/_owner.json", "{}");
    assertFinds(first, second);
    assertThat(ledger.prepared()).containsExactly(begun);
    assertThat(ledger.prepared("cp1-00000002")).contains(begun);
    assertThat(read(Cursor.BEGINNING)).containsExactly("cp1-00000000", "cp1-00000001");

    ledger.upgrade();

    assertThat(files())
        .containsExactly(
            "2025-11-05/cp1-00000000.json",
            "2026-03-01/cp1-00000001.json",
            "_owner.json",
            "prepared/cp1-00000002.json");
    assertFinds(first, second);
    assertThat(ledger.prepared()).containsExactly(begun);
    ledger.commit("cp1-00000002");
    assertThat(rolledUp()).isEqualTo(1);
    assertFinds(first, second, begun);
    ledger.upgrade();
    assertFinds(first, second, begun);
  }

  @Test
  void aLaterLayoutIsRefused() throws IOException {
    disk.write("out/_ledger/_layout.json", "{\"layout\":3,\"millrace\":\"7.1.0\",\"more\":true}");

    assertThatThrownBy(this::ledger)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining(
            "ledger " + directory() + " is of layout 3, written by Millrace 7.1.0")
        .hasMessageContaining("use Millrace 7.1.0 or later");
  }

  // --- Readers that come again

  private List<String> read(Cursor cursor) throws IOException {
    List<String> units = new ArrayList<>();
    ledger().readAfter(cursor, entry -> units.add(entry.unit()));
    return units;
  }

  @Test
  void aReaderGetsEachEntryOnceWhateverIsRolledUpMeanwhile() throws IOException {
    List<String> read = new ArrayList<>();
    Cursor cursor = Cursor.BEGINNING;
    List<String> published = new ArrayList<>();
    int next = 0;
    for (String day : List.of("2026-03-01", "2026-03-02", "2026-03-05", "2026-03-06")) {
      days.set(day);
      for (int i = 0; i < 3; i++) {
        published.add(publish(batch(next++)).unit());
        if (i == 1) {
          cursor = ledger.readAfter(cursor, entry -> read.add(entry.unit()));
        }
      }
      if (!day.equals("2026-03-05")) {
        rolledUp();
      }
      assertThat(cursor.units()).as("those of days that are not rolled up").hasSizeLessThan(9);
    }
    cursor = ledger.readAfter(cursor, entry -> read.add(entry.unit()));

    assertThat(read).containsExactlyElementsOf(published);
    assertThat(cursor.through()).isEqualTo(LocalDate.parse("2026-03-05"));
    assertThat(cursor.units()).hasSize(3);
    assertThat(ledger.readAfter(cursor, entry -> read.add("again"))).isEqualTo(cursor);
    assertThat(read).doesNotContain("again");
  }

  @Test
  void aReaderGetsWhatIsCommittedOutOfOrder() throws IOException {
    prepare(batch(0));
    publish(batch(1));
    Cursor cursor = ledger.readAfter(Cursor.BEGINNING, entry -> {});
    days.set("2026-03-02");
    publish(batch(2));
    rolledUp();
    ledger.commit("cp1-00000000");

    assertThat(read(cursor)).containsExactlyInAnyOrder("cp1-00000000", "cp1-00000002");
  }

  @Test
  void onlyTheDaysThatAreMeantAreRead() throws IOException {
    publish(batch(0));
    days.set("2026-03-02");
    publish(batch(1));
    days.set("2026-03-03");
    publish(batch(2));
    rolledUp();
    disk.write("out/_ledger/days/2026-03-01.jsonl", "nothing to be read");
    List<String> units = new ArrayList<>();

    ledger.read(day -> day.isAfter(LocalDate.parse("2026-03-01")), e -> units.add(e.unit()));

    assertThat(units).containsExactly("cp1-00000001", "cp1-00000002");
  }

  @Test
  void unitsOfManyDaysAreFoundByReadingEachDayOnce() throws IOException {
    LedgerEntry first = publish(batch(0));
    LedgerEntry second = publish(batch(1));
    days.set("2026-03-02");
    LedgerEntry third = publish(batch(2));
    rolledUp();

    assertThat(
            ledger.committed(
                Set.of("cp1-00000000", "cp1-00000001", "cp1-00000002", "cp1-00000003")))
        .containsExactlyInAnyOrder(first, second, third);
  }
}
