package io.github.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.ledger.LedgerEntry.ContractVersion;
import io.github.millrace.ledger.LedgerEntry.PublishedFile;
import io.github.millrace.ledger.LedgerEntry.Source;
import io.github.millrace.publish.Disk;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.storage.Lease;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkExtension;
import io.github.millrace.upkeep.QuarantineFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StorageStatistics;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a start and a batch ask of HDFS does not grow with the days that an output has. */
@ExtendWith(SparkExtension.class)
class YearsTest {
  static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::ofRun);

  /** A few files more on HDFS take seconds. */
  private static final int FEW = 3;

  private static final int MANY = 12;
  private static final int BATCHES = 1;
  private static final int NEW = 9_999;

  @TempDir private static Path dir;

  private static Disk few;
  private static Disk many;

  @BeforeAll
  static void layOut() throws IOException {
    few = layOut(FEW);
    many = layOut(MANY);
  }

  /** Days of batches, each rolled up when it was over. */
  private static Disk layOut(int days) throws IOException {
    Disk disk = Disk.Kind.HDFS.create(dir, HDFS);
    LocalDate first = LocalDate.now(ZoneOffset.UTC).minusDays(days - 1);
    String ledger = output(disk).ledger();
    for (int day = 0; day < days; day++) {
      Instant noon = first.plusDays(day).atTime(12, 0).toInstant(ZoneOffset.UTC);
      Clock clock = Clock.fixed(noon, ZoneOffset.UTC);
      try (Lease lease = Lease.take(Ledger.roles(ledger), "stream", "out", disk.hadoop())) {
        for (int i = 0; i < BATCHES; i++) {
          LedgerEntry entry = entry(disk, day * BATCHES + i, noon.plusSeconds(i));
          new Ledger(ledger, disk.hadoop(), clock).prepare(entry, lease);
          new Ledger(ledger, disk.hadoop(), clock).commit(entry.unit());
        }
      }
      new RollUp(ledger, disk.hadoop(), clock).run(() -> false);
    }
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    disk.write("out/_quarantine/%s/%s-00000.jsonl".formatted(today, unit(days * BATCHES - 1)), "");
    return disk;
  }

  private static Output output(Disk disk) {
    return new Output(
        List.of(new Output.Destination("out", disk.path("out"))),
        Format.CSV,
        List.of(),
        null,
        null);
  }

  private static String unit(int batch) {
    return "cp1-%08d".formatted(batch);
  }

  private static LedgerEntry entry(Disk disk, int batch, Instant time) {
    String file = disk.path("out/_quarantine/day/" + unit(batch) + "-00000.jsonl");
    return new LedgerEntry(
        "flatten",
        unit(batch),
        "cp1",
        batch,
        time,
        new ContractVersion("urn:invoice", "1.2.0"),
        new Counts(10, 9, 1, 0, 0),
        9,
        0,
        Map.of("missing", 1L),
        List.of(new Source("in/" + batch, 10)),
        List.of(new PublishedFile(PublishedFile.QUARANTINE, file, 1, 100)),
        List.of());
  }

  /** Work on an output. */
  private interface Work {
    void on(Disk disk) throws IOException;
  }

  private static long operations(Disk disk, Work work) throws IOException {
    long before = operations();
    work.on(disk);
    return operations() - before;
  }

  /** As Hadoop counts them, of all clients in this process. */
  private static long operations() {
    Iterator<StorageStatistics.LongStatistic> each =
        FileSystem.getGlobalStorageStatistics().get("DFSOpsCountStatistics").getLongStatistics();
    long sum = 0;
    while (each.hasNext()) {
      StorageStatistics.LongStatistic statistic = each.next();
      // A lease is touched every second, however long the work takes.
      sum += statistic.getName().equals("op_set_times") ? 0 : statistic.getValue();
    }
    return sum;
  }

  private void assertTheSame(Work work) throws IOException {
    assertThat(operations(many, work)).isEqualTo(operations(few, work)).isPositive();
  }

  private Ledger ledger(Disk disk) throws IOException {
    return new Ledger(output(disk).ledger(), disk.hadoop());
  }

  @Test
  void aStartAndABatch() throws IOException {
    assertTheSame(
        disk -> {
          try (Publisher publisher = Publisher.open(output(disk), Role.STREAM, disk.hadoop())) {
            assertThat(publisher.ledger().committed(unit(NEW))).isEmpty();
            publisher.publish(
                null,
                new UnitSpec(
                    output(disk),
                    "flatten",
                    unit(NEW),
                    "cp1",
                    NEW,
                    new ContractVersion("urn:invoice", "1.2.0"),
                    false,
                    null,
                    null));
          }
        });
  }

  @Test
  void aLookUpOfABatchOfADayThatIsRolledUp() throws IOException {
    assertTheSame(disk -> assertThat(ledger(disk).committed(unit(1))).isPresent());
  }

  @Test
  void whatWaitsToBeReplayed() throws IOException {
    assertTheSame(
        disk ->
            assertThat(QuarantineFiles.waiting(output(disk), ledger(disk), disk.hadoop()))
                .hasSize(1));
  }

  @Test
  void theUnitsSinceYesterday() throws IOException {
    LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
    assertTheSame(
        disk -> {
          List<String> units = new ArrayList<>();
          ledger(disk).read(day -> !day.isBefore(yesterday), entry -> units.add(entry.unit()));
          units.remove(unit(NEW));
          assertThat(units).hasSize(2 * BATCHES);
        });
  }

  @Test
  void theSumsOfAllDays() throws IOException {
    assertThat(ledger(few).days()).hasSize(FEW - 1);
    assertThat(ledger(many).days()).hasSize(MANY - 1);
    assertTheSame(disk -> assertThat(ledger(disk).days()).isNotEmpty());
  }

  @Test
  void whatIsNewForAReader() throws IOException {
    Cursor fewRead = ledger(few).readAfter(Cursor.BEGINNING, entry -> {});
    Cursor manyRead = ledger(many).readAfter(Cursor.BEGINNING, entry -> {});
    assertThat(manyRead.units()).hasSameSizeAs(fewRead.units());

    assertTheSame(
        disk -> {
          List<String> units = new ArrayList<>();
          Cursor read = disk == few ? fewRead : manyRead;
          assertThat(ledger(disk).readAfter(read, entry -> units.add(entry.unit())))
              .isEqualTo(read);
          assertThat(units).isEmpty();
        });
  }

  @Test
  void theMeasureIsTrue() throws IOException {
    assertThat(operations(many, disk -> disk.exists("out"))).isEqualTo(1);
  }
}
