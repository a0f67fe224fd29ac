package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How senders spell values, in JSON: what {@code customProperties} say. */
class SpellingTest {

  /** A contract of one field, V. */
  private static Contract of(String type, String... custom) {
    return Contracts.of("- {name: V, %s, customProperties: [%s]}".formatted(type, listed(custom)));
  }

  private static String listed(String... custom) {
    return Arrays.stream(custom)
        .map(entry -> entry.split(": ", 2))
        .map(entry -> "{property: %s, value: %s}".formatted(entry[0], entry[1]))
        .collect(Collectors.joining(", "));
  }

  private static Object read(Contract contract, String value) {
    Parsed parsed = Parsed.of(contract, "{\"V\": %s}".formatted(value));
    assertThat(parsed.reasons()).isEmpty();
    return parsed.record().get("V");
  }

  private static List<String> reasons(Contract contract, String value) {
    return Parsed.of(contract, "{\"V\": %s}".formatted(value)).reasons();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BIGINT       | '5'        | 5
          BIGINT       | ' +5\\n'   | 5
          BIGINT       | '007'      | 7
          BIGINT       | '1.0'      | 1
          BIGINT       | '1.76E12'  | 1760000000000
          INT          | '-3'       | -3
          DOUBLE       | ' .5'      | 0.5
          DOUBLE       | '5.'       | 5.0
          FLOAT        | '1e-1'     | 0.1
          'DECIMAL(5,2)' | '+1.5'   | 1.50
          'DECIMAL(5,2)' | '999.99' | 999.99
          'DECIMAL(38,2)' | '1e3'   | 1000.00
          """)
  void aNumberInQuotesIsANumberWhereThatIsSaid(String type, String text, String value) {
    String logical = type.endsWith("INT") ? "integer" : "number";
    Contract lenient =
        of("logicalType: %s, physicalType: '%s'".formatted(logical, type), "lenient: true");

    assertThat(read(lenient, "\"" + text + "\"")).asString().isEqualTo(value);
    assertThat(reasons(of("logicalType: " + logical), "\"" + text + "\""))
        .singleElement()
        .asString()
        .startsWith("type V: must be a " + (logical.equals("integer") ? "whole " : ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "NaN", "Infinity", "1,5", "1 5", "0x1F", "1d", "e5", ".", "+", "--1"})
  void whatIsNoNumberInQuotesIsNone(String text) {
    for (String type :
        List.of(
            "integer",
            "number",
            "number, physicalType: 'DECIMAL(9,2)'",
            "number, physicalType: STRING")) {
      assertThat(reasons(of("logicalType: " + type, "lenient: true"), "\"" + text + "\""))
          .singleElement()
          .asString()
          .startsWith("type V: must be a ")
          .endsWith("is the string \"" + text.strip() + "\"");
    }
  }

  @Test
  void whiteSpaceAroundATextIsTakenOff() {
    Contract lenient =
        of("logicalType: string, logicalTypeOptions: {minLength: 2}", "lenient: true");

    assertThat(read(lenient, "\" \\t a b\\r\\n\"")).isEqualTo("a b");
    assertThat(reasons(lenient, "\" a \""))
        .containsExactly("length V: has 1 characters, must have at least 2");
    assertThat(read(of("logicalType: string"), "\" a \"")).isEqualTo(" a ");
  }

  @Test
  void aNumberAsWrittenKeepsItsCharactersOutOfQuotes() {
    Contract contract = of("logicalType: number, physicalType: STRING", "lenient: true");

    assertThat(read(contract, "\" 0.10 \"")).isEqualTo("0.10");
    assertThat(read(contract, "0.10")).isEqualTo("0.10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NULL", "N/A", "-", "", "-999"})
  void wordsForNothingAreNull(String word) {
    String words = "nullValues: ['NULL', 'N/A', '-', '', '-999']";
    for (String type : List.of("string", "integer", "date", "timestamp", "boolean")) {
      assertThat(read(of("logicalType: " + type, words), "\"" + word + "\"")).isNull();
    }
    assertThat(read(of("logicalType: integer", words), "-999")).as("a number").isNull();
    assertThat(reasons(of("logicalType: string, required: true", words), "\"" + word + "\""))
        .containsExactly("required V: is \"" + word + "\", which stands for null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-999", "-999.0", "-9.99e2", "-99900e-2"})
  void aNumberForNothingIsThatByItsValue(String number) {
    for (String type : List.of("integer", "number", "number, physicalType: STRING")) {
      Contract contract = of("logicalType: " + type, "nullValues: ['-999']");
      assertThat(read(contract, number)).isNull();
      assertThat(read(contract, "-998")).isNotNull();
      Contract lenient = of("logicalType: " + type, "nullValues: ['-999']", "lenient: true");
      assertThat(read(lenient, "\" " + number + "\"")).as("in quotes").isNull();
      assertThat(Parsed.ofCsv(contract, "V", number).record()).as("CSV").containsEntry("V", null);
    }
    assertThat(of("logicalType: integer", "nullValues: ['1e99999999999']")).isNotNull();
    assertThat(read(of("logicalType: boolean", "nullValues: ['false']"), "false")).isEqualTo(false);
    assertThat(reasons(of("logicalType: integer", "nullValues: ['-999']"), "1e99999999999"))
        .isNotEmpty();
  }

  @Test
  void aWordForNothingIsThatInAnArrayToo() {
    Contract contract =
        Contracts.of(
            """
            - name: V
              logicalType: array
              items:
                logicalType: integer
                customProperties:
                  - {property: nullValues, value: ['-']}
                  - {property: lenient, value: true}
            """);

    assertThat(read(contract, "[\"1\", 2]")).isEqualTo(List.of(1L, 2L));
    assertThat(reasons(contract, "[1, \"-\"]"))
        .containsExactly("required V[1]: is \"-\", which stands for null");
  }

  @ParameterizedTest
  @CsvSource({"Yes, true", "YES, true", "y, true", "1, true", "No, false", "n, false", "0, false"})
  void wordsForTrueAndFalseAreReadInAnyCase(String word, boolean value) {
    Contract contract =
        of(
            "logicalType: boolean",
            "trueValues: ['Yes', 'Y', '1']",
            "falseValues: ['No', 'N', '0']");

    assertThat(read(contract, "\"" + word + "\"")).isEqualTo(value);
    assertThat(read(contract, "true")).isEqualTo(true);
    if (word.length() == 1 && Character.isDigit(word.charAt(0))) {
      assertThat(read(contract, word)).as("a number").isEqualTo(value);
    }
    assertThat(reasons(contract, "\"true\""))
        .containsExactly("type V: must be Yes, Y, 1 or No, N, 0, is the string \"true\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      a@b.de"     | a@b.de
      a@b.de;*\\  | a@b.de
      a@b.de      | a@b.de
      """)
  void whatIsToBeCutOffIs(String text, String value) {
    Contract contract =
        of("logicalType: string, logicalTypeOptions: {format: email}", "strip: '[\"*;\\\\]+$'");

    assertThat(
            Parsed.of(
                    contract,
                    "{\"V\": \"%s\"}".formatted(text.replace("\\", "\\\\").replace("\"", "\\\"")))
                .record())
        .containsEntry("V", value);
  }

  @Test
  void anExpressionThatRunsOutOfStackIsAViolation() {
    Contract contract = of("logicalType: string", "strip: '(a|b)*c'");

    assertThat(reasons(contract, "\"" + "ab".repeat(50_000) + "\""))
        .singleElement()
        .asString()
        .startsWith("pattern V: is too long to strip (a|b)*c of it");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-05-20, 2026-05-20",
    "2023-5-2, 2023-05-02",
    "12/31/2025, 2025-12-31",
    "1/2/2025, 2025-01-02"
  })
  void aDateMayComeInSeveralFormats(String text, LocalDate day) {
    Contract contract = of("logicalType: date", "formats: [iso, 'yyyy-M-d', 'M/d/yyyy']");

    assertThat(read(contract, "\"" + text + "\"")).isEqualTo(day);
    assertThat(reasons(contract, "\"13/1/2025\""))
        .containsExactly("type V: must be a date, is the string \"13/1/2025\"");
  }

  @ParameterizedTest
  @CsvSource({
    "1772352000, 2026-03-01T08:00:00Z",
    "1772352000.25, 2026-03-01T08:00:00.25Z",
    "1.772352E9, 2026-03-01T08:00:00Z",
    "-1, 1969-12-31T23:59:59Z",
    "-0.0000005, 1969-12-31T23:59:59.999999Z"
  })
  void aTimestampMayBeSecondsSince1970(String seconds, Instant instant) {
    Contract contract = of("logicalType: timestamp", "formats: [iso, epochSeconds]");

    assertThat(read(contract, seconds)).isEqualTo(instant);
    assertThat(read(contract, "\"" + seconds + "\"")).isEqualTo(instant);
    assertThat(read(contract, "\"2026-03-01T08:00:00\""))
        .isEqualTo(Instant.parse("2026-03-01T08:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "1e99999999999", "1e-99999999", "true", "[1]"})
  void whatIsNoInstantIsNone(String value) {
    assertThat(reasons(of("logicalType: timestamp", "formats: [epochMillis]"), value))
        .singleElement()
        .asString()
        .startsWith("type V: must be a timestamp");
    assertThat(reasons(of("logicalType: timestamp"), "1772352000"))
        .containsExactly("type V: must be a timestamp in a string, is 1772352000");
  }

  @Test
  void aTimestampMayBeMillisecondsOrInTheSendersOwnFormat() {
    Contract contract =
        of(
            "logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Europe/Berlin}",
            "formats: ['M/d/yyyy H:mm', epochMillis]");

    assertThat(read(contract, "1772352000123"))
        .isEqualTo(Instant.parse("2026-03-01T08:00:00.123Z"));
    assertThat(read(contract, "\"3/1/2026 9:05\""))
        .isEqualTo(Instant.parse("2026-03-01T08:05:00Z"));
  }

  @Test
  void centsAreAnAmount() {
    Contract contract =
        of("logicalType: number, physicalType: 'DECIMAL(9,2)'", "scale: 2", "lenient: true");

    assertThat(read(contract, "1234")).isEqualTo(new BigDecimal("12.34"));
    assertThat(read(contract, "\"-5\"")).isEqualTo(new BigDecimal("-0.05"));
    assertThat(read(contract, "1e3")).isEqualTo(new BigDecimal("10.00"));
    assertThat(reasons(contract, "12.5"))
        .containsExactly("type V: must be a whole number of 1e-2, is 12.5");
    assertThat(reasons(contract, "12345678901"))
        .containsExactly("precision V: does not fit DECIMAL(9,2): \"12345678901\"");
  }

  @ParameterizedTest
  @CsvSource({
    "halfUp, 0.125, 0.13",
    "halfEven, 0.125, 0.12",
    "down, 0.129, 0.12",
    "up, 0.121, 0.13",
    "floor, -0.121, -0.13",
    "ceiling, -0.129, -0.12",
    "halfDown, 0.125, 0.12",
    "halfUp, 1e-999999999, 0.00",
    "up, 1e-999999999, 0.01",
    "halfUp, 0.30000000000000004, 0.30"
  })
  void digitsBeyondTheDecimalAreRoundedAndCounted(String mode, String text, BigDecimal value) {
    Contract contract =
        of("logicalType: number, physicalType: 'DECIMAL(5,2)'", "rounding: " + mode);

    Parsed parsed = Parsed.of(contract, "{\"V\": %s}".formatted(text));
    assertThat(parsed.record()).containsEntry("V", value);
    assertThat(parsed.rounded()).isEqualTo(1);
    assertThat(Parsed.of(contract, "{\"V\": 1.5}").rounded()).isZero();
    assertThat(reasons(contract, "999.999"))
        .isEqualTo(
            mode.equals("down") || mode.equals("floor")
                ? List.of()
                : List.of("precision V: does not fit DECIMAL(5,2): \"999.999\""));
  }

  @Test
  void anAliasIsAnotherKey() {
    Contract contract =
        Contracts.of(
            """
        - name: version
          physicalName: os_version
          logicalType: string
          required: true
          customProperties: [{property: aliases, value: [OS_version, "os version\\n"]}]
        """);

    assertThat(Parsed.of(contract, "{\"OS_version\": \"a\"}").record())
        .containsEntry("version", "a");
    assertThat(Parsed.of(contract, "{\"os version\\n\": \"b\"}").record())
        .containsEntry("version", "b");
    assertThat(Parsed.of(contract, "{\"os_version\": \"a\", \"OS_version\": \"b\"}").reasons())
        .containsExactly("duplicate-key OS_version: stands twice");
    assertThat(Parsed.of(contract, "{\"Os_version\": \"a\"}").reasons())
        .containsExactly("required os_version: is missing");
  }

  @Test
  void whatIsSaidFurtherOutHoldsForAllInside() {
    Contract contract =
        Contracts.read(
            """
        apiVersion: v3.1.0
        kind: DataContract
        id: orders
        version: 1.0.0
        customProperties:
          - {property: lenient, value: true}
          - {property: nullValues, value: ['-']}
          - {property: formats, value: ['d.M.yyyy', epochSeconds]}
          - {property: costCentre, value: 17}
        schema:
          - name: order
            properties:
              - {name: A, logicalType: integer}
              - {name: B, logicalType: date}
              - {name: T, logicalType: timestamp}
              - name: C
                logicalType: object
                customProperties: [{property: nullValues, value: ['none']}]
                properties:
                  - {name: D, logicalType: string}
                  - name: E
                    logicalType: integer
                    customProperties: [{property: lenient, value: false}]
        """);

    Parsed parsed =
        Parsed.of(
            contract,
            "{\"A\": \"-\", \"B\": \"2.3.2026\", \"T\": 1, \"C\": {\"D\": \" - \", \"E\": \"none\"}}");
    assertThat(parsed.reasons()).isEmpty();
    assertThat(parsed.record())
        .containsEntry("A", null)
        .containsEntry("B", LocalDate.of(2026, 3, 2))
        .containsEntry("T", Instant.ofEpochSecond(1));
    assertThat(parsed.record().get("C").toString()).isEqualTo("{D=-, E=null}");
    assertThat(Parsed.of(contract, "{\"C\": {\"E\": \"5\"}}").reasons())
        .containsExactly("type C.E: must be a whole number, is the string \"5\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      logicalType: string  | {property: aliasses, value: [a]}        | V: customProperties: unknown 'aliasses', did you mean 'aliases'?
      logicalType: string  | {property: nulValues, value: [a]}       | V: customProperties: unknown 'nulValues', did you mean 'nullValues'?
      logicalType: string  | {property: nullValues, value: [NULL]}   | V: customProperties: 'nullValues' has a value that is no text (null); put it in quotes
      logicalType: string  | {property: nullValues, value: [1.5]}    | V: customProperties: 'nullValues' has a value that is no text (1.5); put it in quotes
      logicalType: string  | {property: nullValues, value: [007]}    | V: customProperties: 'nullValues' has a value that is no text (7); put it in quotes
      logicalType: timestamp | {property: formats, value: [epochSeconds, epochMillis]} | V: formats 'epochSeconds' and 'epochMillis' read 981216306 as two times; keep one
      logicalType: date    | {property: formats, value: ['M/d/yyyy', iso, 'd/M/yyyy']} | V: formats 'M/d/yyyy' and 'd/M/yyyy' read 2/3/2001 as two times; keep one
      logicalType: date    | {property: formats, value: [iso, 'yyyy-dd-MM']} | V: formats 'iso' and 'yyyy-dd-MM' read 2001-02-03 as two times; keep one
      logicalType: timestamp | {property: formats, value: [epochMillis, 'yyyyMMddHHmmss']} | V: formats 'yyyyMMddHHmmss' and 'epochMillis' read 20010203160506 as two times; keep one
      logicalType: boolean | {property: trueValues, value: ['Y']}, {property: falseValues, value: ['y']} | V: 'Y' is one of both 'trueValues' and 'falseValues'
      logicalType: string, physicalName: NO | {property: lenient, value: true} | V: physicalName is no text (false); put it in quotes
      logicalType: string  | {property: lenient, value: 'yes'}       | V: customProperties: 'lenient' is 'yes', must be true or false
      logicalType: string  | {property: strip, value: '('}           | V: customProperties: 'strip' is '(', which does not compile
      logicalType: string  | {property: trueValues, value: [a]}      | V: customProperties: 'trueValues' has a meaning for logicalType boolean only
      logicalType: integer | {property: formats, value: [iso]}       | V: customProperties: 'formats' has a meaning for logicalType date or timestamp only
      logicalType: integer | {property: scale, value: 2}             | V: customProperties: 'scale' has a meaning for logicalType number with physicalType DECIMAL only
      logicalType: number  | {property: rounding, value: up}         | V: customProperties: 'rounding' has a meaning for logicalType number with physicalType DECIMAL only
      logicalType: number, physicalType: 'DECIMAL(5,2)' | {property: rounding, value: halfup} | V: customProperties: 'rounding' is 'halfup', did you mean 'halfUp'?
      logicalType: number, physicalType: 'DECIMAL(5,2)' | {property: scale, value: 3} | V: customProperties: 'scale' is 3, more than the decimals of DECIMAL(5,2)
      logicalType: number, physicalType: 'DECIMAL(5,2)' | {property: scale, value: 0} | V: customProperties: 'scale' is '0', must be the number of decimals
      logicalType: date    | {property: formats, value: [epochMillis]} | V: format 'epochMillis' is one of a timestamp, not of a date
      logicalType: date    | {property: formats, value: [b]}         | V: format 'b' is no java.time pattern of a date
      logicalType: date    | {property: variantBy, value: V}         | V: customProperties: 'variantBy' has no meaning here; it belongs to the contract
      logicalType: date    | {value: V}                              | V: customProperties has an entry without 'property'
      """)
  void whatIsWrongIsToldWithItsField(String type, String custom, String problem) {
    assertThat(
            Contracts.problems(
                Contracts.document(
                    "- {name: V, %s, customProperties: [%s]}".formatted(type, custom))))
        .singleElement()
        .asString()
        .startsWith("contract orders.odcs.yaml: " + problem);
  }

  @Test
  void whatIsSaidOfAllIsCheckedToo() {
    String contract =
        Contracts.document("- {name: V, logicalType: %s}")
            .replace("schema:", "customProperties: [{property: formats, value: %s}]\nschema:");

    assertThat(Contracts.problems(contract.formatted("['M/d/yyyy', 'd/M/yyyy']", "date")))
        .singleElement()
        .asString()
        .endsWith("V: formats 'M/d/yyyy' and 'd/M/yyyy' read 2/3/2001 as two times; keep one");
    assertThat(Contracts.problems(contract.formatted("['yyyy-MM-ddd']", "string")))
        .singleElement()
        .asString()
        .endsWith("customProperties: format 'yyyy-MM-ddd' is no java.time pattern");
    assertThat(
            Contracts.problems(
                contract.formatted("[iso]}, {property: formats, value: ['yyyy-M-d']", "date")))
        .singleElement()
        .asString()
        .endsWith("customProperties: 'formats' stands twice");
    assertThat(
            Contracts.of(
                """
                - name: V
                  logicalType: object
                  customProperties: [{property: formats, value: [d.M.yyyy]}]
                  properties: [{name: D, logicalType: date}]
                """))
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rounding, value: halfup      | 'rounding' is 'halfup', did you mean 'halfUp'?
          trueValues, value: [yes]     | 'trueValues' has a value that is no text (true); put it in quotes
          strip, value: '('            | 'strip' is '(', which does not compile
          nullValues, value: [1]       | 'nullValues' has a value that is no text (1); put it in quotes
          """)
  void whatIsSaidOfAllIsToldOnceThoughNoneOrManyUseIt(String property, String problem) {
    for (String fields :
        List.of(
            "- {name: V, logicalType: object, properties: [{name: W, logicalType: string}]}",
            """
            - {name: A, logicalType: number, physicalType: 'DECIMAL(5,2)'}
            - {name: B, logicalType: number, physicalType: 'DECIMAL(5,2)'}
            - {name: C, logicalType: boolean}
            """)) {
      assertThat(
              Contracts.problems(
                  Contracts.document(fields)
                      .replace(
                          "schema:", "customProperties: [{property: " + property + "}]\nschema:")))
          .singleElement()
          .asString()
          .contains("customProperties: " + problem);
    }
  }

  @Test
  void aLimitIsOfTheNumberAsItCame() {
    Contract contract =
        of(
            "logicalType: number, physicalType: 'DECIMAL(5,2)', logicalTypeOptions: {minimum: 0}",
            "rounding: halfUp");

    assertThat(reasons(contract, "-0.004")).containsExactly("range V: must be at least 0: -0.004");
  }

  @Test
  void aPropertyOfOthersIsIgnored() {
    assertThat(of("logicalType: string", "dataStewardGroup: finance")).isNotNull();
  }

  @Test
  void anAliasIsOfOneFieldOnly() {
    assertThat(
            Contracts.problems(
                Contracts.document(
                    """
        - {name: A, logicalType: string}
        - {name: B, logicalType: string, customProperties: [{property: aliases, value: [A]}]}
        """)))
        .containsExactly(
            "contract orders.odcs.yaml: B: stands twice; names, physical names and aliases are unique within an object");
  }
}
