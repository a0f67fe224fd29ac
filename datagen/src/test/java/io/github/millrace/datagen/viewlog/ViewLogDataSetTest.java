package io.github.millrace.datagen.viewlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.viewlog.ViewLogTruth.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ViewLogDataSetTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final SendOptions OPTIONS =
      SendOptions.of(5000, 3, START, 1000, new Shares(0.02, 0.05, 0.1));

  @TempDir private Path directory;

  @Test
  void filesAndTruthAgree() throws IOException {
    Summary summary = write("data", OPTIONS, 3);

    ViewLogTruth truth = ViewLogTruth.read(directory.resolve("data/_truth.jsonl"));
    assertThat(truth.summary()).isEqualTo(summary);
    List<Entry> entries = new ArrayList<>(truth.records());
    for (String name : List.of("views-00000.json", "views-00001.json", "views-00002.json")) {
      List<String> lines = Files.readAllLines(directory.resolve("data").resolve(name));
      for (int i = 0; i < lines.size(); i++) {
        Entry entry = entries.remove(0);
        assertThat(entry.file()).contains(name);
        assertThat(entry.ordinal()).isEqualTo(i);
        byte[] value = lines.get(i).getBytes(StandardCharsets.UTF_8);
        assertThat(StrictViewReader.reasons(value, START.plusSeconds(60)))
            .isEqualTo(entry.reason().map(Set::of).orElse(Set.of()));
        if (entry.reason().isEmpty()) {
          StrictViewReader.Read read = StrictViewReader.read(value);
          assertThat(read.id()).isEqualTo(entry.viewId());
          assertThat(read.startMicros()).isEqualTo(entry.startMicros());
          assertThat(read.endMicros()).isEqualTo(entry.endMicros());
          assertThat(read.campaignId()).isEqualTo(entry.campaignId());
        }
      }
    }
    assertThat(entries).isEmpty();
  }

  @Test
  void everyViewIsThereOnceAndEveryReasonOccurs() throws IOException {
    Summary summary = write("data", OPTIONS, 4);

    assertThat(summary.records() - summary.duplicates()).isEqualTo(5000);
    assertThat(summary.reasons().keySet())
        .containsExactlyElementsOf(Stream.of(Reason.values()).map(Reason::label).toList());
  }

  @Test
  void theSameOptionsGiveTheSameBytesWhateverTheNumberOfFiles() throws IOException {
    write("a", OPTIONS, 4);
    write("b", OPTIONS, 4);
    write("c", OPTIONS, 1);

    for (String name : names("a")) {
      assertThat(directory.resolve("b").resolve(name))
          .hasSameBinaryContentAs(directory.resolve("a").resolve(name));
    }
    String spread =
        names("a").stream()
            .filter(name -> name.startsWith("views"))
            .map(name -> read(directory.resolve("a").resolve(name)))
            .collect(Collectors.joining());
    assertThat(directory.resolve("c/views-00000.json")).hasContent(spread);
  }

  @Test
  void noViewsGiveATruthAlone() throws IOException {
    write("data", SendOptions.of(0, 1, START, 1, Shares.NONE), 0);

    assertThat(names("data")).containsExactly("_truth.jsonl");
    assertThat(ViewLogTruth.read(directory.resolve("data/_truth.jsonl")).records()).isEmpty();
  }

  @Test
  void theFilesAreThoseThatAnotherRunMayReplace() throws IOException {
    write("data", OPTIONS, 2);

    assertThat(names("data")).allMatch(name -> ViewLogDataSet.FILE_NAMES.matcher(name).matches());
    OutputDirectory.replace(directory.resolve("data"), ViewLogDataSet.FILE_NAMES);
    assertThat(names("data")).isEmpty();
  }

  @Test
  void campaignsAreSpreadOverTheNetworks() throws IOException {
    Path file = directory.resolve("campaigns.csv");
    Campaigns.write(file);

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(15);
    assertThat(lines.get(0)).isEqualTo("network_id,campaign_id,campaign_name");
    List<String[]> rows = lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
    assertThat(rows)
        .allSatisfy(row -> assertThat(row).hasSize(3))
        .extracting(row -> row[1])
        .containsExactlyElementsOf(
            Stream.iterate(10, id -> id + 10).limit(14).map(String::valueOf).toList());
    assertThat(rows).extracting(row -> row[0]).contains("1", "2", "3", "4").hasSize(14);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(Campaigns.network(Integer.parseInt(row[1])))
                    .isEqualTo(Integer.parseInt(row[0])));
  }

  private Summary write(String name, SendOptions options, long files) throws IOException {
    return ViewLogDataSet.write(
        options, files, OutputDirectory.create(directory.resolve(name)), written -> {});
  }

  private List<String> names(String name) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
