package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SparkExtension.class)
class ContractFunctionTest {
  private static final String GOOD =
      """
      {"InvoiceNumber":"51402977","CreatedTime":1,"store-id":"STR7188","TotalAmount":11115.5,
      "Paid":true,"InvoiceLineItems":[{"ItemCode":"458","ItemPrice":0.5,"ItemQty":3}],"x":1}
      """;
  private static final String BAD = GOOD.replace("11115.5", "11115.555");

  private SparkSession spark;

  @BeforeEach
  void setUp(SparkSession shared) {
    spark = session(shared, List.of());
  }

  private static SparkSession session(SparkSession shared, List<String> keep) {
    SparkSession session = shared.newSession();
    ContractCatalog.settings(Contracts.INVOICE, keep).forEach(session.conf()::set);
    return session;
  }

  private void raw(String... values) {
    // Repartitioned, or the optimizer runs the query itself.
    spark
        .createDataset(Stream.of(values).toList(), Encoders.STRING())
        .repartition(2)
        .createOrReplaceTempView("raw");
  }

  // --- From SQL

  @ParameterizedTest
  @ValueSource(strings = {"value", "CAST(value AS BINARY)"})
  void sqlParsesTextAndBytes(String value) {
    raw(GOOD, BAD);

    List<Row> rows =
        spark
            .sql(
                """
                SELECT parsed.record.*, parsed.reasons, parsed.unknownFields
                FROM (SELECT millrace.invoice(%s) AS parsed FROM raw) ORDER BY reasons NULLS FIRST
                """
                    .formatted(value))
            .collectAsList();

    Row good = rows.get(0);
    assertThat(good.<String>getAs("StoreID")).isEqualTo("STR7188");
    assertThat(good.<BigDecimal>getAs("TotalAmount")).isEqualTo("11115.50");
    assertThat(good.<Boolean>getAs("Paid")).isTrue();
    List<Row> items = good.getList(good.fieldIndex("InvoiceLineItems"));
    assertThat(items.get(0).mkString("|")).isEqualTo("458|0.50|3");
    assertThat(good.<Object>getAs("reasons")).isNull();
    assertThat(good.<Integer>getAs("unknownFields")).isEqualTo(1);

    Row bad = rows.get(1);
    assertThat(bad.<Object>getAs("StoreID")).isNull();
    assertThat(bad.<String>getList(bad.fieldIndex("reasons")))
        .containsExactly("precision TotalAmount: does not fit DECIMAL(12,2): \"11115.555\"");
    assertThat(rows).hasSize(2);
  }

  @Test
  void theResultHasTheContractsSchema() {
    raw(GOOD);

    StructType result =
        (StructType)
            spark
                .sql("SELECT millrace.invoice(value) AS p FROM raw")
                .schema()
                .apply("p")
                .dataType();

    assertThat(result.fieldNames())
        .containsExactly("record", "reasons", "unknownFields", "rounded");
    assertThat(result.apply("record").dataType()).isEqualTo(Contracts.invoice().schema());
  }

  @ParameterizedTest
  @ValueSource(strings = {"STRING", "BINARY"})
  void aNullValueGivesNull(String type) {
    String query = "SELECT millrace.invoice(CAST(IF(id = 0, NULL, '{}') AS %s)) FROM range(2)";
    for (String mode : List.of("CODEGEN_ONLY", "NO_CODEGEN")) {
      spark.conf().set("spark.sql.codegen.factoryMode", mode);
      spark.conf().set("spark.sql.codegen.wholeStage", mode.equals("CODEGEN_ONLY"));

      assertThat(spark.sql(query.formatted(type)).collectAsList())
          .extracting(row -> row.isNullAt(0))
          .containsExactly(true, false);
    }
    assertThat(
            spark
                .sql("SELECT millrace.invoice(CAST(NULL AS %s))".formatted(type))
                .first()
                .isNullAt(0))
        .isTrue();
  }

  @Test
  void onlyTheColumnsToKeepAndThoseOfRowRulesAreInTheRecord(SparkSession shared) {
    spark = session(shared, List.of("StoreID", "InvoiceLineItems.ItemQty"));
    raw(GOOD);

    Dataset<Row> kept =
        spark.sql("SELECT p.record.* FROM (SELECT millrace.invoice(value) AS p FROM raw)");

    assertThat(kept.schema().catalogString())
        .isEqualTo(
            "struct<StoreID:string,TotalAmount:decimal(12,2),TaxableAmount:decimal(38,18),"
                + "InvoiceLineItems:array<struct<ItemCode:string,ItemPrice:decimal(10,2),"
                + "ItemQty:int>>>");
    assertThat(kept.first().getString(0)).isEqualTo("STR7188");
  }

  // --- In a Dataset

  @Test
  void anUnnamedColumnHasTheFunctionsName() {
    raw(GOOD);

    assertThat(spark.sql("SELECT millrace.invoice(value) FROM raw").columns()[0])
        .contains("millrace.invoice")
        .doesNotContain("@");
  }

  /** Text cut out of another is not at the beginning of its bytes. */
  @Test
  void aValueMayBeAPartOfAnother() {
    raw("xx" + GOOD + "yy");

    assertThat(
            spark
                .sql(
                    "SELECT millrace.invoice(substring(value, 3, length(value) - 4)).reasons FROM raw")
                .first()
                .isNullAt(0))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"CODEGEN_ONLY, true", "CODEGEN_ONLY, false", "NO_CODEGEN, false"})
  void compiledAndInterpretedPlansAgree(String mode, boolean wholeStage) {
    spark.conf().set("spark.sql.codegen.factoryMode", mode);
    spark.conf().set("spark.sql.codegen.wholeStage", wholeStage);
    Dataset<Row> judged = judged(2_000);

    assertThat(
            judged
                .filter("reasons IS NULL")
                .agg(functions.sum("TotalAmount"))
                .first()
                .getDecimal(0))
        .isEqualByComparingTo(BigDecimal.valueOf(1_000L * 1_001 * 2 / 2 - 1_000));
    assertThat(judged.filter("reasons IS NOT NULL").count()).isEqualTo(1_000);
    String plan = judged.queryExecution().executedPlan().toString();
    assertThat(plan.contains("*(1) Project")).isEqualTo(wholeStage);
  }

  /** As many invoices; those of an even number are bad. */
  private Dataset<Row> judged(int count) {
    spark
        .range(count)
        .selectExpr(
            "CONCAT('{\"InvoiceNumber\":\"', 100000 + id, '\",\"CreatedTime\":1,\"store-id\":\"S\",\"Paid\":',"
                + " IF(id % 2 = 0, 'null', 'true'), ',\"TotalAmount\":', id,"
                + " ',\"InvoiceLineItems\":[{\"ItemCode\":\"a\",\"ItemQty\":1}]}') AS value")
        .createOrReplaceTempView("raw");
    return spark.sql(
        "SELECT p.record.*, p.reasons FROM (SELECT millrace.invoice(value) AS p FROM raw)");
  }

  /**
   * The optimizer likes to copy an expression to each place that uses it. A copy would evaluate its
   * argument too, which is counted here.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT p.record.*, p.reasons, p.unknownFields FROM parsed",
        "SELECT p.record.StoreID FROM parsed WHERE p.reasons IS NULL",
        "FROM parsed |> WHERE p.reasons IS NULL |> SELECT p.record.*",
        "SELECT p.record.StoreID, p.record.Paid FROM parsed WHERE p.record.TotalAmount > 1 AND p.reasons IS NULL",
        "SELECT p.record.StoreID, item.ItemCode FROM parsed LATERAL VIEW explode(p.record.InvoiceLineItems) t AS item",
        "SELECT p.record.StoreID, sum(p.record.TotalAmount), max(p.reasons) FROM parsed GROUP BY 1"
      })
  void aRecordIsParsedOnce(String query) {
    LongAccumulator parsed = new LongAccumulator();
    spark.sparkContext().register(parsed);
    UDF1<String, String> counted =
        value -> {
          parsed.add(1);
          return value;
        };
    spark
        .udf()
        .register("counted", functions.udf(counted, DataTypes.StringType).asNondeterministic());
    raw(GOOD, BAD, GOOD);

    spark
        .sql("WITH parsed AS (SELECT millrace.invoice(counted(value)) AS p FROM raw) " + query)
        .collectAsList();

    assertThat(parsed.value()).isEqualTo(3);
  }

  // --- Errors

  @Test
  void anUnknownFunctionIsNamed() {
    assertThatThrownBy(() -> spark.sql("SELECT millrace.invoce('{}')"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("invoce");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1           | (struct<_0:int>)
          '{}', 1     | (struct<_0:string,_1:int>)
          array('{}') | (struct<_0:array<string>>)
          """,
      quoteCharacter = '`')
  void anArgumentOfAnotherTypeIsRefused(String arguments, String given) {
    assertThatThrownBy(() -> spark.sql("SELECT millrace.invoice(" + arguments + ")"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(
            "millrace.invoice takes one STRING or BINARY, and for CSV the STRING of the header, or a"
                + " STRUCT; was given "
                + given);
  }

  @Test
  void aContractWithProblemsIsRefusedWithAllOfThem(SparkSession shared, @TempDir Path dir)
      throws IOException {
    Path document = dir.resolve("orders.odcs.yaml");
    Files.writeString(
        document,
        Contracts.document("- {name: A, logicalType: txt}\n- {nam: B, logicalType: date}"));
    SparkSession session = shared.newSession();
    ContractCatalog.settings(new ContractSource(document.toString()), List.of())
        .forEach(session.conf()::set);

    assertThatThrownBy(() -> session.sql("SELECT millrace.order('{}')"))
        .hasStackTraceContaining("contract " + document + ": A: logicalType is 'txt'")
        .hasStackTraceContaining("contract " + document + ": properties[1]: 'name' is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "classpath:contracts/none.odcs.yaml, no resource 'contracts/none.odcs.yaml' in the JAR",
    "/no/such/contract.odcs.yaml, /no/such/contract.odcs.yaml"
  })
  void aContractThatIsNotThereIsNamed(String location, String message, SparkSession shared) {
    SparkSession session = shared.newSession();
    ContractCatalog.settings(new ContractSource(location), List.of()).forEach(session.conf()::set);

    assertThatThrownBy(() -> session.sql("SELECT millrace.invoice('{}')"))
        .hasStackTraceContaining(message);
  }

  @Test
  void aContractInAnotherEncodingIsToldSo(@TempDir Path dir) throws IOException {
    Path document = dir.resolve("orders.odcs.yaml");
    Files.writeString(document, Contracts.document("- {name: A, logicalType: date}"), UTF_16);
    List<String> problems = new ArrayList<>();

    assertThat(new ContractSource(document.toString()).check(new Configuration(), problems))
        .isEmpty();
    assertThat(problems)
        .containsExactly("contract " + document + ": looks like UTF-16, must be UTF-8");
  }

  @Test
  void aContractInAnObjectStoreNamesTheConnectorThatItNeeds() {
    String document = "s3a://bucket/orders.odcs.yaml";
    List<String> problems = new ArrayList<>();

    assertThat(new ContractSource(document).check(new Configuration(), problems)).isEmpty();
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("contract: is '" + document + "', which needs a connector that is not there")
        .contains("--packages org.apache.hadoop:hadoop-aws:");
  }

  @Test
  void aColumnToKeepThatIsNotThereIsNamed(SparkSession shared) {
    SparkSession session = session(shared, List.of("StoreId"));

    assertThatThrownBy(() -> session.sql("SELECT millrace.invoice('{}')"))
        .hasStackTraceContaining(
            "contract urn:millrace:test:invoice has no column 'StoreId' to keep");
  }

  // --- The settings

  @Test
  void aCatalogHoldsSeveralContracts(SparkSession shared, @TempDir Path dir) throws IOException {
    Path order = dir.resolve("orders.odcs.yaml");
    Files.writeString(
        order,
        Contracts.document("- {name: A, logicalType: integer}\n- {name: B, logicalType: date}"));
    SparkSession session = session(shared, List.of());
    session.conf().set("spark.sql.catalog.millrace.contract.second", order.toString());
    session.conf().set("spark.sql.catalog.millrace.keep.second", " A , B ");

    Row row =
        session
            .sql(
                """
                SELECT millrace.invoice('{}').reasons[0], millrace.`order`('{"A":1}').record.A
                """)
            .first();

    assertThat(row.getString(0)).isEqualTo("required InvoiceNumber: is missing");
    assertThat(row.getLong(1)).isEqualTo(1);
  }

  @Test
  void contractsOfOneRecordNameAreToldApartByTheirKeys(SparkSession shared, @TempDir Path dir)
      throws IOException {
    SparkSession session = shared.newSession();
    for (String field : List.of("A", "B")) {
      Path document = dir.resolve(field + ".odcs.yaml");
      Files.writeString(
          document, Contracts.document("- {name: %s, logicalType: integer}".formatted(field)));
      ContractCatalog.settings(
              "feed_" + field.toLowerCase(Locale.ROOT),
              new ContractSource(document.toString()),
              List.of())
          .forEach(session.conf()::set);
    }

    Row row =
        session
            .sql(
                """
                SELECT millrace.feed_a('{"A":1}').record.A, millrace.feed_b('{"A":1,"B":2}').record.B
                """)
            .first();

    assertThat(row.getLong(0)).isEqualTo(1);
    assertThat(row.getLong(1)).isEqualTo(2);
    assertThatThrownBy(() -> session.sql("SELECT millrace.`order`('{}')"))
        .hasMessageContaining("order");
    assertThatThrownBy(() -> ContractCatalog.settings("Feed A", new ContractSource("x"), List.of()))
        .hasMessageContaining("'Feed A' is no key of a contract");
  }

  // --- In a stream

  @Test
  void aStreamParsesBeforeItFilters(@TempDir Path dir) throws IOException {
    Path in = Files.createDirectory(dir.resolve("in"));
    String oneLine = GOOD.replace("\n", "");
    Files.write(
        in.resolve("1.json"),
        List.of(oneLine, oneLine.replace("true", "1"), oneLine, "{\"Inv"),
        UTF_8);
    spark.readStream().text(in.toString()).createOrReplaceTempView("raw");
    Dataset<Row> parsed =
        spark.sql("SELECT value, p.* FROM (SELECT value, millrace.invoice(value) AS p FROM raw)");

    run(parsed.filter("reasons IS NULL").select("record.StoreID"), "good", dir);
    run(parsed.filter("reasons IS NOT NULL").select("value", "reasons"), "bad", dir);

    assertThat(spark.table("good").as(Encoders.STRING()).collectAsList())
        .containsExactly("STR7188", "STR7188");
    assertThat(
            spark
                .sql("SELECT reasons[0] FROM bad ORDER BY 1")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly(
            "truncated: ends at byte 5 inside its JSON", "type Paid: must be true or false, is 1");
  }

  private static void run(Dataset<Row> rows, String name, Path dir) {
    try {
      StreamingQuery query =
          rows.writeStream()
              .format("memory")
              .queryName(name)
              .trigger(Trigger.AvailableNow())
              .option("checkpointLocation", dir.resolve("checkpoint-" + name).toString())
              .start();
      query.awaitTermination();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One session's tasks run side by side, each with a parser of its own. */
  @Test
  void tasksDoNotShareAParser() {
    Dataset<Row> judged = judged(20_000).filter("reasons IS NULL").repartition(4);
    List<Long> counts = IntStream.range(0, 4).parallel().mapToObj(i -> judged.count()).toList();

    assertThat(counts).containsOnly(10_000L);
  }
}
