package io.github.millrace.viewlog.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.LedgerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

  @TempDir private Path directory;
  private final List<LedgerEntry> batches = new ArrayList<>();

  /** A batch a day, of ten messages in two files. */
  @BeforeEach
  void fill() throws IOException {
    for (int batch = 0; batch < 6; batch++) {
      batch(batch, new Counts(10, 10, 0, 0, 0), 4, 6);
    }
  }

  private void batch(int number, Counts counts, long... rows) throws IOException {
    batch(number, counts, List.of(), rows);
  }

  private void batch(int number, Counts counts, List<String> ranges, long... rows)
      throws IOException {
    batch(number, NOON.plus(Duration.ofDays(number)), counts, ranges, rows);
  }

  private void batch(
      int number, Instant published, Counts counts, List<String> ranges, long... rows)
      throws IOException {
    List<LedgerEntry.PublishedFile> files = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      String name = "b%d-%d.parquet".formatted(number, i);
      Files.writeString(directory.resolve(name), "");
      // As it was called when it was written.
      files.add(
          new LedgerEntry.PublishedFile(
              LedgerEntry.PublishedFile.ARCHIVE, "hdfs://old/" + name, rows[i], 1));
    }
    files.add(new LedgerEntry.PublishedFile("reports", "hdfs://old/report", 99, 1));
    batches.add(
        new LedgerEntry(
            "report",
            "cp-" + number,
            "cp",
            number,
            published,
            new LedgerEntry.ContractVersion("views", "1.0.0"),
            counts,
            0,
            0,
            Map.of(),
            ranges.stream().map(range -> new LedgerEntry.Source(range, 10)).toList(),
            files,
            List.of()));
  }

  private List<String> since(Instant time, long last) throws IOException {
    List<LedgerEntry> upTo = batches.stream().filter(entry -> entry.batch() <= last).toList();
    return new Archive(
            new org.apache.hadoop.fs.Path(directory.toString()),
            time,
            upTo,
            last,
            new Configuration())
        .files().stream().map(org.apache.hadoop.fs.Path::getName).sorted().toList();
  }

  private void refused(Instant time, String lacks) {
    assertThatThrownBy(() -> since(time, 5))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("does not hold every message")
        .hasMessageContaining("it lacks " + lacks);
  }

  @Test
  void onlyTheDaysAskedForAreRead() throws IOException {
    Instant day3 = NOON.plus(Duration.ofDays(4));

    assertThat(since(day3, 5))
        .containsExactly(
            "b3-0.parquet",
            "b3-1.parquet",
            "b4-0.parquet",
            "b4-1.parquet",
            "b5-0.parquet",
            "b5-1.parquet");
    assertThat(since(day3, 3)).containsExactly("b3-0.parquet", "b3-1.parquet");
    assertThat(since(NOON.plus(Duration.ofDays(9)), 5)).isEmpty();
    assertThat(since(Instant.EPOCH, 5)).hasSize(12);
  }

  @Test
  void whatIsLostIsFoundIfItMatters() throws IOException {
    Files.delete(directory.resolve("b2-1.parquet"));

    refused(Instant.EPOCH, "b2-1.parquet");
    assertThat(since(NOON.plus(Duration.ofDays(4)), 5)).hasSize(6);
  }

  @Test
  void anEntryThatIsLostIsFound() {
    batches.remove(4);

    refused(Instant.EPOCH, "batch 4");
  }

  @Test
  void anArchiveThatWasBegunLaterIsRefusedForWhatCameBefore() throws IOException {
    batches.remove(2);
    batch(2, new Counts(10, 10, 0, 0, 0));
    batches.sort(java.util.Comparator.comparingLong(LedgerEntry::batch));

    refused(Instant.EPOCH, "messages of unit cp-2");
    assertThat(since(NOON.plus(Duration.ofDays(4)), 5)).hasSize(6);
  }

  /** Whatever the clock has said when it was published. */
  @Test
  void aClockThatWentBackHidesNothing() throws IOException {
    batch(6, NOON.minus(Duration.ofDays(400)), new Counts(10, 10, 0, 0, 0), List.of(), 10);
    batch(7, new Counts(10, 10, 0, 0, 0), 10);

    assertThat(since(NOON.plus(Duration.ofDays(6)), 7))
        .containsExactly("b5-0.parquet", "b5-1.parquet", "b6-0.parquet", "b7-0.parquet");
  }

  @Test
  void offsetsThatNoBatchHasReadAreFound() throws IOException {
    Instant day6 = NOON.plus(Duration.ofDays(7));
    batch(6, new Counts(10, 10, 0, 0, 0), List.of("views/0/0-3", "views/1/0-5"), 10);
    // One partition has nothing new, and one was added.
    batch(7, new Counts(10, 10, 0, 0, 0), List.of("views/1/6-9", "views/2/0-5"), 10);
    batch(8, new Counts(10, 10, 0, 0, 0), List.of("views/0/4-9", "views/1/10-13"), 10);
    assertThat(since(day6, 8)).hasSize(3);

    batch(9, new Counts(10, 10, 0, 0, 0), List.of("views/0/11-14", "views/1/14-19"), 10);
    assertThatThrownBy(() -> since(day6, 9))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContaining("it lacks what lies between offsets 9 and 11 of partition 0");
    assertThat(since(NOON.plus(Duration.ofDays(10)), 9)).containsExactly("b9-0.parquet");
  }

  /** Which told ranges with gaps in another form. */
  @Test
  void rangesThatAnEarlierVersionWroteAreNoHole() throws IOException {
    String former = "[Source[file=views/0/0-22, records=23, quarantined=0]]";
    batch(6, new Counts(10, 10, 0, 0, 0), List.of(former), 10);
    batch(7, new Counts(10, 10, 0, 0, 0), List.of("views/0/23-32"), 10);

    assertThat(since(NOON.plus(Duration.ofDays(7)), 7)).hasSize(2);
  }

  /** Which earlier versions did not keep. */
  @Test
  void duplicatesMayBeMissing() throws IOException {
    batch(6, new Counts(10, 7, 0, 0, 3), 7);
    batch(7, new Counts(10, 7, 0, 0, 3), 10);

    assertThat(since(NOON.plus(Duration.ofDays(7)), 7))
        .containsExactly("b6-0.parquet", "b7-0.parquet");
  }
}
