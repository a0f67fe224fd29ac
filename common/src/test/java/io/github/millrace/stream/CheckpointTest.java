package io.github.millrace.stream;

import static io.github.millrace.stream.Readings.reading;
import static io.github.millrace.stream.Readings.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.Contracts;
import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entries;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Format;
import io.github.millrace.publish.Output;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Role;
import io.github.millrace.source.file.FileLog;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SparkExtension.class)
class CheckpointTest {
  private static final Map<String, String> SETTINGS =
      Map.of("contract id", "a", "window", "1 hour");

  private static final Contract CONTRACT =
      Contracts.of("- {name: Id, logicalType: integer, required: true}");

  @TempDir private Path dir;
  private Path path;
  private Output output;

  @BeforeEach
  void setUp() {
    path = dir.resolve("checkpoint");
    output = output("out");
  }

  // --- One checkpoint and its output

  @Test
  void checkingWritesNothing() throws IOException {
    Checkpoint checkpoint = check(path, SETTINGS, false);

    assertThat(checkpoint.path()).isEqualTo(uri(path));
    assertThat(checkpoint.id()).matches("[0-9a-f]{8}");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aClaimedCheckpointKeepsItsName() throws IOException {
    Checkpoint checkpoint = check(path, SETTINGS, false);
    claim(checkpoint);

    Checkpoint again = check(path, SETTINGS, false);
    claim(again);

    assertThat(again.id()).isEqualTo(checkpoint.id());
    assertThat(again.unit(7)).isEqualTo(checkpoint.id() + "-00000007");
    assertThat(path).isDirectoryContaining("glob:**/millrace.json");
  }

  @Test
  void anEmptyDirectoryIsANewCheckpoint() throws IOException {
    Files.createDirectory(path);

    assertThat(check(path, SETTINGS, false).id()).isNotEmpty();
  }

  /** Between the steps of a claim. */
  @Test
  void aFirstStartThatWasCutOffIsNoHindrance() throws IOException {
    new FileLog(new org.apache.hadoop.fs.Path(path + "/sources/0/files"), new Configuration())
        .addKnown(paths -> paths.accept("a"));
    Files.writeString(path.resolve(".millrace.json.tmp"), "{");

    claim(check(path, SETTINGS, false));

    assertThat(check(path, SETTINGS, false).id()).isNotEmpty();
  }

  @Test
  void twoNewCheckpointsHaveTwoNames() throws IOException {
    assertThat(check(path, SETTINGS, false).id()).isNotEqualTo(check(path, SETTINGS, false).id());
  }

  @Test
  void aCheckpointMayMove() throws IOException {
    claim(check(path, SETTINGS, false));
    Path elsewhere = dir.resolve("elsewhere");
    Files.move(path, elsewhere);

    claim(check(elsewhere, SETTINGS, false));

    // The owner is known by its new place now.
    refused(() -> check(path, SETTINGS, false)).hasMessageContaining(uri(elsewhere));
  }

  @Test
  void theLayoutIsNotedAndALaterOneRefused() throws IOException {
    claim(check(path, SETTINGS, false));
    Path file = path.resolve("millrace.json");
    String json = Files.readString(file);
    assertThat(json).contains("\"layout\" : 2");

    Files.writeString(
        file,
        json.replace("\"layout\" : 2,", "\"layout\" : 3, \"more\": true,")
            .replaceFirst("\"millrace\" : \"[^\"]*\"", "\"millrace\" : \"9.0.0\""));
    refused(() -> check(path, SETTINGS, false))
        .hasMessageContaining("checkpoint " + uri(path) + " is of layout 3, written by Millrace 9")
        .hasMessageContaining("use Millrace 9.0.0 or later");
  }

  @Test
  void aCheckpointOfAnEarlierLayoutIsOneOfThisFromItsClaimOn() throws IOException {
    Checkpoint checkpoint = check(path, SETTINGS, false);
    claim(checkpoint);
    Path file = path.resolve("millrace.json");
    String now = Files.readString(file);
    String before = now.replaceFirst("(?s),\\s*\"layout\" : \\{.*?}", "");
    assertThat(before).isNotEqualTo(now).doesNotContain("layout");
    Files.writeString(file, before);

    Checkpoint again = check(path, SETTINGS, false);
    assertThat(Files.readString(file)).isEqualTo(before);
    claim(again);

    assertThat(again.id()).isEqualTo(checkpoint.id());
    assertThat(Files.readString(file)).isEqualTo(now);
  }

  // --- What is refused

  @Test
  void aDirectoryOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(path.resolve("offsets"));

    refused(() -> check(path, SETTINGS, false))
        .hasMessage(
            "checkpoint "
                + uri(path)
                + " is not one of Millrace; set 'checkpoint' to an empty directory");
    refused(() -> check(path, SETTINGS, true)).hasMessageContaining("is not one of Millrace");
  }

  @Test
  void otherSettingsAreRefusedWithBothValues() throws IOException {
    claim(check(path, SETTINGS, false));
    Map<String, String> now = Map.of("contract id", "b", "window", "2 hours", "new", "x");
    String message =
        """
        checkpoint %s was made with other settings:
          contract id was 'a', is 'b'
          job was 'job', is 'other job'
          new was 'null', is 'x'
          window was '1 hour', is '2 hours'
        Go back to these, or set 'checkpoint' to an empty directory and start with --adopt to go on \
        from what the ledger says is done"""
            .formatted(uri(path));

    for (boolean adopt : new boolean[] {false, true}) {
      refused(
              () ->
                  Checkpoint.check(
                      uri(path),
                      "other job",
                      now,
                      CONTRACT,
                      output,
                      Takeover.of(adopt),
                      new Configuration()))
          .hasMessage(message);
    }
  }

  // --- The contract

  @Test
  void whatAContractHasMoreIsTakenAndTold() throws IOException {
    Readings job = new Readings(SparkSession.active(), dir);
    job.drop("a", reading(1)).run();
    job.contract(
        Readings.CONTRACT.replace("version: 1.0.0", "version: 1.1.0")
            + "      - {name: Note, logicalType: string}\n");
    job.drop("b", "{\"Id\":2,\"Note\":\"n\"}");

    assertThat(job.run())
        .contains(
            "contract readings 1.1.0, was 1.0.0: Note is new, and null in what was written before");
    assertThat(job.written()).containsExactly(reading(1), "{\"Id\":2,\"Note\":\"n\"}");
    assertThat(job.committed())
        .extracting(entry -> entry.contract().version())
        .containsExactly("1.0.0", "1.1.0");
    assertThat(job.run()).noneMatch(line -> line.contains("contract"));
  }

  /** Nobody has written by it. */
  @Test
  void aContractByWhichNothingWasWrittenMayBeTakenBack() throws IOException {
    Readings job = new Readings(SparkSession.active(), dir);
    job.drop("a", reading(1)).run();
    job.contract(
            Readings.CONTRACT.replace("version: 1.0.0", "version: 1.1.0")
                + "      - {name: Mistake, logicalType: string}\n")
        .run();

    job.contract(Readings.CONTRACT).drop("b", reading(2)).run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
  }

  /** The other has been started, and has written, while this one waited for its session. */
  @Test
  void aContractThatDoesNotFitWhatAnotherRunHasWrittenIsNotClaimed() throws IOException {
    Readings job = new Readings(SparkSession.active(), dir);
    job.drop("a", reading(1)).run();
    Checkpoint waiting = job.check();
    job.contract(
            Readings.CONTRACT.replace("version: 1.0.0", "version: 1.1.0")
                + "      - {name: Note, logicalType: string}\n")
        .drop("b", reading(2))
        .run();

    try (Publisher publisher = Publisher.open(job.output(), Role.STREAM, new Configuration())) {
      refused(() -> waiting.claim(publisher)).hasMessageContaining("Note is gone; keep it");
    }
  }

  @Test
  void whatNoContractHasAnyMoreIsRefusedWithTheWayOut() throws IOException {
    Readings job = new Readings(SparkSession.active(), dir);
    job.drop("a", reading(1)).run();
    job.contract(
        Readings.CONTRACT
            .replace("version: 1.0.0", "version: 2.0.0")
            .replace("      - {name: Source, logicalType: string}\n", "")
            .replace(
                "Value, logicalType: integer", "Value, logicalType: integer, physicalType: INT"));
    job.drop("b", reading(2));

    refused(job::run)
        .hasMessage(
            """
            checkpoint %s was written by contract readings 1.0.0, and version 2.0.0 does not fit what was written:
              Value was BIGINT and is INT, which may not hold what was written; let it be BIGINT
              Source is gone; keep it, it may be optional
            Do so, or set 'checkpoint' to an empty directory and start with --adopt to go on from what \
            the ledger says is done"""
                .formatted(uri(job.checkpoint)));
    assertThat(job.written()).containsExactly(reading(1));

    job.checkpoint = dir.resolve("another");
    job.adopt = true;
    job.run();
    assertThat(job.total()).isEqualTo(new Counts(2, 2, 0, 0, 0));
  }

  /** It has not said by which contract it was written. */
  @Test
  void aCheckpointOfAnEarlierVersionTakesTheContractThatIsThere() throws IOException {
    claim(check(path, SETTINGS, false));
    Path file = path.resolve("millrace.json");
    String now = Files.readString(file);
    Files.writeString(file, now.replaceFirst("(?s),\\s*\"contract\" : \\{.*?}", ""));

    assertThat(Files.readString(file)).doesNotContain("columns");
    assertThat(check(path, SETTINGS, false).contractChanges()).isEmpty();
    claim(check(path, SETTINGS, false));
    assertThat(Files.readString(file)).isEqualTo(now).contains("Id BIGINT NOT NULL");
  }

  @Test
  void aJobThatCannotTakeOverNamesNoSuchWayOut() throws IOException {
    claim(check(path, SETTINGS, false));
    refused(
            () ->
                Checkpoint.check(
                    uri(dir.resolve("other")),
                    "job",
                    SETTINGS,
                    CONTRACT,
                    output,
                    Takeover.IMPOSSIBLE,
                    new Configuration()))
        .hasMessageContaining("set 'checkpoint' and the output to empty directories")
        .hasMessageNotContaining("--adopt");
  }

  @Test
  void anotherCheckpointsOutputIsRefused() throws IOException {
    Checkpoint owner = check(path, SETTINGS, false);
    claim(owner);
    Path other = dir.resolve("other");

    refused(() -> check(other, SETTINGS, false))
        .hasMessage(
            "output %s belongs to the checkpoint %s (%s); a run from %s could write its records a"
                    .formatted(output.root(), uri(path), owner.id(), uri(other))
                + " second time. Go back to that checkpoint, choose another output, or set"
                + " 'checkpoint' to an empty directory and start with --adopt to go on from what"
                + " the ledger says is done");
    assertThat(other).doesNotExist();
  }

  /** What it had begun, the new owner may have read. */
  @ParameterizedTest
  @ValueSource(strings = {"offsets/0", "sources/0/files/0.files", "sources/0/files/7.merged"})
  void aFormerOwnerIsRefusedEvenIfItWouldAdopt(String begun) throws IOException {
    claim(check(path, SETTINGS, false));
    Files.createDirectories(path.resolve(begun).getParent());
    Files.createFile(path.resolve(begun));
    Path other = dir.resolve("other");
    claim(check(other, SETTINGS, true));

    refused(() -> check(path, SETTINGS, false)).hasMessageContaining(uri(other));
    refused(() -> check(path, SETTINGS, true)).hasMessageContaining(uri(other));
    assertThat(check(other, SETTINGS, false).id()).isNotEmpty();
  }

  @Test
  void aLedgerThatIsGoneIsRefusedOnceABatchHasBegun() throws IOException {
    claim(check(path, SETTINGS, false));
    FileUtil.fullyDelete(dir.resolve("out/_ledger").toFile());
    claim(check(path, SETTINGS, false));
    Files.createDirectory(path.resolve("offsets"));
    FileUtil.fullyDelete(dir.resolve("out/_ledger").toFile());

    refused(() -> check(path, SETTINGS, false))
        .hasMessage(
            "checkpoint %s has records in the ledger %s, which is gone. Restore it; or, to read all"
                    .formatted(uri(path), output.ledger())
                + " input again, set 'checkpoint' to an empty directory");
    refused(() -> check(path, SETTINGS, true)).hasMessageContaining("which is gone");
  }

  @Test
  void whatChangesBetweenCheckAndClaimIsRefusedThen() throws IOException {
    Checkpoint first = check(path, SETTINGS, false);
    Checkpoint sameCheckpoint = check(path, SETTINGS, false);
    Checkpoint otherCheckpoint = check(dir.resolve("other"), SETTINGS, false);
    claim(first);

    refused(() -> claim(otherCheckpoint)).hasMessageContaining("belongs to the checkpoint");
    assertThat(dir.resolve("other")).doesNotExist();
    assertThatThrownBy(() -> claim(sameCheckpoint))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY));
    claim(first);
  }

  /** Two outputs, so that the roles of neither keep the other away. */
  @Test
  void oneCheckpointIsMadeOnce() throws IOException {
    Checkpoint first = check(path, SETTINGS, false);
    claim(first);
    output = output("out2");
    Files.move(path, dir.resolve("away"));
    Checkpoint second = check(path, SETTINGS, false);
    Files.move(dir.resolve("away"), path);

    assertThatThrownBy(() -> claim(second))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageContaining("was begun by another run just now; start again");
  }

  /** As earlier versions left it where they were killed while they took over. */
  @Test
  void anOutputWithEntriesAndWithoutAnOwnerIsAnothers(SparkSession spark) throws IOException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1));
    job.run();
    Files.delete(job.out.resolve("_ledger/_owner.json"));
    job.checkpoint = dir.resolve("second");

    refused(job::run).hasMessageContaining("belongs to the checkpoint");

    job.adopt = true;
    assertThat(job.run()).isEmpty();
    assertThat(job.written()).containsExactly(reading(1));
  }

  // --- A new checkpoint takes over

  /** At each step of it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anAdoptionThatWasCutOffIsBegunAgain(int steps, @TempDir Path kept, SparkSession spark)
      throws IOException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1));
    job.run();
    Path owner = job.out.resolve("_ledger/_owner.json");
    Path former = Files.copy(owner, kept.resolve("owner"));
    job.checkpoint = dir.resolve("second");
    job.adopt = true;
    claimOf(job);
    if (steps < 2) {
      Files.copy(former, owner, StandardCopyOption.REPLACE_EXISTING);
    }
    if (steps < 1) {
      Files.delete(job.checkpoint.resolve("millrace.json"));
    }
    job.drop("b", reading(2));

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.committed()).hasSize(2);
  }

  private static void claimOf(Readings job) throws IOException {
    try (Publisher publisher = Publisher.open(job.output(), Role.STREAM, new Configuration())) {
      job.check().claim(publisher);
    }
  }

  @Test
  void adoptionReadsNothingTwice(SparkSession spark) throws IOException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1)).drop("b", reading(2), "bad");
    job.run();
    String former = job.check().id();
    job.checkpoint = dir.resolve("second");
    assertThatThrownBy(job::run).isInstanceOf(JobException.class);
    job.drop("c", reading(3));

    job.adopt = true;
    List<String> told = job.run();

    assertThat(told).hasSize(1);
    assertThat(told.get(0)).startsWith("batch 0: 1 read, 1 written");
    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
    assertThat(job.total()).isEqualTo(new Counts(4, 3, 1, 0, 0));
    assertThat(job.committed())
        .extracting(LedgerEntry::checkpoint)
        .containsExactly(former, job.check().id());
    job.adopt = false;
    assertThat(job.run()).isEmpty();
  }

  /** What it would take for done is another batch, of other files. */
  @Test
  void aCheckpointOfABackupIsRefusedAndAdoptionGoesOn(SparkSession spark) throws IOException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1));
    job.run();
    Path backup = dir.resolve("backup");
    FileUtils.copyDirectory(job.checkpoint.toFile(), backup.toFile());
    job.drop("b", reading(2));
    job.run();
    job.drop("c", reading(3));
    job.checkpoint = backup;

    refused(job::run)
        .hasMessageContaining("is older than output")
        .hasMessageContaining("the last batch that the checkpoint has begun is 0")
        .hasMessageContaining("--adopt");

    job.checkpoint = dir.resolve("new");
    job.adopt = true;
    job.run();
    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
  }

  /** What the checkpoint has as done would be nowhere. */
  @Test
  void anOutputOfABackupIsRefusedAndAdoptionGoesOn(SparkSession spark) throws IOException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1));
    job.run();
    Path backup = dir.resolve("backup");
    FileUtils.copyDirectory(job.out.toFile(), backup.toFile());
    job.drop("b", reading(2));
    job.run();
    job.drop("c", reading(3));
    FileUtils.deleteDirectory(job.out.toFile());
    FileUtils.moveDirectory(backup.toFile(), job.out.toFile());

    refused(job::run)
        .hasMessageContaining("is older than checkpoint")
        .hasMessageContaining("which the checkpoint has as done")
        .hasMessageContaining("--adopt");

    job.checkpoint = dir.resolve("new");
    job.adopt = true;
    job.run();
    assertThat(job.written()).containsExactly(reading(1), reading(2), reading(3));
  }

  /** What the former owner had begun to publish is done, although it is not committed. */
  @Test
  void adoptionCompletesWhatWasBegun(SparkSession spark) throws IOException {
    Readings job = new Readings(spark, dir);
    job.drop("a", reading(1));
    job.run();
    String unit = job.committed().get(0).unit();
    Path ledger = job.out.resolve("_ledger");
    Files.move(ledger.resolve(Entries.today(unit)), ledger.resolve("prepared/" + unit + ".json"));
    job.checkpoint = dir.resolve("second");
    job.adopt = true;
    job.drop("b", reading(2));

    job.run();

    assertThat(job.written()).containsExactly(reading(1), reading(2));
    assertThat(job.prepared()).isEmpty();
    assertThat(job.committed()).hasSize(2);
  }

  private void claim(Checkpoint checkpoint) throws IOException {
    try (Publisher publisher = Publisher.open(output, Role.STREAM, new Configuration())) {
      checkpoint.claim(publisher);
    }
  }

  private Checkpoint check(Path checkpoint, Map<String, String> settings, boolean adopt)
      throws IOException {
    return Checkpoint.check(
        uri(checkpoint),
        "job",
        settings,
        CONTRACT,
        output,
        Takeover.of(adopt),
        new Configuration());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable check) {
    return assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INTEGRITY));
  }

  private Output output(String name) {
    return new Output(
        List.of(new Output.Destination("out", uri(dir.resolve(name)))),
        Format.JSON,
        List.of(),
        null,
        null);
  }
}
