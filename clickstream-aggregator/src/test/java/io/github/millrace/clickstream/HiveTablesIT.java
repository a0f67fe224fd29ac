package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.HiveMetastore;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import io.github.millrace.testkit.SparkSubmit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Landed directories as tables of a real metastore. */
class HiveTablesIT {
  static final Shared<Kafka> KAFKA = Shared.of(Kafka.class, Kafka::ofRun);

  static final Shared<HiveMetastore> METASTORE =
      Shared.of(HiveMetastore.class, HiveMetastore::start);

  private static SparkSession hive;

  @TempDir private Path directory;

  @BeforeAll
  static void startSession() {
    hive =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", 1)
            .config("spark.sql.warehouse.dir", METASTORE.get().warehouse().toString())
            .config("spark.hadoop.hive.metastore.uris", METASTORE.get().uri())
            .enableHiveSupport()
            .getOrCreate();
  }

  @AfterAll
  static void stopSession() {
    hive.stop();
  }

  private static List<String> rows(String sql) {
    return hive.newSession().sql(sql).collectAsList().stream().map(Row::mkString).toList();
  }

  private static String[] withTable(String feed, String table) {
    return new String[] {
      "hive.metastore=" + METASTORE.get().uri(), "feeds." + feed + ".table=" + table
    };
  }

  @Test
  void aPartitionAppearsWithTheFirstFileOfItsHour() {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "hive_clicks", 1);
    String[] table = withTable("cab-clicks", "cab_clicks");
    KAFKA
        .get()
        .send(
            "hive_clicks",
            LandRun.messages(
                List.of(
                    LandIT.click(1, "2026-03-01 10:00:00"),
                    LandIT.click(2, "2026-03-01 10:59:59"))));

    assertThat(run.run("land", table).expect(0).stdout())
        .contains("made Hive table default.cab_clicks of " + run.output().toUri().getScheme());
    assertThat(rows("SHOW PARTITIONS cab_clicks"))
        .containsExactly("event_date=2026-03-01/event_hour=10");
    // One of an hour that is there, and one of a new hour.
    KAFKA
        .get()
        .send(
            "hive_clicks",
            LandRun.messages(
                List.of(
                    LandIT.click(3, "2026-03-01 10:30:00"),
                    LandIT.click(4, "2026-03-01 11:00:00"))));
    run.run("land", table).expect(0);

    assertThat(
            rows(
                "SELECT concat_ws('|', customer_id, is_button_click, event_date, event_hour)"
                    + " FROM cab_clicks WHERE event_date = DATE'2026-03-01' ORDER BY customer_id"))
        .containsExactly(
            "1|true|2026-03-01|10",
            "2|true|2026-03-01|10",
            "3|true|2026-03-01|10",
            "4|true|2026-03-01|11");
    assertThat(run.ledger()).allMatch(entry -> entry.get("steps").size() == 1);
  }

  @Test
  void eachKindOfEventHasATable() throws Exception {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "app-logs", "hive_logs", 2);
    KAFKA
        .get()
        .send(
            "hive_logs",
            LandRun.messages(
                Files.readAllLines(Path.of("src/test/resources/samples/app-logs.jsonl"))));

    run.run("land", withTable("app-logs", "app_logs")).expect(0);

    assertThat(rows("SHOW TABLES LIKE 'app_logs*'"))
        .hasSize(4)
        .allMatch(table -> table.startsWith("defaultapp_logs_"));
    assertThat(
            Stream.of("productview", "addtocart", "purchase", "recommendationclick")
                .map(kind -> rows("SELECT count(*) FROM app_logs_" + kind).get(0)))
        .containsOnly("4");
    assertThat(rows("SELECT count(metadata.category) FROM app_logs_productview"))
        .containsExactly("4");
  }

  private SparkSubmit.Result compact(LandRun run, String table, String grace) {
    SparkSubmit submit =
        run.submitted("compact", withTable("cab-clicks", table))
            .args("--before", "2026-03-02", "--grace", grace);
    return submit.warm().run(Duration.ofMinutes(2)).expect(0);
  }

  private static void land(LandRun run, String topic, String... clicks) {
    KAFKA.get().send(topic, LandRun.messages(List.of(clicks)));
    run.run("land", withTable("cab-clicks", topic)).expect(0);
  }

  @Test
  void smallFilesAreJoinedWhileOthersRead() throws Exception {
    String topic = "hive_compact";
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", topic, 1);
    land(
        run, topic, LandIT.click(1, "2026-03-01 10:00:00"), LandIT.click(2, "2026-03-01 11:00:00"));
    land(run, topic, LandIT.click(3, "2026-03-01 10:01:00"));
    land(
        run, topic, LandIT.click(4, "2026-03-01 10:02:00"), LandIT.click(5, "2026-03-01 11:59:00"));
    // The hour of 12 is not complete, and its file stays.
    land(
        run, topic, LandIT.click(6, "2026-03-01 12:30:00"), LandIT.click(7, "2026-03-01 12:31:00"));
    String ids = "SELECT customer_id FROM %s WHERE event_hour < '12' ORDER BY 1".formatted(topic);
    List<String> five = List.of("1", "2", "3", "4", "5");
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> reader =
        CompletableFuture.supplyAsync(
            () -> {
              int times = 0;
              for (; !done.get(); times++) {
                assertThat(rows(ids)).isEqualTo(five);
              }
              return times;
            });

    assertThat(compact(run, topic, "1 hour").stdout())
        .contains("hive_compact, 2026-03-01: 5 rows of 5 files are in 2 now")
        .contains("5 files that were joined stay until a run more than 1 hour after that");
    done.set(true);
    assertThat(reader.get(1, TimeUnit.MINUTES)).isPositive();

    assertThat(rows(ids)).isEqualTo(five);
    assertThat(run.landed().stream().filter(file -> !file.contains("_hour=12"))).hasSize(5);
    // A late one comes to where the partition points, and is joined next time.
    land(run, topic, LandIT.click(0, "2026-03-01 10:59:00"));
    assertThat(rows(ids)).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(compact(run, topic, "1 second").stdout())
        .contains("hive_compact, 2026-03-01: 4 rows of 2 files are in 1 now")
        .contains("removed 5 files that were joined");

    assertThat(rows(ids)).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(run.landed()).allMatch(file -> file.contains("event_hour=12/")).hasSize(1);
    assertThat(run.complete()).hasSize(2);
    assertThat(compact(run, topic, "1 second").stdout())
        .contains("removed 2 files that were joined")
        .doesNotContain("rows of");
    assertThat(rows(ids)).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(
            run.submitted("compact")
                .args("--before", "2026-03-02")
                .warm()
                .run(Duration.ofMinutes(2))
                .expect(2)
                .stderr())
        .contains(
            "feeds.cab-clicks.table: is missing, and without a table no reader would be told");
  }

  @Test
  void aTableOfAnotherKindIsRefusedBeforeAnythingIsLanded() {
    LandRun run = LandRun.ofTopic(directory, KAFKA.get(), "cab-clicks", "hive_other", 1);
    hive.sql("CREATE TABLE other (a INT) PARTITIONED BY (day STRING) STORED AS PARQUET");
    KAFKA
        .get()
        .send("hive_other", LandRun.messages(List.of(LandIT.click(1, "2026-03-01 10:00:00"))));

    assertThat(run.run("land", withTable("cab-clicks", "other")).expect(2).stderr())
        .contains(
            "Hive table default.other is partitioned by [day] and not by [event_date, event_hour]");
    assertThat(run.run("land", withTable("cab-clicks", "no/table")).expect(2).stderr())
        .contains("feeds.cab-clicks.table: is 'no/table', must be of letters, digits and _");
    assertThat(
            run.run("land", "feeds.cab-clicks.table=t", "feeds.cab-clicks.format=csv")
                .expect(2)
                .stderr())
        .contains(
            "feeds.cab-clicks.table: is 't', but Hive and Spark do not read a table of csv alike");
    assertThat(run.landed()).isEmpty();
  }
}
