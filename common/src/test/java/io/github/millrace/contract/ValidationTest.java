package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.record.RawRecords;
import io.github.millrace.stream.Deduplication;
import io.github.millrace.stream.Readings;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SparkExtension.class)
class ValidationTest {
  private static final String RULES =
      """
          quality:
            - {name: not negative, type: custom, engine: sparkSql, implementation: Value >= 0}
            - {name: even, type: custom, engine: sparkSql, implementation: Value % 2 = 0}
      """;

  private SparkSession spark;
  @TempDir private Path dir;

  @BeforeEach
  void setUp(SparkSession shared) {
    spark = shared.newSession();
  }

  @Test
  void aGoodRecordIsParsed() throws IOException {
    Row row =
        judged(Readings.CONTRACT, raw("{\"Id\":1,\"Value\":2,\"Source\":\"x\",\"y\":1}")).get(0);

    assertThat(row.<Row>getAs("record").mkString("|")).isEqualTo("1|2|x");
    assertThat(row.<Row>getAs("bad")).isNull();
    assertThat(row.<Row>getAs("tally")).isNull();
    assertThat(row.<Row>getAs("counted")).isEqualTo(RowFactory.create(1, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", RULES})
  void aBadRecordKeepsTextReasonsAndSource(String rules) throws IOException {
    Row row = judged(Readings.CONTRACT + rules, raw("{\"Value\":\"ä\"}")).get(0);

    Row bad = row.getAs("bad");
    assertThat(row.<Row>getAs("record")).isNull();
    assertThat(bad.<String>getAs("raw")).isEqualTo("{\"Value\":\"ä\"}");
    assertThat(bad.<String>getAs("encoding")).isEqualTo("utf-8");
    assertThat(bad.<String>getList(bad.fieldIndex("reasons")))
        .containsExactly(
            "type Value: must be a whole number, is the string \"ä\"", "required Id: is missing");
    assertThat(bad.<Row>getAs("source").mkString("|"))
        .isEqualTo("file:/in/a|null|null|7|null|lines|null|null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", RULES})
  void aProblemOfTheSourceIsTheReason(String rules) throws IOException {
    Row problem = RowFactory.create(null, source(), "unreadable: the file is gone", null);

    Row row = judged(Readings.CONTRACT + rules, problem).get(0);

    Row bad = row.getAs("bad");
    assertThat(row.<Row>getAs("record")).isNull();
    assertThat(bad.<String>getAs("raw")).isNull();
    assertThat(bad.<String>getAs("encoding")).isNull();
    assertThat(bad.<String>getList(bad.fieldIndex("reasons")))
        .containsExactly("unreadable: the file is gone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", RULES})
  void aTallyIsNeitherGoodNorBad(String rules) throws IOException {
    Row tally = RowFactory.create(null, null, null, RowFactory.create("file:/in/a", 3L, 0L, 0L));

    Row row = judged(Readings.CONTRACT + rules, tally).get(0);

    assertThat(row.<Row>getAs("record")).isNull();
    assertThat(row.<Row>getAs("bad")).isNull();
    assertThat(row.<Row>getAs("tally").mkString("|")).isEqualTo("file:/in/a|3|0|0");
  }

  // --- Row rules

  @Test
  void aRuleThatIsFalseMakesARecordBad() throws IOException {
    List<Row> rows =
        judged(
            Readings.CONTRACT + RULES,
            raw("{\"Id\":1,\"Value\":-2}"),
            raw("{\"Id\":2,\"Value\":-3}"),
            raw("{\"Id\":3,\"Value\":4}"));

    assertThat(reasons(rows.get(0))).containsExactly("rule not negative: violates Value >= 0");
    assertThat(reasons(rows.get(1)))
        .containsExactly(
            "rule not negative: violates Value >= 0", "rule even: violates Value % 2 = 0");
    assertThat(rows.subList(0, 2)).allMatch(row -> row.getAs("record") == null);
    assertThat(rows.get(0).<Row>getAs("bad").<String>getAs("raw"))
        .isEqualTo("{\"Id\":1,\"Value\":-2}");
    assertThat(rows.get(2).<Row>getAs("bad")).isNull();
    assertThat(rows.get(2).<Row>getAs("record").mkString("|")).isEqualTo("3|4|null");
  }

  @Test
  void aRuleThatIsNullPasses() throws IOException {
    Row row = judged(Readings.CONTRACT + RULES, raw("{\"Id\":1}")).get(0);

    assertThat(row.<Row>getAs("bad")).isNull();
    assertThat(row.<Row>getAs("record").mkString("|")).isEqualTo("1|null|null");
  }

  @Test
  void aRuleIsAboutTheRecordsOfItsVariant() throws IOException {
    String contract = Contracts.resource("/contracts/app-logs.odcs.yaml");
    String purchase =
        """
        {"eventType":"purchase","customerId":"1","productId":"2","quantity":1,
        "timestamp":"2026-03-01T12:00:00","paymentMethod":"Cash","totalAmount":%s}
        """;

    List<Row> rows =
        judged(
            contract,
            raw(purchase.formatted("0.0")),
            raw(purchase.formatted("1.5")),
            raw(
                "{\"eventType\":\"recommendationClick\",\"customerId\":\"1\","
                    + "\"recommendedProductId\":\"2\",\"algorithm\":\"a\","
                    + "\"timestamp\":\"2026-03-01T12:00:00\"}"),
            raw("{\"eventType\":\"login\"}"));

    assertThat(reasons(rows.get(0)))
        .containsExactly("rule a purchase of something: violates CAST(totalAmount AS DOUBLE) > 0");
    assertThat(rows.get(0).<Row>getAs("record")).isNull();
    assertThat(rows.subList(1, 3)).allMatch(row -> row.getAs("bad") == null);
    assertThat(rows.get(1).<Row>getAs("record").<Row>getAs("purchase").<String>getAs("totalAmount"))
        .isEqualTo("1.5");
    assertThat(rows.get(2).<Row>getAs("record").<Row>getAs("purchase")).isNull();
    assertThat(reasons(rows.get(3)))
        .containsExactly(
            "variant eventType: is \"login\", must be one of addToCart, productView, purchase,"
                + " recommendationClick");
  }

  @Test
  void valuesThatAreRoundedAreCountedWhereTheRecordIsGood() throws IOException {
    String contract = Contracts.resource("/contracts/sales-clicks.odcs.yaml");
    String click =
        "{\"datetime\":\"2026-03-01T09:00:00\",\"sales\":{\"quantity\":%s,"
            + "\"total_price\":2.9000000000000004},\"analytics\":{\"clicks\":1,\"impressions\":1}}";

    List<Row> rows = judged(contract, raw(click.formatted("1")), raw(click.formatted("-1")));

    assertThat(rows.get(0).<Row>getAs("counted")).isEqualTo(RowFactory.create(0, 1));
    assertThat(rows.get(1).<Row>getAs("counted")).isEqualTo(RowFactory.create(0, 0));
    assertThat(
            rows.get(0).<Row>getAs("record").<Row>getAs("sales").<BigDecimal>getAs("total_price"))
        .isEqualTo("2.90");
  }

  /** One record must not stop all others, again and again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10 / Value > 1",
        "CAST(Source AS INT) > 0",
        "Source > 0",
        "array(1)[Value + 1] > 0"
      })
  void aRuleThatCannotBeEvaluatedPasses(String rule) throws IOException {
    String rules = RULES.replace("Value >= 0", '"' + rule + '"');

    List<Row> rows =
        judged(
            Readings.CONTRACT + rules,
            raw("{\"Id\":1,\"Value\":0,\"Source\":\"x\"}"),
            raw("{\"Id\":2,\"Value\":1}"));

    assertThat(rows.get(0).<Row>getAs("record").mkString("|")).isEqualTo("1|0|x");
    assertThat(reasons(rows.get(1))).containsExactly("rule even: violates Value % 2 = 0");
    assertThat(spark.conf().get("spark.sql.ansi.enabled")).isEqualTo("true");
  }

  /** The names that judging itself uses, in any case: a rule means the record's field. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "value",
        "SOURCE",
        "problem",
        "tally",
        "record",
        "reasons",
        "counted",
        "unknownFields",
        "violations",
        "parsed",
        "bad",
        "key"
      })
  void aFieldMayHaveAnyName(String name) throws IOException {
    String contract =
        Readings.CONTRACT
                .replace("name: Value", "name: " + name)
                .replace("name: Source", "name: Other")
            + RULES.replace("Value", name);

    List<Row> rows =
        judged(
            contract,
            raw("{\"Id\":1,\"%s\":-2}".formatted(name)),
            raw("{\"Id\":2,\"%s\":2}".formatted(name)));

    assertThat(reasons(rows.get(0)))
        .containsExactly("rule not negative: violates " + name + " >= 0");
    assertThat(rows.get(1).<Row>getAs("record").mkString("|")).isEqualTo("2|2|null");
  }

  /** Rules read the parsed record; they must not have it parsed again. */
  @Test
  void aRecordIsParsedOnce() throws IOException {
    Dataset<Row> judged = judge(Readings.CONTRACT + RULES, List.of(raw("{\"Id\":1}")));

    String plan = judged.queryExecution().optimizedPlan().toString();

    assertThat(plan.split("reading\\.invoke\\(", -1)).as(plan).hasSize(2);
  }

  // --- Bytes that are no text

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Id\":1,\"Source\":\"#\"}",
        "#",
        "{\"Id\":1,\"Source\":\"a long text: 0123456789012345678901234567890123456789012345678901234567890123456789#\"}"
      })
  void whatIsNotUtf8IsKeptInBase64(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '#' ? (byte) 0xE4 : bytes[i];
    }
    Dataset<Row> raw =
        spark
            .createDataFrame(
                List.of(raw(Base64.getEncoder().encodeToString(bytes))), RawRecords.SCHEMA)
            .withColumn("value", expr("CAST(unbase64(value) AS STRING)"));

    Row bad = judge(Readings.CONTRACT, raw).collectAsList().get(0).getAs("bad");

    assertThat(bad.<String>getAs("encoding")).isEqualTo("base64");
    assertThat(Base64.getMimeDecoder().decode(bad.<String>getAs("raw"))).isEqualTo(bytes);
    assertThat(bad.<String>getList(bad.fieldIndex("reasons"))).hasSize(1);
  }

  @Test
  void aBinaryValueIsJudgedAlike() throws IOException {
    Dataset<Row> raw =
        spark
            .createDataFrame(List.of(raw("{\"Id\":1}"), raw("{}")), RawRecords.SCHEMA)
            .withColumn("value", col("value").cast("binary"));

    List<Row> rows = judge(Readings.CONTRACT, raw).collectAsList();

    assertThat(rows.get(0).<Row>getAs("record").mkString("|")).isEqualTo("1|null|null");
    assertThat(rows.get(1).<Row>getAs("bad").<String>getAs("raw")).isEqualTo("{}");
  }

  // --- Duplicates

  @Test
  void ofTheGoodRecordsWithOneKeyOneIsKept() throws IOException {
    Dataset<Row> judged =
        judge(
            Readings.CONTRACT,
            List.of(
                raw("{\"Id\":1,\"Value\":1}"),
                raw("{\"Id\":1,\"Value\":2}"),
                raw("{\"Id\":2}"),
                raw("{\"Id\":\"bad\"}"),
                raw("{\"Id\":\"bad\"}"),
                RowFactory.create(null, null, null, RowFactory.create("a", 5L, 0L, 0L)),
                RowFactory.create(null, null, null, RowFactory.create("a", 5L, 0L, 0L))));

    List<Row> unique = Deduplication.firstOfEachKey(judged, List.of("Id")).collectAsList();

    assertThat(unique.stream().filter(row -> row.getAs("record") != null))
        .extracting(row -> row.<Row>getAs("record").getLong(0))
        .containsExactlyInAnyOrder(1L, 2L);
    assertThat(unique.stream().filter(row -> row.getAs("bad") != null)).hasSize(2);
    assertThat(unique.stream().filter(row -> row.getAs("tally") != null)).hasSize(2);
    assertThat(unique.get(0).schema()).isEqualTo(judged.schema());
  }

  /** Each part counts by itself; and what lacks one is like no other. */
  @Test
  void aKeyOfSeveralPartsIsComparedPartByPart() throws IOException {
    String contract =
        Readings.CONTRACT.replace(
            "name: Value, logicalType: integer", "name: Value, logicalType: string");
    Dataset<Row> judged =
        judge(
            contract,
            Stream.of(
                    "'Id':1,'Value':'a','Source':'b'",
                    "'Id':2,'Value':'a','Source':'b'",
                    "'Id':3,'Value':'a\\u0000','Source':'b'",
                    "'Id':4,'Value':'a','Source':'\\u0000b'",
                    "'Id':5,'Value':'a'",
                    "'Id':6,'Source':'a'",
                    "'Id':7,'Value':'a'",
                    "'Id':8",
                    "'Id':9")
                .map(fields -> raw("{" + fields.replace('\'', '"') + "}"))
                .toList());

    List<Row> unique =
        Deduplication.firstOfEachKey(judged, List.of("Value", "Source")).collectAsList();

    assertThat(unique)
        .extracting(row -> row.<Row>getAs("record").getLong(0))
        .hasSize(8)
        .contains(3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  private List<Row> judged(String contract, Row... raw) throws IOException {
    return judge(contract, List.of(raw)).collectAsList();
  }

  private Dataset<Row> judge(String contract, List<Row> raw) throws IOException {
    return judge(contract, spark.createDataFrame(raw, RawRecords.SCHEMA).coalesce(1));
  }

  private Dataset<Row> judge(String yaml, Dataset<Row> raw) throws IOException {
    Path document = Files.writeString(dir.resolve("readings.odcs.yaml"), yaml);
    ContractCatalog.settings(new ContractSource(document.toString()), List.of())
        .forEach(spark.conf()::set);
    List<String> problems = new ArrayList<>();
    Contract contract = ContractReader.read("readings", yaml, problems).orElse(null);
    assertThat(problems).isEmpty();
    return Validation.validate(raw, contract);
  }

  private static List<String> reasons(Row judged) {
    Row bad = judged.getAs("bad");
    return bad.getList(bad.fieldIndex("reasons"));
  }

  private static Row raw(String value) {
    return RowFactory.create(value, source(), null, null);
  }

  private static Row source() {
    return RowFactory.create("file:/in/a", null, null, 7L, null, "lines", null, null);
  }
}
