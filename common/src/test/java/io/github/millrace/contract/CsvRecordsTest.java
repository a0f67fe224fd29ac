package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.csv.CsvDialect;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {
  private static final Contract SALE =
      Contracts.of(
          """
          - {name: id, logicalType: integer, required: true}
          - {name: name, logicalType: string}
          - {name: price, logicalType: number, physicalType: 'DECIMAL(9,2)'}
          - {name: day, physicalName: sale_day, logicalType: date}
          """);
  private static final String HEADER = "id,name,price,sale_day";

  private static Parsed parse(String header, String record) {
    return Parsed.ofCsv(SALE, header, record);
  }

  @Test
  void theHeaderSaysWhichColumnIsWhich() {
    Parsed parsed = parse(" sale_day,other,id,\"name\"", "2026-01-31,x,7,Tea");

    assertThat(parsed.record())
        .containsEntry("id", 7L)
        .containsEntry("name", "Tea")
        .containsEntry("price", null)
        .containsEntry("day", LocalDate.of(2026, 1, 31));
    assertThat(parsed.unknownFields()).isEqualTo(1);
  }

  @Test
  void withoutAHeaderTheColumnsAreTheContracts() {
    assertThat(parse(null, "7,Tea,1.5,2026-01-31").record())
        .containsEntry("price", new BigDecimal("1.50"))
        .containsEntry("day", LocalDate.of(2026, 1, 31));
    assertThat(parse(null, "7,Tea,1.5,2026-01-31,more").reasons())
        .containsExactly("malformed: has 5 fields, the contract 4");
  }

  static Stream<Arguments> quotes() {
    return Stream.of(
        Arguments.of("Tea", "Tea"),
        Arguments.of("\"Tea, green\"", "Tea, green"),
        Arguments.of("\"5\"\" pipe\"", "5\" pipe"),
        Arguments.of("5\" pipe", "5\" pipe"),
        Arguments.of("a@b.de\"", "a@b.de\""),
        Arguments.of("\"\"\"\"", "\""),
        Arguments.of("\"\"\"\"\"\"", "\"\""),
        Arguments.of(" \"a\"", " \"a\""),
        Arguments.of("\\", "\\"),
        Arguments.of("\"a\\\"", "a\\"));
  }

  @ParameterizedTest
  @MethodSource("quotes")
  void quotesAreReadAsInRfc4180AndAsSendersMeanThem(String field, String name) {
    assertThat(parse("id,name,price", "7," + field).record()).containsEntry("name", name);
    assertThat(parse("id,name,price", "7," + field + ",1").record())
        .containsEntry("name", name)
        .containsEntry("price", new BigDecimal("1.00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\r\nb", "\r", "\n\n"})
  void aLineBreakInQuotesIsPartOfTheValue(String name) {
    assertThat(parse("id,name", "7,\"" + name + "\"").record()).containsEntry("name", name);
  }

  @ParameterizedTest
  @CsvSource({
    "'minimum: 0.5', 0.5, 0.49",
    "'exclusiveMinimum: 0.5', 0.51, 0.50",
    "'minimum: 0.505', 0.51, 0.50",
    "'exclusiveMinimum: 0.505', 0.51, 0.50",
    "'maximum: -0.5', -0.5, -0.49",
    "'exclusiveMaximum: -0.5', -0.51, -0.50",
    "'maximum: 1e2', 100, 100.01",
    "'exclusiveMaximum: 100.004', 100, 100.01",
    "'minimum: 1e-40', 0.01, 0",
    "'maximum: 1e6', 9999.99, 1000000.01",
    "'minimum: -1e30', -9999.99, x"
  })
  void aDecimalIsWithinItsLimits(String limit, String good, String bad) {
    Contract contract =
        Contracts.ofField(
            "logicalType: number, physicalType: 'DECIMAL(6,2)', logicalTypeOptions: {%s}"
                .formatted(limit));

    assertThat(Parsed.ofCsv(contract, "V", good).reasons()).isEmpty();
    assertThat(Parsed.ofCsv(contract, "V", bad).reasons()).hasSize(1);
  }

  @Test
  void anEmptyTextIsNotAMissingOne() {
    assertThat(parse(HEADER, "7,,,").record())
        .containsEntry("name", null)
        .containsEntry("price", null);
    assertThat(parse(HEADER, "7,\"\"").record()).containsEntry("name", "");
    assertThat(parse(HEADER, "7,x,\"\"").reasons())
        .containsExactly("type price: must be a number, is the string \"\"");
  }

  @Test
  void fieldsMissingAtTheEndAreNull() {
    assertThat(parse(HEADER, "7").record()).containsEntry("name", null).containsEntry("day", null);
    assertThat(parse("name,id", "Tea").reasons()).containsExactly("required id: is missing");
    assertThat(parse("name,id", "Tea,").reasons()).containsExactly("required id: is empty");
    assertThat(parse("name", "Tea").reasons()).containsExactly("required id: is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          7,a,1,2026-01-31,x | malformed: has 5 fields, the header 4
          7,a,1,2026-01-31,  | malformed: has 5 fields, the header 4
          7,"a               | malformed: the quote that opens field 2 is not closed
          7,"a"b,1           | malformed: text after the closing quote of field 2; a quote inside of quotes is to be doubled
          x,a                | type id: must be a whole number, is the string "x"
          7,a,1.234          | precision price: does not fit DECIMAL(9,2): "1.234"
          7,a,1,31.1.2026    | type sale_day: must be a date, is the string "31.1.2026"
          """)
  void whatIsWrongIsTold(String record, String reason) {
    assertThat(parse(HEADER, record).reasons()).containsExactly(reason);
  }

  @Test
  void whiteSpaceIsPartOfAValueUnlessTheContractIsLenient() {
    Contract lenient =
        Contracts.of(
            """
            - name: id
              logicalType: integer
              customProperties: [{property: lenient, value: true}]
            """);

    assertThat(parse("id", " 7").reasons())
        .containsExactly("type id: must be a whole number, is the string \" 7\"");
    assertThat(Parsed.ofCsv(lenient, "id", " 7 ").record()).containsEntry("id", 7L);
  }

  @Test
  void twoColumnsOfOneFieldAreToldInEachRecord() {
    Contract contract =
        Contracts.of(
            """
            - name: id
              logicalType: integer
              customProperties: [{property: aliases, value: [number]}]
            """);

    assertThat(Parsed.ofCsv(contract, "id,number", "1,2").reasons())
        .containsExactly("duplicate-key id: stands twice in the header");
  }

  @Test
  void whatIsNotTextIsTold() {
    CsvRecords records = new CsvRecords(SALE, CsvDialect.STANDARD);
    records.under(UTF8String.fromString(HEADER));
    byte[] latin = "7,Käse".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(Parsed.of(SALE, new RecordParser(records).parse(latin, 0, latin.length)).reasons())
        .containsExactly("encoding: not UTF-8 at byte 3 (0xE4)");
    assertThat(parse(HEADER, "").reasons()).containsExactly("blank: nothing but white space");
  }

  @Test
  void delimiterAndQuoteAreTheSenders() {
    CsvRecords records = new CsvRecords(SALE, new CsvDialect('\t', '\''));
    records.under(UTF8String.fromString("id\tname"));
    byte[] bytes = "7\t'a\tb''c'".getBytes(StandardCharsets.UTF_8);
    assertThat(Parsed.of(SALE, new RecordParser(records).parse(bytes, 0, bytes.length)).record())
        .containsEntry("name", "a\tb'c");

    CsvRecords noQuotes = new CsvRecords(SALE, new CsvDialect(';', CsvDialect.NO_QUOTE));
    noQuotes.under(UTF8String.fromString("id;name"));
    byte[] plain = "7;\"a".getBytes(StandardCharsets.UTF_8);
    assertThat(Parsed.of(SALE, new RecordParser(noQuotes).parse(plain, 0, plain.length)).record())
        .containsEntry("name", "\"a");

    for (String wrong : List.of(",,", "\n\"", "ü\"", ",\n", "", ",\"x")) {
      assertThatThrownBy(() -> CsvDialect.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(CsvDialect.of("\\t\"")).isEqualTo(new CsvDialect('\t', '"'));
    assertThat(CsvDialect.of(CsvDialect.STANDARD.text())).isEqualTo(CsvDialect.STANDARD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uFEFFid,name", "\uFEFF\"id\",name", "id,name\r", "id,name\r\n"})
  void whatProgramsPutAroundAHeaderIsNoneOfIt(String header) {
    assertThat(parse(header, "7,Tea").record())
        .containsEntry("id", 7L)
        .containsEntry("name", "Tea");
  }

  @Test
  void aLineBreakAtTheEndIsNoneOfTheValue() {
    for (String end : List.of("\r", "\n", "\r\n")) {
      assertThat(parse("id,name", "7,Tea" + end).record()).containsEntry("name", "Tea");
      assertThat(parse("id,name", "7,\"Tea\"" + end).record()).containsEntry("name", "Tea");
      assertThat(parse("id,name", end).reasons()).containsExactly("blank: nothing but white space");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          id;name   | malformed: the header has none of the contract's fields: "id;name"
          ID,NAME   | malformed: the header has none of the contract's fields: "ID,NAME"
          id,"name  | malformed: the header: the quote that opens field 2 is not closed
          id,name,id | duplicate-key id: stands twice in the header
          """)
  void aHeaderThatDoesNotFitMakesItsRecordsBad(String header, String reason) {
    assertThat(parse(header, "7").reasons()).contains(reason);
  }

  @Test
  void filesWithOtherHeadersFollowEachOther() {
    CsvRecords records = new CsvRecords(SALE, CsvDialect.STANDARD);
    RecordParser parser = new RecordParser(records);
    byte[] bytes = "7,8".getBytes(StandardCharsets.UTF_8);
    for (String header : new String[] {"id,name", "name,id", null, "id,name"}) {
      records.under(UTF8String.fromString(header));
      assertThat(Parsed.of(SALE, parser.parse(bytes, 0, bytes.length)).record())
          .containsEntry("id", "name,id".equals(header) ? 8L : 7L);
    }
  }
}
