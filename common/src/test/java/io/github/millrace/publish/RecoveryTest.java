package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.bad;
import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.LedgerEntry.Move;
import io.github.millrace.testkit.Hdfs;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was cut off while it published, and the run after it. */
@ParameterizedClass
@EnumSource
@ExtendWith(SparkExtension.class)
class RecoveryTest {
  @RegisterExtension static final Shared<Hdfs> HDFS = Shared.of(Hdfs.class, Hdfs::start);

  private static final int MOVES = 5;

  @Parameter private Disk.Kind kind;
  @TempDir private Path dir;

  private SparkSession spark;
  private Disk disk;
  private Output output;
  private Ledger ledger;

  @BeforeEach
  void setUp(SparkSession session) throws IOException {
    spark = session;
    disk = kind.create(dir, HDFS);
    output =
        new Output(
            List.of(
                new Output.Destination("hive", disk.path("hive")),
                new Output.Destination("cassandra", disk.path("cassandra"))),
            Format.CSV,
            List.of("name"),
            null,
            null);
    ledger = new Ledger(output.ledger(), disk.hadoop());
  }

  private Dataset<Row> rows(String reason) {
    StructType item =
        new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);
    return Rows.dataset(
        spark,
        item,
        1,
        List.of(good(1L, "a: b"), good(2L, null), bad("{}", "f", 0, reason), tally("f", 3)));
  }

  private LedgerEntry publish(String unit) throws IOException {
    LedgerEntry entry = Rows.publish(rows("missing"), spec(output, unit), disk.hadoop());
    assertThat(entry.moves()).hasSize(MOVES);
    return entry;
  }

  /** Takes the unit back to where it has a prepared entry and that many of its files in place. */
  private void cutOff(LedgerEntry entry, int done) throws IOException {
    for (Move move : entry.moves().subList(done, entry.moves().size())) {
      disk.move(disk.name(move.to()), disk.name(move.from()));
      deleteIfEmpty(new org.apache.hadoop.fs.Path(disk.name(move.to())).getParent().toString());
    }
    disk.move(committed(entry), prepared(entry));
  }

  private void deleteIfEmpty(String directory) throws IOException {
    if (disk.files().stream().noneMatch(name -> name.startsWith(directory + "/"))) {
      disk.delete(directory);
    }
  }

  private static String committed(LedgerEntry entry) {
    return "hive/_ledger/" + Entries.today(entry.unit());
  }

  private static String prepared(LedgerEntry entry) {
    return "hive/_ledger/prepared/" + entry.unit() + ".json";
  }

  private List<LedgerEntry> recover() throws IOException {
    return Rows.recover(output, disk.hadoop());
  }

  private void assertRefused(ThrowingCallable call, String... messages) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY))
        .hasMessageContainingAll(messages);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, MOVES})
  void rollsForwardFromAnyPoint(int done) throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, done);
    assertThat(disk.files()).contains(prepared(entry)).doesNotContain(committed(entry));

    List<LedgerEntry> recovered = recover();

    assertThat(recovered).containsExactly(entry);
    assertThat(disk.contents()).isEqualTo(published);
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(ledger.committed("u")).contains(entry);
    assertThat(recover()).isEmpty();
  }

  @Test
  void publishingRollsForwardToo() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, 2);

    LedgerEntry again = Rows.publish(rows("other"), spec(output, "u"), disk.hadoop());

    assertThat(again).isEqualTo(entry);
    assertThat(disk.contents()).isEqualTo(published);
  }

  @Test
  void removesWhatFailedAttemptsHaveStaged() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, 1);
    disk.write("hive/_staging/u/0-99/name=a/u-00000.csv", "id\n66");
    disk.write("cassandra/_staging/u/0-99/name=a/u-00000.csv", "id\n66");

    recover();

    assertThat(disk.contents()).isEqualTo(published);
    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
  }

  @Test
  void removesStagingAlsoAfterACutJustBeforeTheEnd() throws IOException {
    LedgerEntry entry = publish("u");
    cutOff(entry, MOVES);
    disk.write("hive/_staging/u/0-99/name=a/u-00000.csv", "id\n66");

    recover();

    assertThat(disk.directories()).noneMatch(name -> name.contains("_staging"));
    assertThat(disk.files()).contains(committed(entry));
  }

  /** Whoever has begun it: what another would read is there, then. */
  @Test
  void recoversAllUnitsOfAllCheckpoints() throws IOException {
    LedgerEntry first = publish("u1");
    LedgerEntry second = publish("u2");
    UnitSpec foreign = spec(output, "v1", "cp2", false);
    LedgerEntry other = Rows.publish(rows("missing"), foreign, disk.hadoop());
    List<String> files = disk.files();
    cutOff(other, 3);
    cutOff(second, 0);
    cutOff(first, 1);

    assertThat(recover()).containsExactly(first, second, other);

    assertThat(disk.files()).isEqualTo(files);
    assertThat(ledger.prepared()).isEmpty();
  }

  @Test
  void thereIsNothingToRecoverAtFirst() throws IOException {
    assertThat(recover()).isEmpty();
    assertThat(disk.files()).isEmpty();
  }

  // --- What cannot be rolled forward by itself

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void refusesToOverwriteAFileThatItHasNotPublished(int done) throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, done);
    String target = entry.moves().get(MOVES - 1).to();
    disk.write(disk.name(target), "foreign");

    assertRefused(
        () -> recover(),
        target + " exists though it was never published; move it away and start again");
    assertThat(disk.text(disk.name(target))).isEqualTo("foreign");
    assertThat(disk.files()).contains(prepared(entry));

    disk.delete(disk.name(target));
    assertThat(recover()).containsExactly(entry);
    assertThat(disk.contents()).isEqualTo(published);
  }

  @Test
  void refusesToGoOnWithoutAFile() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    cutOff(entry, 1);
    Move lost = entry.moves().get(2);
    disk.move(disk.name(lost.from()), "backup");

    assertRefused(
        () -> recover(),
        "neither " + lost.from() + " nor " + lost.to() + " exists; restore one and start again");
    assertThat(disk.files()).contains(prepared(entry));

    disk.move("backup", disk.name(lost.to()));
    assertThat(recover()).containsExactly(entry);
    assertThat(disk.contents()).isEqualTo(published);
  }

  @Test
  void whatIsPreparedSurvivesAFailedCommit() throws IOException {
    LedgerEntry entry = publish("u");
    Map<String, String> published = disk.contents();
    entry.moves().forEach(move -> deleteName(disk.name(move.to())));
    disk.delete(committed(entry));
    String target = disk.name(entry.moves().get(3).to());
    disk.write(target, "foreign");

    assertRefused(
        () -> publish("u"), target + " exists though it was never published; move it away");
    disk.delete(target);
    LedgerEntry begun = ledger.prepared("u").orElseThrow();
    assertThat(recover()).containsExactly(begun);

    assertThat(begun.files()).isEqualTo(entry.files());
    assertThat(disk.files()).containsExactlyElementsOf(published.keySet());
    for (Move move : entry.moves().subList(0, MOVES - 1)) {
      String name = disk.name(move.to());
      assertThat(disk.contents()).containsEntry(name, published.get(name));
    }
  }

  private void deleteName(String name) {
    try {
      disk.delete(name);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
