package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint and an output as the version before has left them: two files were read, what was bad
 * in them was replayed and is bad still, and while the third was published the process was killed.
 * Each file has ten invoices and a line that is none.
 */
class EarlierLayoutIT {
  /** Stands for the directory that all lay in; as long as that was, for lengths are kept in it. */
  private static final String ROOT = "@ROOT@" + "_".repeat(114);

  private static final String CUT_OFF = "bd3a3954-00000004";
  private static final int INVOICES = 10;

  @TempDir private Path directory;

  private FlattenRun unpacked() throws IOException, InterruptedException {
    int padding = ROOT.length() - directory.toString().length() - 1;
    FlattenRun run = FlattenRun.in(directory.resolve("x".repeat(padding)));
    Path packed = directory.resolve("packed.tar.gz");
    try (InputStream in = EarlierLayoutIT.class.getResourceAsStream("/earlier/layout-1.tar.gz")) {
      Files.copy(in, packed, StandardCopyOption.REPLACE_EXISTING);
    }
    Process tar =
        new ProcessBuilder("tar", "-xzf", packed.toString(), "-C", run.root().toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    try (Stream<Path> files = Files.walk(run.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        if (text.contains(ROOT)) {
          FileTime time = Files.getLastModifiedTime(file);
          Files.writeString(file, text.replace(ROOT, run.root().toString()));
          Files.setLastModifiedTime(file, time);
        }
      }
    }
    // Entries of then have no day but the time of their file.
    FileTime then = FileTime.from(Instant.parse("2026-03-01T10:00:00Z"));
    for (String name : FlattenRun.listing(run.hive().resolve("_ledger"))) {
      if (name.endsWith(".json") && !name.startsWith("_") && !name.contains("prepared")) {
        Files.setLastModifiedTime(run.hive().resolve("_ledger").resolve(name), then);
      }
    }
    return run;
  }

  @Test
  void itIsGoneOnWithWithoutALoss() throws Exception {
    FlattenRun run = unpacked();

    assertThat(run.flatten("--dry-run").expect(0).stdout()).contains("would flatten");
    assertThat(run.ledgerTable()).hasSize(2 + 5 + 1);
    assertThat(run.flatten("--set", "maxBadShare=1").expect(0).stdout())
        .contains("unit " + CUT_OFF + ": completed, an earlier run had been cut off")
        .contains("batch 4: published by an earlier run");
    assertEach(run, 3, "");
    assertThat(run.quarantine()).hasSize(3);

    // The day that is over is rolled up by the first run that finds it.
    assertThat(FlattenRun.listing(run.hive().resolve("_ledger/days")))
        .containsExactly("2026-03-01.jsonl", "index.jsonl");
    assertThat(run.ledgerTable()).hasSize(2 + 2).anyMatch(line -> line.startsWith("2026-03-01 "));

    Files.copy(run.root().resolve("f4.json"), run.in().resolve("f4.json"));
    assertThat(
            run.command("replay", "--set", "maxBadShare=1", "--set", "output.layout=daily")
                .expect(0)
                .stdout())
        .contains("3 quarantined records are read again");
    assertEach(run, 4, "day=" + LocalDate.now(ZoneOffset.UTC));
    assertThat(run.quarantine()).hasSize(4);
    assertThat(run.flatten("--set", "maxBadShare=1").expect(0).stdout()).doesNotContain("batch");
    assertThat(run.command("replay", "--set", "maxBadShare=1").expect(0).stdout())
        .contains("4 quarantined records are read again");
    assertEach(run, 4, "day=" + LocalDate.now(ZoneOffset.UTC));
    assertThat(run.quarantine()).hasSize(4);
  }

  private static void assertEach(FlattenRun run, int files, String lastDirectory) throws Exception {
    for (Path destination : List.of(run.hive(), run.cassandra())) {
      List<List<String>> rows = new ArrayList<>(FlattenRun.rows(destination));
      if (!lastDirectory.isEmpty()) {
        rows.addAll(FlattenRun.rows(destination.resolve(lastDirectory)));
      }
      assertThat(rows).doesNotHaveDuplicates();
      assertThat(rows.stream().map(row -> row.get(0)).distinct()).hasSize(files * INVOICES);
    }
  }
}
