package io.github.millrace.source.file;

import static io.github.millrace.source.file.Found.bad;
import static io.github.millrace.source.file.Found.good;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFilesTest {
  private static final CsvFormat KNOWN =
      new CsvFormat(CsvDialect.STANDARD, true, Set.of("id", "name"));
  private static final CsvFormat NO_HEADER = new CsvFormat(CsvDialect.STANDARD, false, Set.of());

  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path dir;

  /** What a file gives: its records, their header and lines, and how many headers are repeated. */
  private record Told(
      List<Found> records, List<Long> lines, List<String> headers, long repeatedHeaders) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id,name\n1,a\n2,b\n",
        "id,name\n1,a\n2,b",
        "\uFEFFid,name\n1,a\n2,b",
        "\n\nid,name\n1,a\n2,b"
      })
  void theHeaderIsNoRecord(String text) throws IOException {
    for (Shape shape : List.of(Shape.CSV, Shape.CSV_LINES)) {
      Told told = read(text, shape, KNOWN);

      assertThat(told.records()).extracting(Found::value).containsExactly("1,a", "2,b");
      assertThat(told.headers()).containsExactly("id,name", "id,name");
      long first = text.startsWith("\n") ? 4 : 2;
      assertThat(told.lines()).containsExactly(first, first + 1);
    }
  }

  @Test
  void withoutAHeaderTheFirstLineIsARecord() throws IOException {
    assertThat(read("\uFEFF\"1\n\",a\n2,b\n", Shape.CSV, NO_HEADER))
        .isEqualTo(
            new Told(
                List.of(good(3, "\"1\n\",a"), good(10, "2,b")), List.of(1L, 3L), List.of(), 0));
  }

  @Test
  void aFileOfAHeaderAloneHasNoRecords() throws IOException {
    for (String text : List.of("id,name", "id,name\r\n", "id,name\r")) {
      assertThat(read(text, Shape.CSV, KNOWN).records()).isEmpty();
    }
  }

  // --- Where a record ends

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r", "\r\r\n"})
  void aFileKeepsToTheLineBreakOfItsFirstLine(String lineBreak) throws IOException {
    String text = String.join(lineBreak, "id,name", "1,\"a" + lineBreak + "b\"", "2,b", "");
    int tail = lineBreak.length() - 1;
    String rest = lineBreak.substring(0, tail);

    assertThat(values(read(text, Shape.CSV, KNOWN)))
        .containsExactly("1,\"a" + lineBreak + "b\"" + rest, "2,b" + rest);
    assertThat(read(text, Shape.CSV, KNOWN).headers()).containsOnly("id,name");
    assertThat(values(read(text, Shape.CSV_LINES, KNOWN)))
        .containsExactly("1,\"a" + rest, "b\"" + rest, "2,b" + rest);
  }

  @Test
  void aCarriageReturnWithinALineEndsNothing() throws IOException {
    assertThat(values(read("id,name\n1,a\rb\n2,c\n", Shape.CSV, KNOWN)))
        .containsExactly("1,a\rb", "2,c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'1,\"a\nb\"'        | '1,\"a\nb\"'",
        "'\"1\n\",b'         | '\"1\n\",b'",
        "'1,\"a\"\"\nb\"'    | '1,\"a\"\"\nb\"'",
        "'1,\"\"\"\n\"'      | '1,\"\"\"\n\"'",
        "'1,5\" pipe'        | '1,5\" pipe'",
        "'1, \"a'            | '1, \"a'",
        "'1,\"a\"b\"'        | '1,\"a\"b\"'",
        "'1,\"\"'            | '1,\"\"'"
      })
  void aQuoteOpensAtAFieldsBeginOnly(String record, String value) throws IOException {
    assertThat(values(read("id,name\n" + record + "\n2,b\n", Shape.CSV, KNOWN)))
        .containsExactly(value, "2,b");
  }

  @Test
  void aQuoteThatIsNeverClosedHoldsTheRestOfTheFileOrOfItsLine() throws IOException {
    String text = "id,name\n1,\"a\n2,b\n3,c\n";

    assertThat(values(read(text, Shape.CSV, KNOWN))).containsExactly("1,\"a\n2,b\n3,c\n");
    assertThat(values(read(text, Shape.CSV_LINES, KNOWN))).containsExactly("1,\"a", "2,b", "3,c");
  }

  @Test
  void otherCharactersMayDelimitAndQuote() throws IOException {
    CsvFormat other = new CsvFormat(new CsvDialect('\t', '\''), true, Set.of("id"));
    CsvFormat none = new CsvFormat(new CsvDialect(';', CsvDialect.NO_QUOTE), true, Set.of("id"));

    assertThat(values(read("id\tname\n1\t'a\nb'\n2\t\"c\n", Shape.CSV, other)))
        .containsExactly("1\t'a\nb'", "2\t\"c");
    assertThat(values(read("id;name\n1;\"a\n2;b\"\n", Shape.CSV, none)))
        .containsExactly("1;\"a", "2;b\"");
  }

  @Test
  void aRecordThatIsTooLongIsToldAndTheNextIsIntact() throws IOException {
    String text = "id,name\n1,\"" + "x\n".repeat(100) + "\"\n2,b\n";

    assertThat(read(text, Shape.CSV, KNOWN, 50).records())
        .containsExactly(
            bad(
                8L,
                "too-large: the record is longer than input.maxRecordBytes allows; it stays in its file"),
            good(213, "2,b"));
    assertThat(read(text, Shape.CSV, KNOWN, 50).lines()).containsExactly(2L, 103L);
  }

  // --- Headers

  @ParameterizedTest
  @EnumSource(
      value = Shape.class,
      names = {"CSV", "CSV_LINES"})
  void aLineEqualToTheHeaderIsPassedOverAndCounted(Shape shape) throws IOException {
    Told told = read("id,name\r\n1,a\r\nid,name\r\nid,name\n2,b\r\nid,name", shape, KNOWN);

    assertThat(values(told)).containsExactly("1,a\r", "2,b\r");
    assertThat(told.lines()).containsExactly(2L, 5L);
    assertThat(told.repeatedHeaders()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          'id,name,id'    | duplicate-key id: stands twice in the header
          'id, id'        | duplicate-key id: stands twice in the header
          'id,"name'      | malformed: the header: the quote that opens field 2 is not closed
          'id;name'       | malformed: the header has none of the contract's fields: "id;name"
          'nr,bezeichnung' | malformed: the header has none of the contract's fields: "nr,bezeichnung"
          'id,NAME'       | malformed: the header has 'NAME' and not 'name'; if that is meant, let it be an alias
          'id,na me'      | malformed: the header has 'na me' and not 'name'; if that is meant, let it be an alias
          'id, "name"'    | malformed: the header: field 2 has white space before its quote
          ' '             | malformed: the header has none of the contract's fields: ""
          """)
  void aHeaderThatCannotBeReadIsTheFilesOneReason(String header, String reason) throws IOException {
    String text = header + "\n1,a\n2,b\n3,c\n";
    for (long step : new long[] {4, Long.MAX_VALUE}) {
      assertThat(inSplits(text, step, KNOWN)).containsExactly(bad(null, reason));
    }
  }

  @Test
  void spacesOfAnyKindStandAroundAName() throws IOException {
    assertThat(values(read("id\u200B,\u00A0name\uFEFF\n1,a\n", Shape.CSV, KNOWN)))
        .containsExactly("1,a");
  }

  @Test
  void columnsThatNobodyReadsMayBeSeveral() throws IOException {
    assertThat(values(read("id,note,note\n1,a,b\n", Shape.CSV, KNOWN))).containsExactly("1,a,b");
  }

  /** Else a column of which nothing is read would be null in all records. */
  @Test
  void aHeaderThatIsNotUtf8IsTheFilesOneReason() throws IOException {
    Path file = Files.write(dir.resolve("a.csv"), "id,Größe\n1,5\n".getBytes(ISO_8859_1));

    assertThat(
            told(
                    new FileSplit(file.toString(), 0, Long.MAX_VALUE, false),
                    new FileRecords.Settings(Shape.CSV, KNOWN, 1 << 20))
                .records())
        .containsExactly(bad(null, "encoding: the header is not UTF-8 at byte 5"));
  }

  /** By an all-text contract its columns would be taken for records, and in their order. */
  @Test
  void aHeaderWhereNoneIsToBeIsTheFilesOneReason() throws IOException {
    CsvFormat none = new CsvFormat(CsvDialect.STANDARD, false, Set.of("id", "name"));

    for (long step : new long[] {4, 9, Long.MAX_VALUE}) {
      assertThat(inSplits("name,id\na,1\nb,2\n", step, none))
          .containsExactly(
              bad(null, "malformed: the file begins with a header; set csv.header to true"));
    }
    assertThat(values(read("name,1\nb,2\n", Shape.CSV, none))).containsExactly("name,1", "b,2");
  }

  /** Of characters that are two in Java. */
  @Test
  void aHeaderOfAnyCharactersIsShown() throws IOException {
    assertThat(read("😀".repeat(61) + "\n1\n", Shape.CSV, KNOWN).records())
        .containsExactly(
            bad(
                null,
                "malformed: the header has none of the contract's fields: \"%s…\""
                    .formatted("😀".repeat(59))));
    assertThat(read("😀".repeat(60) + "\n1\n", Shape.CSV, KNOWN).records().get(0).problem())
        .endsWith("\"" + "😀".repeat(60) + "\"");
  }

  /** Its pair stands in a row, which would be part of a name. */
  @Test
  void aStrayQuoteInTheHeaderIsToldAndANameOfTwoLinesIsRead() throws IOException {
    assertThat(read("id,\"name,x\n1,a\n2,b\",c\n3,d\n", Shape.CSV, KNOWN).records())
        .containsExactly(
            bad(
                null,
                "malformed: the header: the quote that opens field 2 is closed on another line"));
    assertThat(values(read("id,\"name\n\"\n1,a\n", Shape.CSV, KNOWN))).containsExactly("1,a");
  }

  @Test
  void theHeadersOwnLineTellsTheLineBreak() throws IOException {
    assertThat(values(read("\nid,name\r1,a\r2,b\r", Shape.CSV, KNOWN)))
        .containsExactly("1,a", "2,b");
  }

  @Test
  void aHeaderOfAMegabyteIsRefused() throws IOException {
    String header = "id," + "x".repeat(1 << 20);

    assertThat(read(header + "\n1,a\n", Shape.CSV, KNOWN, 2 << 20).records())
        .containsExactly(bad(null, "too-large: the header is longer than 1,048,576 bytes"));
  }

  @Test
  void aHeaderThatIsRepeatedBehindAMarkIsPassedOver() throws IOException {
    Told told = read("\uFEFFid,name\n1,a\n\uFEFFid,name\n2,b\n", Shape.CSV, KNOWN);

    assertThat(values(told)).containsExactly("1,a", "2,b");
    assertThat(told.repeatedHeaders()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PARENT_ID", "ORCID", "GIF89a", "LZIP", "ARROW1", "BZh9", "x^2", "PAR1"})
  void aNameMayBeginAsAnotherFormatDoes(String name) throws IOException {
    CsvFormat any = new CsvFormat(CsvDialect.STANDARD, true, Set.of());

    assertThat(values(read(name + ",Käse\n1,a\n", Shape.CSV, any))).containsExactly("1,a");
  }

  @Test
  void aFileOfBlankLinesHasNoHeader() throws IOException {
    assertThat(read("\r\n\r\n", Shape.CSV, KNOWN).records())
        .containsExactly(bad(null, "blank: nothing but white space, must begin with a header"));
  }

  @Test
  void columnsWithoutANameMayBeSeveral() throws IOException {
    assertThat(values(read("id,,\n1,,\n", Shape.CSV, KNOWN))).containsExactly("1,,");
  }

  @Test
  void aHeaderThatIsTooLongIsTheFilesOneReason() throws IOException {
    assertThat(read("id,name," + "x".repeat(100) + "\n1,a\n", Shape.CSV, KNOWN, 50).records())
        .containsExactly(
            bad(
                null,
                "too-large: the record is longer than input.maxRecordBytes allows; it stays in its file"));
  }

  // --- Parts of files

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id,name\n1,a\n\n2,\"b\nid,name\n3,c",
        "\uFEFFid,name\r\n1,ä\r\nid,name\r\n2,b\r\n",
        "id,name\r1,a\r2,b\rid,name\r",
        "id,name",
        "\n\r\n\n\nid,name\n1,a\n",
      })
  void aLineIsInOnePartWithItsHeader(String text) throws IOException {
    for (CsvFormat format : List.of(KNOWN, NO_HEADER)) {
      Told whole = read(text, Shape.CSV_LINES, format);
      for (long step = 1; step <= text.getBytes(UTF_8).length; step++) {
        assertThat(inSplits(text, step, format)).as("parts of %d", step).isEqualTo(whole.records());
      }
    }
  }

  @Test
  void everyPartHasTheHeaderAndTheFirstHasTheLines() throws IOException {
    Path file = Files.writeString(dir.resolve("a.csv"), "id,name\n1,a\n2,b\n");
    FileRecords.Settings settings = new FileRecords.Settings(Shape.CSV_LINES, KNOWN, 1 << 20);

    assertThat(told(new FileSplit(file.toString(), 0, 9, false), settings))
        .isEqualTo(new Told(List.of(good(8, "1,a")), List.of(2L), List.of("id,name"), 0));
    Told second = told(new FileSplit(file.toString(), 9, 7, false), settings);
    assertThat(second.records()).containsExactly(good(12, "2,b"));
    assertThat(second.headers()).containsExactly("id,name");
    assertThat(second.lines()).isEmpty();
  }

  @Test
  void aRecordIsFoundAgainAtItsPlace() throws IOException {
    Path file = Files.writeString(dir.resolve("a.csv"), "id,name\n1,\"a\nb\"\n2,b\n");
    FileRecords again =
        new FileRecords(
            file.toString(), 8, new FileRecords.Settings(Shape.CSV, KNOWN, 1 << 20), HADOOP);

    assertThat(again.next()).isTrue();
    assertThat(again.value).hasToString("1,\"a\nb\"");
    assertThat(again.header).hasToString("id,name");
    assertThat(again.next()).isFalse();
  }

  private static List<String> values(Told told) {
    return told.records().stream().map(Found::value).toList();
  }

  private Told read(String text, Shape shape, CsvFormat format) throws IOException {
    return read(text, shape, format, 1 << 20);
  }

  private Told read(String text, Shape shape, CsvFormat format, int maxRecordBytes)
      throws IOException {
    Path file = Files.writeString(dir.resolve("a.csv"), text);
    return told(
        new FileSplit(file.toString(), 0, Long.MAX_VALUE, false),
        new FileRecords.Settings(shape, format, maxRecordBytes));
  }

  private List<Found> inSplits(String text, long step, CsvFormat format) throws IOException {
    Path file = Files.writeString(dir.resolve("a.csv"), text);
    List<Found> found = new ArrayList<>();
    long length = Files.size(file);
    for (long at = 0; at < length; at += Math.min(step, length)) {
      found.addAll(
          told(
                  new FileSplit(file.toString(), at, Math.min(step, length - at), false),
                  new FileRecords.Settings(Shape.CSV_LINES, format, 1 << 20))
              .records());
    }
    return found;
  }

  private static Told told(FileSplit split, FileRecords.Settings settings) throws IOException {
    List<Found> found = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    try (FileRecords records = new FileRecords(split, settings, HADOOP)) {
      while (records.next()) {
        String value = records.value == null ? null : records.value.toString();
        found.add(new Found(records.offset, value, records.problem));
        if (records.line != null) {
          lines.add(records.line);
        }
        if (records.header != null) {
          headers.add(records.header.toString());
        }
      }
      return new Told(found, lines, headers, records.repeatedHeaders());
    }
  }
}
