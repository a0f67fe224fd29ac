package io.github.millrace.invoice;

import io.github.millrace.datagen.invoice.InvoiceDataSet;
import io.github.millrace.datagen.invoice.InvoiceOptions;
import io.github.millrace.datagen.invoice.Shape;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Nightly;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends the job by SIGKILL at each step of publishing, and at random moments, feeds it on, starts it
 * again, and at the end compares what lies in the directories with the truth. How many random
 * kills: {@code -Dmillrace.kills}.
 */
class KillCampaignIT {
  private static final int KILLED = 128 + 9;
  private static final int INVOICES_IN_A_FILE = 50;

  /** Two destinations are this job's own; what else is killed at is tried in {@code common}. */
  private static final List<Step> OWN_STEPS =
      List.of(
          new Step("after", "create", "/cassandra/_staging/.*\\.csv$"),
          new Step("after", "rename", "/hive/[^/]+\\.csv$"),
          new Step("after", "rename", "/cassandra/[^/]+\\.csv$"));

  private static final List<Step> OTHER_STEPS =
      List.of(
          new Step("after", "rename", "/sources/0/files/\\d+\\.files$"),
          new Step("after", "rename", "/offsets/\\d+$"),
          new Step("after", "create", "/hive/_staging/.*\\.csv$"),
          new Step("before", "create", "/_lease/stream/.*/[0-9a-f]+-\\d+\\.json$"),
          new Step("before", "rename", "/_ledger/prepared/[^/]+\\.json$"),
          new Step("after", "rename", "/_ledger/prepared/[^/]+\\.json$"),
          new Step("after", "rename", "/_quarantine/\\d{4}-\\d\\d-\\d\\d/[^/]+\\.jsonl$"),
          new Step("before", "rename", "/_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]+-\\d+\\.json$"),
          new Step("after", "rename", "/_ledger/\\d{4}-\\d\\d-\\d\\d/[0-9a-f]+-\\d+\\.json$"),
          new Step("before", "rename", "/commits/\\d+$"),
          new Step("after", "rename", "/commits/\\d+$"));

  private static final List<Step> STEPS = Nightly.all(OWN_STEPS, OTHER_STEPS);

  @TempDir private Path directory;
  private FlattenRun run;
  private Path store;
  private final Queue<Path> files = new ArrayDeque<>();

  @BeforeEach
  void prepare() throws IOException {
    run = FlattenRun.in(directory.resolve("run"));
    store = directory.resolve("store");
  }

  @Test
  void killedAtEachStepNothingIsLostOrDoubled() throws Exception {
    fill(STEPS.size() + 1);
    for (Step step : STEPS) {
      feed();
      step.set(run.submit("flatten")).run(Duration.ofMinutes(2)).expect(KILLED);
    }
    feed();
    run.submit("flatten").run(Duration.ofMinutes(2)).expect(0);
    EveryRecord.isAccountedFor(run, store);
  }

  @Test
  void killedAtAnyMomentNothingIsLostOrDoubled() throws Exception {
    int kills = Nightly.times("millrace.kills", 1, 200);
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    System.getLogger(KillCampaignIT.class.getName())
        .log(System.Logger.Level.WARNING, "{0} kills, -Dmillrace.seed={1,number,#}", kills, seed);
    SplittableRandom random = new SplittableRandom(seed);
    fill(kills + 1);
    for (int i = 0; i < kills; i++) {
      feed();
      try (SparkSubmit.Running running = run.submit("flatten").start()) {
        // The moment is what is random here; there is no condition to wait for.
        TimeUnit.MILLISECONDS.sleep(random.nextLong(3_000, 10_000));
        running.kill();
      }
    }
    feed();
    run.submit("flatten").run(Duration.ofMinutes(2)).expect(0);
    EveryRecord.isAccountedFor(run, store);
  }

  private void fill(int count) throws IOException {
    InvoiceDataSet.write(
        new InvoiceOptions((long) count * INVOICES_IN_A_FILE, 23, 0.1, Shape.LINES, count, 0.0),
        OutputDirectory.create(store),
        written -> {});
    try (Stream<Path> found = Files.list(store)) {
      found
          .filter(f -> f.getFileName().toString().startsWith("invoices"))
          .sorted()
          .forEach(files::add);
    }
    // The files that are bad as a whole come with the first.
    try (Stream<Path> found = Files.list(store)) {
      for (Path special :
          found.filter(f -> f.getFileName().toString().startsWith("special")).toList()) {
        Files.copy(special, run.in().resolve(special.getFileName()));
      }
    }
  }

  private void feed() throws IOException {
    Path file = files.remove();
    Path hidden = run.in().resolve("." + file.getFileName());
    Files.copy(file, hidden);
    Files.move(hidden, run.in().resolve(file.getFileName()));
  }
}
