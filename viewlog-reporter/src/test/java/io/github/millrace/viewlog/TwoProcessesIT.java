package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.testkit.DeadlyFileSystem.Step;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Nightly;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two commands on one output: one after the other was killed, in all orders, and beside each other
 * at random. At the end each view stands once in the reports, and each bad record once in
 * quarantine.
 */
class TwoProcessesIT {
  private static final int KILLED = 128 + 9;
  private static final int TERMINATED = 128 + 15;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** A few rounds a day, so that there are whole days to compact. */
  private static final Duration STEP = Duration.ofHours(9);

  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
  private static final int NETWORK = 3;
  private static final int FIRST_UNKNOWN = 5_000;

  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  @TempDir private Path directory;
  private ReportRun run;
  private final Map<ReportRun.Key, ReportRun.Sum> expected = new TreeMap<>();
  private final Set<String> bad = new TreeSet<>();
  private final List<Integer> unknown = new ArrayList<>();
  private int rounds;

  private enum Command {
    REPORT,
    REPLAY,
    RECOMPUTE,
    COMPACT
  }

  /** Of the pairs, those that are always tried: each command once, killed or next. */
  private static final Map<Command, Command> ALWAYS =
      Map.of(Command.REPLAY, Command.RECOMPUTE, Command.COMPACT, Command.REPORT);

  private Instant time() {
    return FIRST.plus(STEP.multipliedBy(rounds));
  }

  /** Views of two minutes, in order, one of an unknown campaign; and what is none. */
  private void send() {
    Instant time = time();
    List<Kafka.Message> messages = new ArrayList<>();
    int none = FIRST_UNKNOWN + rounds;
    unknown.add(none);
    int[] campaigns = {10, 20, none, 10};
    for (int i = 0; i < campaigns.length; i++) {
      Instant end = time.plusSeconds(25L * i).plusNanos(1_000L * rounds);
      View view = new View(end.toString(), campaigns[i], 2);
      messages.add(new Kafka.Message(0, end.toEpochMilli(), null, view.bytes()));
      int network = campaigns[i] == none ? NETWORK : Campaigns.network(campaigns[i]);
      Instant minute = Instant.ofEpochSecond(Math.floorDiv(end.getEpochSecond(), 60) * 60);
      expected.merge(
          new ReportRun.Key(network, minute, campaigns[i]),
          new ReportRun.Sum(2_000_000, 1),
          ReportRun.Sum::plus);
    }
    String noView = "no view " + rounds;
    bad.add(noView);
    messages.add(
        new Kafka.Message(
            0, time.plusSeconds(80).toEpochMilli(), null, noView.getBytes(StandardCharsets.UTF_8)));
    KAFKA.get().send(run.topic(), messages);
    rounds++;
  }

  private void know(int campaign) throws IOException {
    run.addCampaign(NETWORK, campaign);
    unknown.remove((Integer) campaign);
  }

  private SparkSubmit submit(Command command, boolean flush) {
    // Closed, though report may have been killed at the first of its batches.
    LocalDate closed = time().minus(STEP.multipliedBy(4)).atZone(ZoneOffset.UTC).toLocalDate();
    SparkSubmit submit =
        switch (command) {
          case REPORT -> flush ? run.submit("report", "--flush") : run.submit("report");
          case REPLAY -> run.submit("replay");
          case RECOMPUTE ->
              run.submit(
                  "recompute",
                  "--from",
                  time().minus(STEP.multipliedBy(3)).toString(),
                  "--to",
                  "2099-01-01T00:00:00Z");
          case COMPACT ->
              run.submit("compact", "--before", closed.toString(), "--grace", "0 seconds");
        };
    // So that there is more than one batch.
    return submit.args("--set", "kafka.maxOffsetsPerTrigger=3");
  }

  private void everythingStandsOnce() throws Exception {
    for (int campaign : List.copyOf(unknown)) {
      know(campaign);
    }
    run.command("report", "--flush").expect(0);
    run.command("replay").expect(0);
    assertThat(run.reports()).isEqualTo(expected);
    assertThat(run.quarantine())
        .extracting(record -> record.get("raw").textValue())
        .containsExactlyInAnyOrderElementsOf(bad);
    assertThat(run.leftOver()).isEmpty();
  }

  /** What the first has prepared when it is killed, the second completes before it goes on. */
  @Test
  void whatOneHasBegunTheNextCompletes() throws Exception {
    run = ReportRun.in(directory, KAFKA.get(), "pairs", 1);
    for (Command first : Command.values()) {
      for (Command second : Command.values()) {
        if (Nightly.isOn() || second == ALWAYS.get(first)) {
          cutOff(first, second);
        }
      }
    }
    everythingStandsOnce();
  }

  private void cutOff(Command first, Command second) throws Exception {
    send();
    run.command("report").expect(0);
    know(FIRST_UNKNOWN + rounds - 1);
    // To be closed by the next report, and to leave a whole day behind.
    send();
    send();
    send();
    if (first != Command.REPORT) {
      submit(Command.REPORT, false).warm().run(PATIENCE).expect(0);
    }
    new Step("after", "rename", "/_ledger/prepared/[^/]+\\.json$")
        .set(submit(first, false))
        .run(PATIENCE)
        .expect(KILLED);

    SparkSubmit.Result next = submit(second, false).warm().run(PATIENCE).expect(0);

    assertThat(next.stdout())
        .as("%s after %s", second, first)
        .contains("completed, an earlier run had been cut off");
  }

  @Test
  void whateverTwoDoBesideEachOtherNothingIsLostOrDoubled() throws Exception {
    int many = Nightly.times("millrace.rounds", 2, 100);
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    System.Logger log = System.getLogger(TwoProcessesIT.class.getName());
    log.log(System.Logger.Level.WARNING, "{0} rounds, -Dmillrace.seed={1,number,#}", many, seed);
    SplittableRandom random = new SplittableRandom(seed);
    run = ReportRun.in(directory, KAFKA.get(), "beside", 1);
    Map<String, Integer> ends = new TreeMap<>();
    send();
    run.command("report").expect(0);
    for (int round = 0; round < many; round++) {
      send();
      if (random.nextBoolean()) {
        know(unknown.get(random.nextInt(unknown.size())));
      }
      Command one = pick(random);
      Command other = pick(random);
      try (SparkSubmit.Running first = submit(one, random.nextBoolean()).start();
          SparkSubmit.Running second = submit(other, random.nextBoolean()).start()) {
        disturb(first, random);
        disturb(second, random);
        ends.merge(one + " " + end(first), 1, Integer::sum);
        ends.merge(other + " " + end(second), 1, Integer::sum);
      }
    }
    log.log(System.Logger.Level.WARNING, "they ended so: {0}", ends);
    everythingStandsOnce();
  }

  private static Command pick(SplittableRandom random) {
    // Without new windows the others find nothing to do.
    return random.nextInt(3) == 0
        ? Command.REPORT
        : Command.values()[random.nextInt(Command.values().length)];
  }

  /** The moment is what is random here; there is no condition to wait for. */
  private static void disturb(SparkSubmit.Running running, SplittableRandom random)
      throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextLong(1_000, 8_000));
    switch (random.nextInt(4)) {
      case 0 -> running.kill();
      case 1 -> running.terminate();
      case 2 -> {
        running.pause();
        // Longer than it takes to be held for dead.
        TimeUnit.MILLISECONDS.sleep(random.nextLong(3_000, 9_000));
        running.resume();
      }
      default -> {}
    }
  }

  /** A run may be refused beside another, or find that it was taken for dead; it is never wrong. */
  private static int end(SparkSubmit.Running running) {
    SparkSubmit.Result result = running.await(PATIENCE);
    assertThat(result.exitCode())
        .as("%s%n%s", result.stdout(), result.stderr())
        .isIn(0, 1, 4, KILLED, TERMINATED);
    return result.exitCode();
  }
}
