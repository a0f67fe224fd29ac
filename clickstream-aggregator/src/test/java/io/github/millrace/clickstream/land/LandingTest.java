package io.github.millrace.clickstream.land;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.clickstream.config.ClickstreamConfig;
import io.github.millrace.clickstream.config.ConfigFilesTest;
import io.github.millrace.clickstream.config.Feed;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.testkit.SparkExtension;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.metrics.source.CodegenMetrics$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SparkExtension.class)
class LandingTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final StructType STORED =
      StructType.fromDDL(
          "value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP");

  /** A time of day that there is twice lands in one hour; one that there is not lands nowhere. */
  @ParameterizedTest
  @CsvSource({
    "UTC,              2026-03-01T10:59:59.999999Z, 2026-03-01, 10",
    "UTC,              2026-03-01 00:00:00,         2026-03-01, 00",
    "UTC,              1970-01-01T00:00:00Z,        1970-01-01, 00",
    "Europe/Berlin,    2025-12-31T23:30:00Z,        2026-01-01, 00",
    "Europe/Berlin,    2025-10-26T00:30:00Z,        2025-10-26, 02",
    "Europe/Berlin,    2025-10-26T01:30:00Z,        2025-10-26, 02",
    "Europe/Berlin,    2025-03-30T01:00:00Z,        2025-03-30, 03",
    "America/New_York, 2026-03-01T04:59:59Z,        2026-02-28, 23",
    "+05:30,           2026-03-01T05:00:00Z,        2026-03-01, 10",
    "Z,                2026-03-01T05:00:00Z,        2026-03-01, 05",
  })
  void anEventLandsByTheDateAndHourOfTheZone(
      String zone, String time, String date, String hour, SparkSession spark) throws Exception {
    Row good = rows(spark, "cab-clicks", zone, List.of(), click(time)).get(0).getStruct(0);
    assertThat(good.getDate(0)).hasToString(date);
    assertThat(good.getString(1)).isEqualTo(hour);
  }

  @Test
  void anEventOfATimeThatIsNoneIsBad(SparkSession spark) throws Exception {
    List<Row> rows =
        rows(
            spark,
            "cab-clicks",
            "UTC",
            List.of("allowedFuture=10 minutes"),
            click("2026-03-01T12:10:00Z"),
            click("2026-03-01T12:10:00.000001Z"),
            click("9999-12-31T23:59:59Z"),
            click("1969-12-31T23:59:59.999999Z"),
            click("0001-01-01T00:00:00Z"));

    assertThat(rows.stream().map(LandingTest::reason))
        .containsExactly(
            "good",
            "future timestamp: 2026-03-01 12:10:00.000001 is ahead of this machine's clock by more"
                + " than 10 minutes",
            "future timestamp: 9999-12-31 23:59:59 is ahead of this machine's clock by more than"
                + " 10 minutes",
            "past timestamp: 1969-12-31 23:59:59.999999 is before 1970",
            "past timestamp: 0001-01-01 00:00:00 is before 1970");
  }

  @Test
  void eachKindHasItsOwnColumns(SparkSession spark) throws Exception {
    List<Row> rows =
        rows(
            spark,
            "app-logs",
            "UTC",
            List.of(),
            """
            {"eventType":"productView","customerId":"1","productId":"2","timestamp":"2026-03-01T10:00:00","quantity":3}""",
            """
            {"eventType":"addToCart","customerId":"1","productId":"2","timestamp":"2026-03-01T11:00:00","quantity":3}""",
            """
            {"eventType":"wishList","customerId":"1","timestamp":"2026-03-01T11:00:00"}""");

    assertThat(rows.get(0).getStruct(0).schema().fieldNames())
        .containsExactly(
            "eventType",
            "event_date",
            "event_hour",
            "productView",
            "addToCart",
            "purchase",
            "recommendationClick");
    assertThat(rows.get(0).getStruct(0).json())
        .isEqualTo(
            "{\"eventType\":\"productView\",\"event_date\":\"2026-03-01\",\"event_hour\":\"10\","
                + "\"productView\":{\"customerId\":\"1\",\"productId\":\"2\","
                + "\"timestamp\":\"2026-03-01 10:00:00\",\"metadata\":null},\"addToCart\":null,"
                + "\"purchase\":null,\"recommendationClick\":null}");
    assertThat(rows.get(0).getStruct(3).getInt(0)).as("a field of another kind").isEqualTo(1);
    assertThat(rows.get(1).getStruct(0).getString(0)).isEqualTo("addToCart");
    assertThat(reason(rows.get(2)))
        .isEqualTo(
            "variant eventType: is \"wishList\", must be one of addToCart, productView, purchase,"
                + " recommendationClick");
  }

  @Test
  void anEventOfNoKindMayBeLandedAsItCame(SparkSession spark) throws Exception {
    String wish = "{\"eventType\":\"wishList\",\"x\":[1]}";
    List<Row> rows =
        rows(
            spark,
            "app-logs",
            "UTC",
            List.of("onUnknownType=land"),
            wish,
            "{\"customerId\":\"1\"}",
            "{\"eventType\":\"wishList\"");

    Row good = rows.get(0).getStruct(0);
    assertThat(List.of(good.getString(0), good.getDate(1).toString(), good.getString(2)))
        .containsExactly("unknown", "2026-03-01", "12");
    Row unknown = good.getStruct(good.fieldIndex("unknown"));
    assertThat(unknown.getString(0)).isEqualTo(wish);
    assertThat(unknown.getStruct(1).getLong(3)).isZero();
    assertThat(rows.get(0).isNullAt(1)).isTrue();
    assertThat(reason(rows.get(1))).isEqualTo("required eventType: is missing");
    assertThat(reason(rows.get(2))).startsWith("truncated");
  }

  /** Or each batch of a stream would begin with the work of the compiler. */
  @Test
  void aLaterBatchNeedsNoCodeOfItsOwn(SparkSession spark) throws Exception {
    Landing landing = landing(spark, "app-logs", "UTC", List.of());
    Dataset<Row> raw = KafkaSource.messages(messages(spark, "{}"));
    landing.rows(raw, NOW).write().format("noop").mode("overwrite").save();
    long compiled = CodegenMetrics$.MODULE$.METRIC_COMPILATION_TIME().getCount();
    landing.rows(raw, NOW.plusSeconds(77)).write().format("noop").mode("overwrite").save();
    assertThat(CodegenMetrics$.MODULE$.METRIC_COMPILATION_TIME().getCount()).isEqualTo(compiled);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cab-clicks   | eventTime=app_version | eventTime: is 'app_version', but the contract has no required timestamp app_version",
        "cab-clicks   | eventTime=when        | eventTime: is 'when', but the contract has no required timestamp when",
        "sales-clicks | columns.more=sales.x  | columns.more: is 'sales.x', which is no field of the contract",
        "sales-clicks | columns.event_date=datetime | columns.event_date: is the name of a directory of the landed files; give it another",
        "sales-clicks | columns.Event_Date=datetime | columns.Event_Date: is the name of a directory of the landed files; give it another",
        "sales-clicks | columns.all=sales     | columns.all: is 'sales', which has fields of its own and no form in CSV; name these, or set format to parquet",
        "app-logs     | columns.id=customerId | columns: are of one kind of record, and the contract has several; leave them out",
        "app-logs     | format=csv            | columns.metadata: is 'productView.metadata', which has fields of its own and no form in CSV; name these, or set format to parquet",
      })
  void whatCannotBeLandedIsTold(String name, String override, String problem) throws Exception {
    ClickstreamConfig config =
        ConfigFilesTest.FILES.load("feeds.yaml", "feeds." + name + "." + override);
    Feed feed = config.feeds().get(name);
    assertThat(Columns.problems(contract(feed), feed)).containsExactly(problem);
  }

  private static Contract contract(Feed feed) throws Exception {
    return new ContractSource(feed.contract())
        .read(new Configuration(), new ArrayList<>())
        .orElseThrow();
  }

  private static Landing landing(
      SparkSession spark, String name, String zone, List<String> overrides) throws Exception {
    Feed feed =
        ConfigFilesTest.FILES
            .load(
                "feeds.yaml",
                overrides.stream().map(o -> "feeds." + name + "." + o).toArray(String[]::new))
            .feeds()
            .get(name);
    Contract contract = contract(feed);
    String key = name.replace('-', '_');
    Map<String, String> settings =
        ContractCatalog.settings(
            key, new ContractSource(feed.contract()), Columns.needed(contract, feed));
    settings.forEach(spark.conf()::set);
    return new Landing(feed, key, contract, ZoneId.of(zone));
  }

  private static List<Row> rows(
      SparkSession session, String name, String zone, List<String> overrides, String... records)
      throws Exception {
    SparkSession spark = session.newSession();
    Dataset<Row> raw = KafkaSource.messages(messages(spark, records));
    return landing(spark, name, zone, overrides).rows(raw, NOW).collectAsList();
  }

  private static Dataset<Row> messages(SparkSession spark, String... records) {
    List<Row> rows =
        IntStream.range(0, records.length)
            .mapToObj(
                i ->
                    RowFactory.create(
                        records[i].getBytes(StandardCharsets.UTF_8),
                        "t",
                        0,
                        (long) i,
                        Timestamp.from(NOW)))
            .toList();
    return spark.createDataFrame(rows, STORED).coalesce(1);
  }

  private static String reason(Row row) {
    return row.isNullAt(1)
        ? "good"
        : Stream.of(row.getStruct(1).getList(2).toArray()).findFirst().orElseThrow().toString();
  }

  private static String click(String time) {
    return """
    {"customer_id":"1","lat":"1.5","lon":2,"page_id":"p","button_id":"b","is_button_click":"Yes",
     "is_page_view":"No","is_scroll_up":"No","is_scroll_down":"No","timestamp":"%s"}"""
        .formatted(time);
  }
}
