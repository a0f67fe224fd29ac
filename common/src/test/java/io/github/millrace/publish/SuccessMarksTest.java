package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.SuccessStep;
import io.github.millrace.record.SinkColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Directories that units mark as complete, and what else tasks tell the driver for that. */
class SuccessMarksTest extends PublishedUnits {
  private SuccessMarks marks;

  @BeforeEach
  void openDisk() throws IOException {
    disk = Disk.Kind.LOCAL.create(dir, null);
    marks = new SuccessMarks(disk.hadoop());
  }

  private Path directory(String name) {
    return new Path(disk.path("out/name=" + name));
  }

  private String completedBy(String name) throws IOException {
    return marks.completedBy(directory(name));
  }

  private SuccessStep step(boolean complete, String... names) throws IOException {
    List<SuccessStep.Mark> all = new ArrayList<>();
    for (String name : names) {
      all.add(marks.mark(directory(name), complete));
    }
    return new SuccessStep(all);
  }

  private LedgerEntry publish(String unit, SuccessStep step) throws IOException {
    return Rows.publish(
        rows(1, List.of(good(1L, "a"), tally("f", 1))),
        spec(output(Format.CSV, "name"), unit),
        pending -> pending.mark(step),
        disk.hadoop());
  }

  /** As if the process had been killed before it committed the unit. */
  private void takeBack(LedgerEntry entry) throws IOException {
    disk.move(
        "out/_ledger/" + Entries.today(entry.unit()),
        "out/_ledger/prepared/" + entry.unit() + ".json");
  }

  private void recover() throws IOException {
    assertThat(Rows.recover(output(Format.CSV, "name"), disk.hadoop())).hasSize(1);
  }

  @Test
  void aMarkIsSetAndTakenAway() throws IOException {
    LedgerEntry first = publish("u1", step(true, "a", "empty"));
    assertThat(completedBy("a")).isEqualTo(first.identity());
    assertThat(completedBy("empty")).isEqualTo(first.identity());
    assertThat(Files.readString(dir.resolve("out/name=a/_SUCCESS")))
        .contains("\"completedAt\":\"" + first.preparedAt() + "\"");

    publish("u2", step(false, "a"));
    assertThat(completedBy("a")).isNull();
    LedgerEntry third = publish("u3", step(true, "a", "empty"));

    assertThat(completedBy("a")).isEqualTo(third.identity());
    assertThat(completedBy("empty")).isEqualTo(third.identity());
    assertThat(spark.read().option("header", true).csv(disk.path("out")).count()).isEqualTo(3);
  }

  @Test
  void whatWasCutOffIsDoneOnce() throws IOException {
    publish("u1", step(true, "a"));
    LedgerEntry second = publish("u2", step(true, "a"));
    takeBack(second);
    recover();
    assertThat(completedBy("a")).isEqualTo(second.identity());

    LedgerEntry third = publish("u3", step(false, "a"));
    takeBack(third);
    recover();
    assertThat(completedBy("a")).isNull();
  }

  /** A process that was paused goes on when others have completed its unit, and a later one. */
  @Test
  void aMarkOfALaterUnitStays() throws IOException {
    publish("u1", step(true, "a"));
    LedgerEntry paused = publish("u2", step(false, "a"));
    LedgerEntry later = publish("u3", step(true, "a"));

    CommitSteps.NONE.run(paused, null, disk.hadoop());

    assertThat(completedBy("a")).isEqualTo(later.identity());
  }

  @Test
  void aMarkThatSomethingElseHasMadeIsReplaced() throws IOException {
    Files.createDirectories(dir.resolve("out/name=a"));
    Files.createFile(dir.resolve("out/name=a/_SUCCESS"));
    assertThat(completedBy("a")).isEmpty();

    LedgerEntry entry = publish("u1", step(true, "a"));

    assertThat(completedBy("a")).isEqualTo(entry.identity());
  }

  @Test
  void tasksTellHowFarThePartsOfTheSourceHaveCome() throws IOException {
    Map<Integer, Long> latest = new HashMap<>();
    Rows.publish(
        rows(2, List.of(good(3L, "a"), good(9L, "b"), tally("f", 4), good(7L, "a"), good(4L, "a")))
            .withColumn(
                SinkColumns.PROGRESS,
                functions.expr(
                    "if(good IS NULL, NULL, struct(int(good.id % 2) AS partition,"
                        + " timestamp_seconds(good.id) AS time))")),
        spec(output(Format.CSV, "name"), "u1"),
        unit -> {
          latest.putAll(unit.latest());
          assertThat(unit.directories()).containsExactlyInAnyOrder(directory("a"), directory("b"));
        },
        disk.hadoop());

    assertThat(latest).isEqualTo(Map.of(0, 4_000_000L, 1, 9_000_000L));
  }
}
