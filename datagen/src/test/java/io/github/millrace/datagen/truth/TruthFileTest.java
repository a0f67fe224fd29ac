package io.github.millrace.datagen.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.millrace.datagen.record.FakeRecord;
import io.github.millrace.datagen.record.FakeRecord.Reason;
import io.github.millrace.datagen.record.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TruthFileTest {
  private static final FakeRecord LATE = new FakeRecord("b", Outcome.LATE, Optional.empty());
  private static final FakeRecord AGAIN = new FakeRecord("a", Outcome.DUPLICATE, Optional.empty());

  @TempDir private Path directory;

  private record Truth(Summary summary, List<Entry> records) {}

  private record Entry(
      Optional<String> file, OptionalLong partition, OptionalLong ordinal, String text) {
    static Entry of(TruthLine line) throws IOException {
      return new Entry(
          line.optionalText("file"),
          line.optionalNumber("partition"),
          line.optionalNumber("ordinal"),
          line.text("text"));
    }
  }

  @Test
  void everyRecordIsToldAtItsPlace() throws IOException {
    Summary written;
    try (TruthWriter truth = new TruthWriter(7, Optional.of(path()))) {
      truth.add(new Place.InFile("a.json", 3), FakeRecord.good("a"));
      truth.add(new Place.InPartition(2, 17), LATE);
      truth.add(
          new Place.InFile("empty.json", OptionalLong.empty()),
          FakeRecord.bad("", Reason.TOO_SMALL));
      written = truth.finish();
    }

    Truth truth = read();
    assertThat(truth.summary()).isEqualTo(written);
    assertThat(truth.records())
        .containsExactly(
            new Entry(Optional.of("a.json"), OptionalLong.empty(), OptionalLong.of(3), "a"),
            new Entry(Optional.empty(), OptionalLong.of(2), OptionalLong.of(17), "b"),
            new Entry(Optional.of("empty.json"), OptionalLong.empty(), OptionalLong.empty(), ""));
    assertThat(Files.readAllLines(path()))
        .hasSize(4)
        .contains("{\"file\":\"a.json\",\"ordinal\":3,\"text\":\"a\"}")
        .contains("{\"partition\":2,\"ordinal\":17,\"text\":\"b\"}")
        .contains("{\"file\":\"empty.json\",\"ordinal\":null,\"text\":\"\"}");
  }

  @Test
  void theSummaryCountsTheRecords() throws IOException {
    Summary summary;
    try (TruthWriter truth = new TruthWriter(7, Optional.of(path()))) {
      add(truth, FakeRecord.bad("", Reason.BLANK), FakeRecord.good("a"), FakeRecord.good("c"));
      add(truth, FakeRecord.bad("x", Reason.TOO_SMALL), LATE, AGAIN);
      add(truth, FakeRecord.bad("", Reason.BLANK), FakeRecord.good("d"));
      summary = truth.finish();
    }

    assertThat(summary.seed()).isEqualTo(7);
    assertThat(summary.records()).isEqualTo(8);
    assertThat(summary.good()).isEqualTo(3);
    assertThat(summary.late()).isEqualTo(1);
    assertThat(summary.duplicates()).isEqualTo(1);
    assertThat(summary.bad()).isEqualTo(3);
    assertThat(summary.reasons()).containsExactly(entry("too-small", 1L), entry("blank", 2L));
    assertThat(read().summary()).isEqualTo(summary);
    assertThat(Files.readAllLines(path()).get(0))
        .hasSize(1023)
        .startsWith(
            "{\"summary\":{\"seed\":7,\"records\":8,\"good\":3,\"late\":1,\"duplicates\":1,"
                + "\"bad\":3,\"reasons\":{\"too-small\":1,\"blank\":2}}} ");
  }

  @Test
  void withoutRecordsThereIsASummary() throws IOException {
    try (TruthWriter truth = new TruthWriter(7, Optional.of(path()))) {
      truth.finish();
    }

    assertThat(read().records()).isEmpty();
    assertThat(read().summary().records()).isZero();
  }

  @Test
  void withoutAFileRecordsAreCounted() throws IOException {
    try (TruthWriter truth = new TruthWriter(7, Optional.empty())) {
      add(truth, FakeRecord.good("a"), LATE);
      assertThat(truth.finish().records()).isEqualTo(2);
    }

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theFileAppearsWhenItIsComplete() throws IOException {
    Files.writeString(path(), "earlier");
    try (TruthWriter truth = new TruthWriter(7, Optional.of(path()))) {
      add(truth, FakeRecord.good("a"));
      assertThat(path()).hasContent("earlier");
      truth.finish();
      assertThat(read().records()).hasSize(1);
    }
    assertThat(directory).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void aFileThatIsNotFinishedLeavesNothing() throws IOException {
    try (TruthWriter truth = new TruthWriter(7, Optional.of(path()))) {
      add(truth, FakeRecord.good("a"));
    }

    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"ordinal":1,"text":"a","colour":"red"} | Unknown record field colour
          {"ordinal":1,"colour":null}             | A record has no field text
          """)
  void aLineOfOtherFieldsIsRefused(String line, String message) throws IOException {
    Files.writeString(
        path(),
        """
        {"summary":{"seed":1,"records":1,"good":1,"late":0,"duplicates":0,"bad":0,"reasons":{}}}
        """
            + line);

    assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessage(message);
  }

  @Test
  void aWordThatIsNoneIsRefused() throws IOException {
    Files.writeString(path(), "{\"summary\":{\"outcome\":\"perfect\"}}");

    assertThatThrownBy(
            () ->
                TruthFile.read(
                    path(),
                    line -> line.label(Outcome.class, "outcome"),
                    Entry::of,
                    (outcome, records) -> outcome))
        .isInstanceOf(IOException.class)
        .hasMessage("Unknown outcome perfect of a summary");
  }

  private static void add(TruthWriter truth, FakeRecord... records) throws IOException {
    for (FakeRecord record : records) {
      truth.add(new Place.InPartition(0, 0), record);
    }
  }

  private Truth read() throws IOException {
    return TruthFile.read(path(), Summary::of, Entry::of, Truth::new);
  }

  private Path path() {
    return directory.resolve(TruthFile.NAME);
  }
}
