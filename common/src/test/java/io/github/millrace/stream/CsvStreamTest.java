package io.github.millrace.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFormat;
import io.github.millrace.ledger.Counts;
import io.github.millrace.source.file.Shape;
import io.github.millrace.testkit.SparkExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** CSV files from a directory to output, quarantine and ledger, and through a replay again. */
@ExtendWith(SparkExtension.class)
class CsvStreamTest {
  private static final Set<String> COLUMNS = Set.of("Id", "Value", "Source");

  @TempDir private Path dir;
  private Readings job;

  @BeforeEach
  void setUp(SparkSession spark) throws IOException {
    job = new Readings(spark, dir);
    job.shape = Shape.CSV;
    job.csv = new CsvFormat(CsvDialect.STANDARD, true, COLUMNS);
  }

  private static String written(int id, Integer value, String source) {
    return "{\"Id\":%d%s%s}"
        .formatted(
            id,
            value == null ? "" : ",\"Value\":" + value,
            source == null ? "" : ",\"Source\":\"" + source + "\"");
  }

  @Test
  void everyRecordIsAccountedFor() throws IOException {
    job.drop("a.csv", "Id,Value,Source", "1,10,\"a", "b\"", "2,x,c", "Id,Value,Source", "3,30");
    job.drop("b.csv", "\uFEFFSource,Id", "\"\",4", ",5,6,7", "");
    job.drop("c.csv", "Id,Value,Id", "8,80,8", "9,90,9");

    List<String> told = job.run();

    assertThat(job.written())
        .containsExactly(written(1, 10, "a\\nb"), written(3, 30, null), written(4, null, ""));
    assertThat(job.quarantined())
        .extracting(CsvStreamTest::summary)
        .containsExactlyInAnyOrder(
            "a.csv@27 line 4 under Id,Value,Source: 2,x,c"
                + " [type Value: must be a whole number, is the string \"x\"]",
            "b.csv@18 line 3 under Source,Id: ,5,6,7 [malformed: has 4 fields, the header 2]",
            "c.csv@null line null under null: null [duplicate-key Id: stands twice in the header]");
    assertThat(job.total()).isEqualTo(new Counts(6, 3, 3, 0, 0));
    assertThat(job.committed()).extracting("repeatedHeaders").containsExactly(1L);
    assertThat(told.get(0)).contains("3 quarantined, 1 repeated headers passed over");
  }

  private static String summary(JsonNode bad) {
    JsonNode source = bad.get("source");
    String file = source.get("file").asText().replaceAll(".*/", "");
    return "%s@%s line %s under %s: %s [%s]"
        .formatted(
            file,
            source.path("offset").asText("null"),
            source.path("line").asText("null"),
            source.path("header").asText("null"),
            bad.path("raw").asText("null"),
            bad.get("reasons").get(0).asText());
  }

  @Test
  void aLargeFileIsReadInPartsAndACompressedOneWhole() throws IOException {
    long records = 200_000;
    String text =
        LongStream.range(0, records)
            .mapToObj(id -> id + "," + 10 * id + ",source " + id)
            .collect(Collectors.joining("\n", "Id,Value,Source\n", "\n"));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(UTF_8));
    }
    job.shape = Shape.CSV_LINES;
    job.drop("a.csv", text.getBytes(UTF_8)).drop("b.csv.gz", packed.toByteArray());

    job.run();

    assertThat(job.total()).isEqualTo(new Counts(2 * records, 2 * records, 0, 0, 0));
    assertThat(job.committed().get(0).files()).hasSize(2).noneMatch(file -> file.rows() == records);
    assertThat(job.written().stream().distinct()).hasSize((int) records);
  }

  // --- Replay

  @Test
  void aRecordIsReadAgainByItsHeader() throws IOException {
    job.drop("a.csv", "Source,Value,Id", "c,x,2", "d,30,3");
    job.run();
    job.contract(
        Readings.CONTRACT.replace(
            "name: Value, logicalType: integer", "name: Value, logicalType: string"));

    job.replay();
    job.run();

    assertThat(job.written())
        .containsExactly("{\"Id\":2,\"Value\":\"x\",\"Source\":\"c\"}", written(3, 30, "d"));
    assertThat(job.quarantined()).isEmpty();
  }

  /** The records and their header are kept as they stand, so that another delimiter reads them. */
  @Test
  void whatWasReadByAWrongDelimiterIsReadAgain() throws IOException {
    job.csv = CsvFormat.STANDARD;
    job.drop("a.csv", "Id;Value;Source", "1;10;a", "2;20;b");
    job.run();
    assertThat(job.quarantined()).hasSize(2);
    job.csv = new CsvFormat(new CsvDialect(';', '"'), true, COLUMNS);

    job.replay();
    job.run();

    assertThat(job.written()).containsExactly(written(1, 10, "a"), written(2, 20, "b"));
  }

  @Test
  void aFileOfAWrongHeaderIsReadAsAWhole() throws IOException {
    job.drop("a.csv", "Id;Value;Source", "1;10;a", "2;20;b");
    job.run();
    assertThat(job.total()).isEqualTo(new Counts(1, 0, 1, 0, 0));
    job.csv = new CsvFormat(new CsvDialect(';', '"'), true, COLUMNS);

    job.replay();
    job.run();

    assertThat(job.written()).containsExactly(written(1, 10, "a"), written(2, 20, "b"));
    assertThat(job.quarantined()).isEmpty();
  }

  @Test
  void aQuoteThatIsNeverClosedIsMendedByReadingLines() throws IOException {
    job.drop("a.csv", "Id,Value,Source", "1,10,a", "2,20,\"b", "3,30,c");
    job.run();
    assertThat(job.quarantined()).hasSize(1);
    job.shape = Shape.CSV_LINES;

    job.replay();
    job.run();

    assertThat(job.written()).containsExactly(written(1, 10, "a"), written(3, 30, "c"));
    assertThat(job.quarantined())
        .extracting(CsvStreamTest::summary)
        .containsExactly(
            "a.csv@23 line 3 under Id,Value,Source: 2,20,\"b"
                + " [malformed: the quote that opens field 3 is not closed]");
  }

  @Test
  void linesThatHaveComeOutDoNotComeOutAgainInRecords() throws IOException {
    job.shape = Shape.CSV_LINES;
    job.drop("a.csv", "Id,Value,Source", "1,10,a", "2,20,\"b", "c\"", "3,30,c");
    job.run();
    assertThat(job.quarantined()).hasSize(2);
    job.shape = Shape.CSV;

    job.replay();
    job.run();

    assertThat(job.written())
        .containsExactly(written(1, 10, "a"), written(2, 20, "b\\nc"), written(3, 30, "c"));
    assertThat(job.quarantined()).isEmpty();
  }

  /** What a quote held together in the one dialect are lines of their own in the other. */
  @Test
  void recordsThatAQuoteHasHeldTogetherComeOutByAnotherDialect() throws IOException {
    job.maxRecordBytes = 1024;
    job.drop(
        "a.csv", "Id,Value,Source", "1,10,a", "2,20,\"b", "3,30,c", "4,40," + "x".repeat(1024));
    job.run();
    assertThat(job.total()).isEqualTo(new Counts(2, 1, 1, 0, 0));
    assertThat(job.quarantined().get(0).hasNonNull("raw")).isFalse();
    job.csv = new CsvFormat(new CsvDialect(',', CsvDialect.NO_QUOTE), true, COLUMNS);
    job.maxRecordBytes = 1 << 20;

    job.replay();
    job.run();

    assertThat(job.written())
        .containsExactly(
            written(1, 10, "a"),
            written(2, 20, "\\\"b"),
            written(3, 30, "c"),
            written(4, 40, "x".repeat(1024)));
    assertThat(job.quarantined()).isEmpty();
  }

  /** Its file is gone, so that only what is in quarantine can be judged. */
  @Test
  void aRecordOfSeveralLinesIsNeverOneByAnotherDialect() throws IOException {
    job.drop("a.csv", "Id,Value,Source", "2,20,\"b", "3");
    job.run();
    Files.delete(job.in.resolve("a.csv"));
    job.csv = new CsvFormat(new CsvDialect(',', CsvDialect.NO_QUOTE), true, COLUMNS);

    job.replay();
    job.run();

    assertThat(job.written()).isEmpty();
    assertThat(job.quarantined())
        .extracting(CsvStreamTest::summary)
        .containsExactly(
            "a.csv@16 line 2 under Id,Value,Source: 2,20,\"b\n3"
                + " [malformed: a line break out of quotes in field 3]");
  }

  @Test
  void aFileOfWhichTheFirstLineIsNoHeaderIsReadAgainWithIt() throws IOException {
    job.csv = new CsvFormat(CsvDialect.STANDARD, true, Set.of());
    job.drop("a.csv", "1,10,a", "2,20,b");
    job.run();
    assertThat(job.total()).isEqualTo(new Counts(1, 0, 1, 0, 0));
    job.csv = new CsvFormat(CsvDialect.STANDARD, false, Set.of());

    job.replay();
    job.run();

    assertThat(job.written()).containsExactly(written(1, 10, "a"), written(2, 20, "b"));
    assertThat(job.quarantined()).isEmpty();
  }

  /** A line within a text has come out as a record: of the whole text nothing else may. */
  @Test
  void aRecordOfWhichALineHasComeOutIsNotReadAgain() throws IOException {
    job.shape = Shape.CSV_LINES;
    job.drop("a.csv", "Id,Value,Source", "2,20,\"b", "1,10,a", "c\"");
    job.run();
    job.shape = Shape.CSV;

    job.replay();

    assertThat(job.told).anyMatch(line -> line.contains("a.csv cannot be read again as shape csv"));
    job.run();
    assertThat(job.written()).containsExactly(written(1, 10, "a"));
    assertThat(job.quarantined()).hasSize(2);
  }

  @Test
  void aFileThatIsNoCsvIsTold() throws IOException {
    job.drop("a.json", "{\"Id\":1,\"Value\":2}", "{\"Id\":2}");

    assertThat(job.run())
        .anyMatch(
            line ->
                line.endsWith("1 of 1 records are bad, and it looks like shape lines, not csv"));
  }
}
