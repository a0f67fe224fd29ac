package io.github.millrace.viewlog.view;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractCatalog;
import io.github.millrace.contract.ContractSource;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.testkit.SparkExtension;
import io.github.millrace.upkeep.ReferenceFile;
import io.github.millrace.viewlog.config.ConfigFilesTest;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.window.TumblingWindows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.metrics.source.CodegenMetrics$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class ViewsTest {
  /** 2026-03-01T10:00:00Z, in microseconds. */
  private static final long LATER = 1_772_359_200_000_000L;

  private static final String SHIPPED = "classpath:contracts/view.odcs.yaml";

  @Test
  void aLaterWatermarkNeedsNoCodeOfItsOwn(SparkSession spark) throws IOException {
    ReportConfig config = ConfigFilesTest.FILES.load("minimal.yaml");
    ContractSource source = new ContractSource(config.contract());
    ContractCatalog.settings(source, Views.needed(config)).forEach(spark.conf()::set);
    Contract contract = source.read(new Configuration(), new ArrayList<>()).orElseThrow();
    Dataset<Row> messages = messages(spark, view("2026-03-01T10:00:00Z", "2026-03-01T10:00:05Z"));
    Campaigns campaigns = campaigns(Map.of(10, 1));
    Campaigns changed = campaigns(Map.of(10, 2));

    run(
        Views.parts(
            messages, contract, new Views.Limits(config, campaigns, TumblingWindows.BEGINNING)));
    long compiled = compiled();
    assertThat(compiled).isPositive();
    run(Views.parts(messages, contract, new Views.Limits(config, changed, LATER)));
    assertThat(compiled()).isEqualTo(compiled);
  }

  @Test
  void futureAndPastLookAtTheTimestampThatWindowsAreOn(SparkSession spark) throws IOException {
    String[] onStart = {"windowOn=start_timestamp", "allowedPast=1 day"};
    // Sent when it began, and over ten minutes later; then the clock is wrong by more than allowed.
    assertThat(
            judged(
                spark,
                SHIPPED,
                onStart,
                view("2026-03-01T10:00:00Z", "2026-03-01T10:10:00Z"),
                view("2026-03-01T10:01:00Z", "2026-03-01T10:02:00Z"),
                view("2026-03-01T10:01:00.000001Z", "2026-03-01T10:02:00Z"),
                view("2026-02-28T10:00:00Z", "2026-03-01T09:00:00Z"),
                view("2026-02-28T09:59:59.999999Z", "2026-02-28T10:00:00Z")))
        .containsExactly(
            "good",
            "good",
            "future start_timestamp: is 2026-03-01 10:01:00.000001, sent at 2026-03-01 10:00:00,"
                + " allowedFuture is 1 minute",
            "good",
            "past start_timestamp: is 2026-02-28 09:59:59.999999, sent at 2026-03-01 10:00:00,"
                + " allowedPast is 1 day");
    assertThat(
            judged(
                spark,
                SHIPPED,
                new String[] {"maxDuration=48 hours", "allowedPast=1 day"},
                view("2026-03-01T10:00:00Z", "2026-03-01T10:10:00Z"),
                view("2026-02-28T09:00:00Z", "2026-02-28T10:00:00Z"),
                view("2026-02-27T10:00:00Z", "2026-02-28T09:59:59Z")))
        .containsExactly(
            "future end_timestamp: is 2026-03-01 10:10:00, sent at 2026-03-01 10:00:00,"
                + " allowedFuture is 1 minute",
            "good",
            "past end_timestamp: is 2026-02-28 09:59:59, sent at 2026-03-01 10:00:00,"
                + " allowedPast is 1 day");
  }

  @Test
  void maxDurationIsADayAndADateBefore1970IsPast(SparkSession spark) throws IOException {
    assertThat(
            judged(
                spark,
                SHIPPED,
                new String[0],
                view("2026-02-28T10:00:00Z", "2026-03-01T10:00:00Z"),
                view("2026-02-28T09:59:59.999999Z", "2026-03-01T10:00:00Z"),
                view("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
                view("1969-12-31T23:00:00Z", "1969-12-31T23:59:59.999999Z"),
                view("0001-01-01T00:00:00Z", "0001-01-01T00:00:05Z"),
                view("0001-01-01T00:00:00Z", "2026-03-01T10:00:00Z"),
                view("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")))
        .containsExactly(
            "good",
            "range duration: is 86400.000001 seconds, maxDuration is 24 hours",
            "good",
            "past end_timestamp: is 1969-12-31 23:59:59.999999, sent at 2026-03-01 10:00:00,"
                + " before 1970",
            "past end_timestamp: is 0001-01-01 00:00:05, sent at 2026-03-01 10:00:00, before 1970",
            "range duration: is 6.3907956E10 seconds, maxDuration is 24 hours",
            "future end_timestamp: is 9999-12-31 23:59:59, sent at 2026-03-01 10:00:00,"
                + " allowedFuture is 1 minute");
  }

  @Test
  void noTimestampOverflowsAndNoDurationIsNegativeWhateverTheContract(
      @TempDir Path directory, SparkSession spark) throws IOException {
    Path contract = directory.resolve("wide.odcs.yaml");
    String shipped = Files.readString(Path.of("src/main/resources/contracts/view.odcs.yaml"));
    Files.writeString(
        contract,
        shipped
            .substring(0, shipped.indexOf("    quality:"))
            .replace(
                "physicalType: TIMESTAMP\n",
                "physicalType: TIMESTAMP\n        logicalTypeOptions: {format: \"G y-MM-dd'T'HH:mm:ssX\"}\n"));
    String least = "BC 290309-12-21T19:59:06Z";
    String most = "AD 294247-01-10T04:00:54Z";
    String now = "AD 2026-03-01T10:00:00Z";
    byte[][] views = {
      view(now, "AD 2026-03-01T09:59:00Z"),
      view(least, now),
      view(now, least),
      view(most, now),
      view(now, most),
      view(least, most),
      view(most, least),
      view(least, least),
      view(most, most)
    };
    assertThat(judged(spark, contract.toString(), new String[] {"allowedPast=100 days"}, views))
        .extracting(ViewsTest::reasonClass)
        .containsExactly(
            "range", "range", "past", "range", "future", "future", "past", "past", "future");
    String[] onStart = {
      "windowOn=start_timestamp",
      "allowedPast=20000000 days",
      "maxDuration=20000000 days",
      "allowedFuture=20000000 days"
    };
    assertThat(judged(spark, contract.toString(), onStart, views))
        .extracting(ViewsTest::reasonClass)
        .containsExactly(
            "range", "past", "range", "future", "range", "past", "future", "past", "future");
    assertThat(judged(spark, contract.toString(), new String[0], views).get(0))
        .isEqualTo("range duration: is -60.0 seconds, end_timestamp is before start_timestamp");
  }

  /** What was good once stays good, for the clock only goes on. */
  @Test
  void aMessageOfATimeThatHasNotComeIsFuture(SparkSession spark) throws IOException {
    byte[] view = view("2026-03-01T09:59:59Z", "2026-03-01T10:00:00Z");
    long minute = 60_000_000L;
    assertThat(judged(spark, LATER - minute, view)).containsExactly("good");
    assertThat(judged(spark, LATER, view)).containsExactly("good");
    assertThat(judged(spark, LATER - minute - 1, view))
        .containsExactly(
            "future message: was sent at 2026-03-01 10:00:00 by its own timestamp, which has not come"
                + " yet");
  }

  /** With no rule about the order of the two, and with any duration allowed. */
  @Test
  void neitherTimestampMovesTimeBeyondWhenItWasSent(@TempDir Path directory, SparkSession spark)
      throws IOException {
    String contract = withoutRules(directory);
    String far = "2099-01-01T00:00:00Z";
    String now = "2026-03-01T10:00:00Z";
    byte[][] views = {view(now, far), view(far, now), view(far, far), view(now, now)};
    String any = "maxDuration=40000 days";

    assertThat(judged(spark, contract, new String[] {any, "windowOn=start_timestamp"}, views))
        .extracting(ViewsTest::reasonClass)
        .containsExactly("good", "future", "future", "good");
    assertThat(judged(spark, contract, new String[] {any}, views))
        .extracting(ViewsTest::reasonClass)
        .containsExactly("future", "range", "future", "good");
    // The one that ends in 2099 counts by when it started.
    assertThat(
            parts(spark, contract, LATER, new String[] {any, "windowOn=start_timestamp"}, views)
                .where("good IS NOT NULL")
                .selectExpr("good.time")
                .collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(LATER, LATER);
  }

  private static String withoutRules(Path directory) throws IOException {
    String shipped = Files.readString(Path.of("src/main/resources/contracts/view.odcs.yaml"));
    Path contract = directory.resolve("free.odcs.yaml");
    Files.writeString(contract, shipped.substring(0, shipped.indexOf("    quality:")));
    return contract.toString();
  }

  private static String reasonClass(String judged) {
    return judged.split("[ :]", 2)[0];
  }

  /** What becomes of views that are sent at ten: {@code good}, or the reason. */
  private static List<String> judged(
      SparkSession spark, String contractFile, String[] settings, byte[]... views)
      throws IOException {
    return judged(parts(spark, contractFile, LATER, settings, views));
  }

  /** The same by a clock that shows another time: microseconds since 1970-01-01 UTC. */
  private static List<String> judged(SparkSession spark, long now, byte[]... views)
      throws IOException {
    return judged(parts(spark, SHIPPED, now, new String[0], views));
  }

  private static List<String> judged(Dataset<Row> parts) {
    return parts
        .selectExpr("IF(good IS NULL, concat_ws('; ', bad.reasons), 'good')")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static Dataset<Row> parts(
      SparkSession spark, String contractFile, long now, String[] settings, byte[]... views)
      throws IOException {
    ReportConfig config = ConfigFilesTest.FILES.load("minimal.yaml", settings);
    SparkSession session = spark.newSession();
    ContractSource source = new ContractSource(contractFile);
    ContractCatalog.settings(source, Views.needed(config)).forEach(session.conf()::set);
    Contract contract = source.read(new Configuration(), new ArrayList<>()).orElseThrow();
    Dataset<Row> messages = messages(session, views);
    Views.Limits limits =
        new Views.Limits(config, campaigns(Map.of(10, 1)), TumblingWindows.BEGINNING, now);
    return Views.parts(messages, contract, limits);
  }

  private static byte[] view(String start, String end) {
    return """
    {"view_id":"a","start_timestamp":"%s","end_timestamp":"%s","banner_id":7,"campaign_id":10}"""
        .formatted(start, end)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Dataset<Row> messages(SparkSession spark, byte[]... views) {
    List<Row> rows = new ArrayList<>();
    for (byte[] view : views) {
      rows.add(
          RowFactory.create(
              view, 0, (long) rows.size(), Timestamp.from(Instant.parse("2026-03-01T10:00:00Z"))));
    }
    return KafkaSource.messages(
        spark
            .createDataFrame(
                rows,
                StructType.fromDDL(
                    "value BINARY, partition INT, offset BIGINT, timestamp TIMESTAMP"))
            .coalesce(1),
        lit("view_log"));
  }

  private static void run(Dataset<Row> parts) {
    parts.write().format("noop").mode("overwrite").save();
  }

  /** The classes that Spark has generated and compiled. */
  private static long compiled() {
    return CodegenMetrics$.MODULE$.METRIC_COMPILATION_TIME().getCount();
  }

  private static Campaigns campaigns(Map<Integer, Integer> networks) {
    return new Campaigns(new ReferenceFile<>("campaigns", "campaigns.csv", "first", networks));
  }
}
