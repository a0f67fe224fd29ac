package io.github.millrace.publish;

import static io.github.millrace.publish.Rows.good;
import static io.github.millrace.publish.Rows.spec;
import static io.github.millrace.publish.Rows.tally;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.LedgerEntry.Move;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** In which order a unit's files become visible, and what is at once. */
@ExtendWith(SparkExtension.class)
class RenamesTest {
  private static final int FILES = 40;
  private static final StructType ITEM =
      new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);

  @TempDir private Path dir;

  /** What was renamed, in the order in which it was done. */
  private final List<String> renamed = Collections.synchronizedList(new ArrayList<>());

  private SparkSession spark;
  private Output output;

  @BeforeEach
  void setUp(SparkSession session) {
    spark = session;
    output =
        new Output(
            List.of(new Output.Destination("out", dir.resolve("out").toString())),
            Format.CSV,
            List.of("name"),
            null,
            null);
  }

  /** A unit of many files of several tasks, and two of the job's own, in the order b, a. */
  private LedgerEntry publish(Configuration hadoop) throws IOException {
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, FILES).forEach(i -> rows.add(good((long) i, "n" + i)));
    rows.add(tally("f", FILES));
    return Rows.publish(
        Rows.dataset(spark, ITEM, 4, rows),
        spec(output, "u"),
        unit -> {
          unit.replace();
          unit.replaceFile(own("b"), new byte[] {'b'});
          unit.replaceFile(own("a"), new byte[] {'a'});
        },
        hadoop);
  }

  private org.apache.hadoop.fs.Path own(String name) {
    return new org.apache.hadoop.fs.Path(dir.resolve("out/_own/" + name).toString());
  }

  private static boolean isData(org.apache.hadoop.fs.Path path) {
    return path.getName().endsWith(".csv");
  }

  private boolean run(org.apache.hadoop.fs.Path to, WatchedFileSystem.Rename rename)
      throws IOException {
    boolean done = rename.run();
    renamed.add(dir.relativize(Path.of(to.toUri().getPath())).toString());
    return done;
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(1, MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void assertPublished(LedgerEntry entry) throws IOException {
    assertThat(entry.files()).hasSize(FILES);
    assertThat(entry.files()).allMatch(file -> Files.exists(Path.of(file.path())));
    assertThat(dir.resolve("out/_own/a")).hasContent("a");
    assertThat(dir.resolve("out/_own/b")).hasContent("b");
    assertThat(dir.resolve("out/_staging")).doesNotExist();
    assertThat(ledger().committed("u")).contains(entry);
    assertThat(ledger().prepared()).isEmpty();
  }

  private Ledger ledger() throws IOException {
    return new Ledger(output.ledger(), new Configuration());
  }

  @Test
  void manyFilesAreRenamedAtOnce() throws IOException {
    CountDownLatch underWay = new CountDownLatch(8);

    LedgerEntry entry =
        publish(
            WatchedFileSystem.watchedBy(
                (to, rename) -> {
                  if (isData(to)) {
                    // Alone, the first would wait in vain for others.
                    underWay.countDown();
                    await(underWay);
                  }
                  return run(to, rename);
                }));

    assertPublished(entry);
  }

  /** Who reads the job's own file finds all that it speaks of, and the account tells no more. */
  @Test
  void whatHasItsTurnWaitsForAllBeforeIt() throws IOException {
    AtomicBoolean begun = new AtomicBoolean();
    CountDownLatch others = new CountDownLatch(FILES - 1);

    LedgerEntry entry =
        publish(
            WatchedFileSystem.watchedBy(
                (to, rename) -> {
                  boolean isFirst = isData(to) && !begun.getAndSet(true);
                  if (isFirst) {
                    await(others);
                  }
                  boolean done = run(to, rename);
                  if (isData(to) && !isFirst) {
                    others.countDown();
                  }
                  return done;
                }));

    assertPublished(entry);
    List<String> last = renamed.subList(renamed.indexOf("out/_own/b"), renamed.size());
    assertThat(last)
        .startsWith("out/_own/b", "out/_own/a", "out/_ledger/" + Entries.today("u"))
        .noneMatch(name -> name.endsWith(".csv"));
    assertThat(renamed).filteredOn(name -> name.endsWith(".csv")).hasSize(FILES);
  }

  @Test
  void aRenameThatFailsLeavesTheUnitToTheNextPublisher() throws IOException {
    CountDownLatch failing = new CountDownLatch(2);

    assertThatThrownBy(
            () ->
                publish(
                    WatchedFileSystem.watchedBy(
                        (to, rename) -> {
                          if (to.toString().matches(".*/name=n(7|11)/.*")) {
                            failing.countDown();
                            await(failing);
                            throw new IOException("no answer");
                          }
                          return run(to, rename);
                        })))
        .isInstanceOf(IOException.class)
        .hasMessage("no answer")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

    assertThat(ledger().committed("u")).isEmpty();
    LedgerEntry begun = ledger().prepared("u").orElseThrow();
    assertThat(dir.resolve("out/_own/b")).doesNotExist();
    assertThat(Rows.recover(output, new Configuration())).containsExactly(begun);
    assertPublished(begun);
  }

  @Test
  void anEntryOfAnEarlierVersionIsCompletedInItsOrder() throws IOException {
    assertThatThrownBy(
            () ->
                publish(
                    WatchedFileSystem.watchedBy(
                        (to, rename) -> {
                          if (isData(to)) {
                            throw new IOException("no answer");
                          }
                          return run(to, rename);
                        })))
        .hasMessage("no answer");
    Path prepared = dir.resolve("out/_ledger/prepared/u.json");
    String json = Files.readString(prepared);
    String earlier = json.replaceAll(",\\s*\"anyOrder\" : (true|false)", "");
    assertThat(earlier)
        .isNotEqualTo(json)
        .contains("\"replaces\" : true")
        .doesNotContain("anyOrder");
    Files.writeString(prepared, earlier);
    renamed.clear();

    List<LedgerEntry> recovered = Rows.recover(output, WatchedFileSystem.watchedBy(this::run));

    LedgerEntry entry = recovered.get(0);
    assertPublished(entry);
    List<String> inOrder =
        entry.moves().stream()
            .map(Move::to)
            .map(to -> dir.relativize(path(to)).toString())
            .toList();
    assertThat(inOrder).hasSize(FILES + 2).endsWith("out/_own/b", "out/_own/a");
    assertThat(renamed).containsSubsequence(inOrder);
  }

  private static Path path(String path) {
    return Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath());
  }
}
