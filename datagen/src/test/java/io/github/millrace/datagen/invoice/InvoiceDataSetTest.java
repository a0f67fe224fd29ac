package io.github.millrace.datagen.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.millrace.datagen.output.OutputDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InvoiceDataSetTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Shape.class)
  void truthIsWhatAStrictReaderFinds(Shape shape) throws IOException {
    InvoiceTruth truth = write("data", options(2000, 0.2, shape, 0.1));

    List<InvoiceTruth.Entry> expected = new ArrayList<>();
    for (InvoiceTruth.Entry record : truth.records()) {
      // A reader gets no number from a bad record, and cannot tell which copy came first.
      Optional<String> id = record.good() ? record.id() : Optional.empty();
      expected.add(
          new InvoiceTruth.Entry(
              record.file(), record.ordinal(), id, record.items(), record.reason(), false));
    }
    expected.sort(Comparator.comparing(InvoiceTruth.Entry::file)); // stable: the ordinals stay

    assertThat(new StrictReader(shape).read(directory.resolve("data")))
        .containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void summaryIsTheSumOfTheRecords(Shape shape) throws IOException {
    InvoiceTruth truth = write("data", options(2000, 0.2, shape, 0.1));
    InvoiceTruth.Summary summary = truth.summary();

    assertThat(summary.seed()).isEqualTo(7);
    assertThat(summary.count()).isEqualTo(2000);
    assertThat(summary.shape()).isEqualTo(shape);
    assertThat(summary.records()).isEqualTo(truth.records().size());
    assertThat(summary.good())
        .isEqualTo(truth.records().stream().filter(InvoiceTruth.Entry::good).count());
    assertThat(summary.bad()).isEqualTo(summary.records() - summary.good());
    assertThat(summary.lineItems())
        .isEqualTo(truth.records().stream().mapToLong(InvoiceTruth.Entry::items).sum());
    assertThat(summary.duplicates())
        .isEqualTo(truth.records().stream().filter(InvoiceTruth.Entry::duplicate).count());
    Map<String, Long> reasons = new HashMap<>();
    truth.records().stream()
        .flatMap(record -> record.reason().stream())
        .forEach(reason -> reasons.merge(reason.label(), 1L, Long::sum));
    assertThat(summary.reasons()).isEqualTo(reasons);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void everyReasonOccursThatTheShapeHasAFormFor(Shape shape) throws IOException {
    Set<Reason> expected = EnumSet.allOf(Reason.class);
    if (shape == Shape.ARRAY) {
      expected.remove(Reason.BLANK);
    }

    InvoiceTruth truth = write("data", options(2000, 0.2, shape, 0));

    assertThat(truth.summary().reasons().keySet())
        .containsExactlyElementsOf(expected.stream().map(Reason::label).toList());
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void equalOptionsGiveEqualBytes(Shape shape) throws IOException {
    InvoiceOptions options = options(500, 0.1, shape, 0.1);
    write("once", options);
    write("again", options);

    assertThat(contents("again")).containsExactlyEntriesOf(contents("once"));
  }

  @Test
  void anotherSeedGivesOtherInvoices() throws IOException {
    write("one", new InvoiceOptions(100, 1, 0, Shape.LINES, 1, 0));
    write("two", new InvoiceOptions(100, 2, 0, Shape.LINES, 1, 0));

    assertThat(lines("two")).doesNotContainAnyElementsOf(lines("one"));
  }

  @Test
  void theNumberOfFilesDoesNotChangeTheInvoices() throws IOException {
    write("one", new InvoiceOptions(1000, 7, 0.1, Shape.LINES, 1, 0));
    write("seven", new InvoiceOptions(1000, 7, 0.1, Shape.LINES, 7, 0));

    assertThat(lines("seven")).containsExactlyElementsOf(lines("one"));
    assertThat(files("seven", "invoices")).hasSize(7);
  }

  @Test
  void theSharesAreNearTheAskedOnes() throws IOException {
    InvoiceTruth.Summary summary =
        write("data", new InvoiceOptions(50_000, 7, 0.05, Shape.LINES, 4, 0.02)).summary();

    assertThat(summary.bad() / 50_000.0).isCloseTo(0.05, within(0.005));
    assertThat(summary.duplicates() / 50_000.0).isCloseTo(0.02, within(0.003));
    int kinds = Shape.LINES.recordDefects().size();
    for (Defect defect : Shape.LINES.recordDefects()) {
      assertThat(summary.reasons().get(defect.reason().label()))
          .isCloseTo(summary.bad() / kinds, within(summary.bad() / kinds / 3));
    }
  }

  @Test
  void aRepeatedInvoiceIsTheSameBytesInAnotherFile() throws IOException {
    InvoiceTruth truth = write("data", new InvoiceOptions(1000, 7, 0, Shape.LINES, 3, 0.1));

    List<InvoiceTruth.Entry> repeated =
        truth.records().stream().filter(InvoiceTruth.Entry::duplicate).toList();
    assertThat(repeated).isNotEmpty();
    for (InvoiceTruth.Entry copy : repeated) {
      InvoiceTruth.Entry first =
          truth.records().stream()
              .filter(record -> record.id().equals(copy.id()) && !record.duplicate())
              .findFirst()
              .orElseThrow();
      assertThat(copy.file()).isNotEqualTo(first.file());
      assertThat(bytesOf(copy)).isEqualTo(bytesOf(first));
    }
  }

  @Test
  void aBadRecordIsIdentifiedByTheNumberThatItStillShows() throws IOException {
    InvoiceTruth truth = write("data", new InvoiceOptions(2000, 7, 1, Shape.LINES, 1, 0));

    List<String> lines = lines("data");
    for (InvoiceTruth.Entry record : truth.records().subList(0, lines.size())) {
      String line = lines.get((int) record.ordinal().orElseThrow());
      assertThat(line.contains("\"InvoiceNumber\":\"")).as(line).isEqualTo(record.id().isPresent());
      assertThat(line).contains(record.id().orElse(""));
    }
  }

  @Test
  void withoutBadOnesThereAreNoSpecialFiles() throws IOException {
    InvoiceTruth truth = write("data", new InvoiceOptions(10, 7, 0, Shape.LINES, 2, 0));

    assertThat(contents("data").keySet())
        .containsExactly("_truth.jsonl", "invoices-00000.json", "invoices-00001.json");
    assertThat(truth.summary().reasons()).isEmpty();
  }

  @Test
  void noInvoicesMakeNoFilesButATruth() throws IOException {
    InvoiceTruth truth = write("data", new InvoiceOptions(0, 7, 0, Shape.LINES, 0, 0.5));

    assertThat(contents("data").keySet()).containsExactly("_truth.jsonl");
    assertThat(truth.records()).isEmpty();
    assertThat(truth.summary().records()).isZero();
  }

  @Test
  void everyFileNameIsKnownAsOneThatMayBeReplaced() throws IOException {
    write("data", options(100, 0.5, Shape.ARRAY, 0.5));

    assertThat(contents("data").keySet())
        .allMatch(name -> InvoiceDataSet.FILE_NAMES.matcher(name).matches());
  }

  private static InvoiceOptions options(long count, double bad, Shape shape, double duplicates) {
    long files = shape == Shape.DOCUMENT ? count : 5;
    return new InvoiceOptions(count, 7, bad, shape, files, duplicates);
  }

  private InvoiceTruth write(String name, InvoiceOptions options) throws IOException {
    Path target = directory.resolve(name);
    InvoiceTruth.Summary summary =
        InvoiceDataSet.write(options, OutputDirectory.create(target), written -> {});
    InvoiceTruth truth = InvoiceTruth.read(target);
    assertThat(truth.summary()).isEqualTo(summary);
    return truth;
  }

  private List<Path> files(String name, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  /** The ordinary files' lines, byte for byte. */
  private List<String> lines(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files(name, "invoices")) {
      lines.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    }
    return lines;
  }

  private String bytesOf(InvoiceTruth.Entry record) throws IOException {
    Path file = directory.resolve("data").resolve(record.file());
    return Files.readAllLines(file).get((int) record.ordinal().orElseThrow());
  }

  private Map<String, byte[]> contents(String name) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (Path file : files(name, "")) {
      contents.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return contents;
  }
}
