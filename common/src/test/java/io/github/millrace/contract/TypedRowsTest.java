package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.record.SinkColumns;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows with types of their own, as a database or Parquet files give them. */
@ExtendWith(SparkExtension.class)
class TypedRowsTest {
  private static final String BOOKING =
      """
      - {name: id, physicalName: booking_id, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1}}
      - {name: fare, logicalType: number, physicalType: 'DECIMAL(6,2)'}
      - {name: lat, logicalType: number, logicalTypeOptions: {minimum: -90, maximum: 90}}
      - {name: color, logicalType: string, logicalTypeOptions: {maxLength: 6}}
      - {name: day, logicalType: date}
      - {name: at, logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Europe/Berlin}}
      - {name: paid, logicalType: boolean}
      """;
  private static final String ROW =
      "CAST(7 AS INT) AS booking_id, 12.5 AS fare, 52.5D AS lat, 'white' AS color,"
          + " DATE'2026-03-01' AS day, TIMESTAMP'2026-03-01T08:00:00.000001Z' AS at, true AS paid";

  @TempDir private Path dir;
  private SparkSession spark;

  @BeforeEach
  void setUp(SparkSession shared) {
    spark = shared.newSession();
  }

  private Contract use(String properties) throws IOException {
    String yaml = Contracts.document(properties);
    Path document = Files.writeString(dir.resolve("booking.odcs.yaml"), yaml);
    ContractCatalog.settings(new ContractSource(document.toString()), List.of())
        .forEach(spark.conf()::set);
    return Contracts.read(yaml);
  }

  private Row judged(String properties, String columns) throws IOException {
    Contract contract = use(properties);
    Dataset<Row> rows = spark.sql("SELECT " + columns + " FROM range(1)");
    return Validation.validateRows(rows, "input", contract, List.of()).head();
  }

  private static List<String> reasons(Row judged) {
    Row bad = judged.getAs(SinkColumns.BAD);
    return bad == null ? List.of() : bad.getList(bad.fieldIndex("reasons"));
  }

  private static String with(String column, String value) {
    return ROW.replaceAll("[^,]* AS " + column + "\\b", " " + value + " AS " + column);
  }

  @Test
  void aGoodRowHasTheContractsTypes() throws IOException {
    Row judged = judged(BOOKING, ROW + ", 'x' AS further");

    assertThat(reasons(judged)).isEmpty();
    assertThat(judged.<Row>getAs("record"))
        .isEqualTo(
            RowFactory.create(
                7L,
                new BigDecimal("12.50"),
                52.5,
                "white",
                Date.valueOf("2026-03-01"),
                Timestamp.from(java.time.Instant.parse("2026-03-01T08:00:00.000001Z")),
                true));
    assertThat(judged.<Row>getAs("row").<String>getAs("further")).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          booking_id | CAST(NULL AS INT)         | required booking_id: is null
          booking_id | 0                         | range booking_id: must be from 1 to 9223372036854775807: "0"
          fare       | 12.345                    | precision fare: does not fit DECIMAL(6,2): "12.345"
          fare       | 123456                    | precision fare: does not fit DECIMAL(6,2): "123456"
          lat        | DOUBLE('NaN')             | type lat: must be a number, is NaN
          lat        | DOUBLE('-Infinity')       | type lat: must be a number, is -Infinity
          lat        | 90.5D                     | range lat: must be at most 90: "90.5"
          color      | 'magenta'                 | length color: has 7 characters, must have at most 6
          color      | CAST(X'ff' AS STRING)     | encoding color: not UTF-8 at byte 0 (0xFF)
          at         | TIMESTAMP_NTZ'2026-03-29 02:30:00' | type at: must be a timestamp, is 2026-03-29T02:30:00Z: the clocks of Europe/Berlin skipped that time
          """)
  void aValueThatBreaksItsRulesIsToldAsInText(String column, String value, String reason)
      throws IOException {
    assertThat(reasons(judged(BOOKING, with(column, value)))).containsExactly(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          booking_id | 7Y, 7S, 7, 7L, CAST(7 AS DECIMAL(20)), CAST(7 AS DECIMAL(38,10)) | 7
          fare       | 12Y, 12, 12.0, CAST(12 AS DECIMAL(38,10)) | 12.00
          lat        | 12, 12Y, FLOAT(12), 12D                   | 12.0
          """)
  void aTypeThatLosesNothingIsTaken(String column, String values, String value) throws IOException {
    for (String typed : values.split(", (?![^(]*\\))", -1)) {
      Row judged = judged(BOOKING, with(column, typed));
      assertThat(reasons(judged)).as(typed).isEmpty();
      String name = column.equals("booking_id") ? "id" : column;
      assertThat(judged.<Row>getAs("record").<Object>getAs(name))
          .as(typed)
          .asString()
          .isEqualTo(value);
    }
  }

  @Test
  void aTimeWithoutAZoneIsOneInTheContracts() throws IOException {
    Row judged = judged(BOOKING, with("at", "TIMESTAMP_NTZ'2026-07-01 10:00:00'"));

    assertThat(judged.<Row>getAs("record").<Timestamp>getAs("at").toInstant())
        .isEqualTo("2026-07-01T08:00:00Z");
  }

  @Test
  void columnsThatDoNotFitAreOneErrorThatNamesAll() {
    assertThatThrownBy(
            () ->
                judged(
                    BOOKING,
                    with("fare", "12.5D").replace("booking_id", "id").replace("'white'", "7")
                        + ", 1 AS day_"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("rows do not fit contract orders 1.0.0")
        .hasMessageContaining("column 'booking_id' is missing")
        .hasMessageContaining("column 'fare' is DOUBLE, which is none of the contract's type")
        .hasMessageContaining("column 'color' is INT, which is none of the contract's type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"booking_no", "BOOKING_ID"})
  void otherColumnNamesAreAliases(String name) throws IOException {
    String contract =
        BOOKING.replace(
            "required: true,",
            "required: true, customProperties: [{property: aliases, value: [BOOKING_ID, booking_no]}],");

    assertThat(reasons(judged(contract, ROW.replace("booking_id", name)))).isEmpty();
    assertThatThrownBy(() -> judged(contract, ROW + ", 8 AS " + "booking_no"))
        .hasMessageContaining("column 'booking_id' is there twice, by its name or an alias");
  }

  @Test
  void spellingsHoldForColumnsToo() throws IOException {
    String contract =
        """
        - {name: a, logicalType: integer, customProperties: [{property: lenient, value: true}]}
        - {name: b, logicalType: integer, required: true, customProperties: [{property: nullValues, value: ['-1']}]}
        - {name: c, logicalType: boolean, customProperties: [{property: trueValues, value: ['1']}, {property: falseValues, value: ['0']}]}
        - {name: d, logicalType: number, physicalType: 'DECIMAL(9,2)', customProperties: [{property: scale, value: 2}]}
        - {name: e, logicalType: number, physicalType: 'DECIMAL(9,2)', customProperties: [{property: rounding, value: halfUp}]}
        - {name: f, logicalType: timestamp, customProperties: [{property: formats, value: [epochMillis]}]}
        - {name: g, logicalType: array, items: {logicalType: integer}, logicalTypeOptions: {maxItems: 2}}
        - {name: h, logicalType: object, properties: [{name: i, logicalType: string, required: true}]}
        """;
    String row =
        "' 5 ' AS a, 1 AS b, CAST(1 AS TINYINT) AS c, 1234 AS d, 1.005 AS e, 1772352000123 AS f,"
            + " array(1, 2) AS g, named_struct('i', 'x') AS h";

    Row judged = judged(contract, row);
    assertThat(reasons(judged)).isEmpty();
    assertThat(judged.<Row>getAs("record").mkString("|"))
        .startsWith("5|1|true|12.34|1.01|2026-03-01 08:00:00.123|")
        .endsWith("(1, 2)|[x]");
    assertThat(judged.<Row>getAs("counted")).isEqualTo(RowFactory.create(0, 1));

    String broken =
        row.replace("1 AS b", "-1 AS b")
            .replace("CAST(1 AS", "CAST(2 AS")
            .replace("array(1, 2)", "array(1, CAST(NULL AS INT), 3)")
            .replace("'x'", "CAST(NULL AS STRING)");
    assertThat(reasons(judged(contract, broken)))
        .containsExactly(
            "required b: is \"-1\", which stands for null",
            "type c: must be 1 or 0, is 2",
            "required g[1]: is null",
            "items g: has 3 items, must have at most 2",
            "required h.i: is null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-999L", "-999D", "FLOAT(-999)", "CAST(-999 AS DECIMAL(38,10))"})
  void aNumberForNothingIsThatInAnyColumn(String value) throws IOException {
    String words = ", customProperties: [{property: nullValues, value: ['-999', 'NaN']}]}";
    String type = value.contains("DECIMAL") || value.endsWith("L") ? "integer" : "number";
    String contract = "- {name: a, logicalType: " + type + words;

    assertThat(judged(contract, value + " AS a").<Row>getAs("record").isNullAt(0)).isTrue();
    if (type.equals("number")) {
      assertThat(judged(contract, "DOUBLE('NaN') AS a").<Row>getAs("record").isNullAt(0)).isTrue();
    }
  }

  @Test
  void amountsAreNoCents() {
    String contract =
        "- {name: a, logicalType: number, physicalType: 'DECIMAL(9,2)', customProperties:"
            + " [{property: scale, value: 2}]}";

    assertThatThrownBy(() -> judged(contract, "CAST(12 AS DECIMAL(9,2)) AS a"))
        .hasMessageContaining("column 'a' is DECIMAL(9,2), which is none of the contract's type");
  }

  @Test
  void aColumnInOtherLettersIsNamed() {
    assertThatThrownBy(() -> judged(BOOKING, ROW.replace("AS color", "AS COLOR")))
        .hasMessageContaining(
            "column 'color' is missing; there is 'COLOR', which may be one of its aliases");
  }

  /** What is in quarantine is all that the row held, and the contract reads it again. */
  @Test
  void aBadRowIsKeptAsJsonAndJudgedAlike() throws IOException {
    Row judged = judged(BOOKING, with("lat", "100D"));

    Row bad = judged.getAs(SinkColumns.BAD);
    assertThat(bad.<String>getAs("encoding")).isEqualTo("utf-8");
    assertThat(bad.<String>getAs("raw"))
        .isEqualTo(
            "{\"booking_id\":7,\"fare\":12.5,\"lat\":100.0,\"color\":\"white\","
                + "\"day\":\"2026-03-01\",\"at\":\"2026-03-01T08:00:00.000001Z\",\"paid\":true}");
    Contract contract = use(BOOKING);
    assertThat(Parsed.of(contract, bad.<String>getAs("raw")).reasons()).isEqualTo(reasons(judged));
    String mended = bad.<String>getAs("raw").replace("100.0", "52.5");
    assertThat(Parsed.of(contract, mended).record())
        .containsEntry("fare", new BigDecimal("12.50"))
        .containsEntry("at", java.time.Instant.parse("2026-03-01T08:00:00.000001Z"));
  }

  @Test
  void rowRulesAndAJobsChecksHoldToo() throws IOException {
    String yaml =
        Contracts.document(BOOKING)
            + "    quality:\n"
            + "      - {type: custom, engine: sparkSql, name: paid, implementation: paid OR fare = 0}\n";
    Path document = Files.writeString(dir.resolve("rules.odcs.yaml"), yaml);
    ContractCatalog.settings(new ContractSource(document.toString()), List.of())
        .forEach(spark.conf()::set);
    Contract contract = Contracts.read(yaml);

    Dataset<Row> rows =
        spark.sql(
            "SELECT %s FROM range(1) UNION ALL SELECT %s FROM range(1)"
                .formatted(ROW, with("paid", "false")));
    List<Row> judged =
        Validation.validateRows(
                rows,
                "input",
                contract,
                List.of(
                    org.apache.spark.sql.functions.expr(
                        "IF(record.paid, 'unknown color: ' || row.color, NULL)")))
            .collectAsList();
    assertThat(reasons(judged.get(0))).containsExactly("unknown color: white");
    assertThat(reasons(judged.get(1))).containsExactly("rule paid: violates paid OR fare = 0");
  }

  @Test
  void typedRowsHaveNoVariants() throws IOException {
    Path document =
        Files.writeString(
            dir.resolve("events.odcs.yaml"), Contracts.resource("/contracts/app-logs.odcs.yaml"));
    ContractCatalog.settings(new ContractSource(document.toString()), List.of())
        .forEach(spark.conf()::set);

    assertThatThrownBy(() -> spark.sql("SELECT millrace.input(struct(1 AS eventType))"))
        .hasMessageContaining("contract app-logs has variants, which typed rows have not");
  }
}
