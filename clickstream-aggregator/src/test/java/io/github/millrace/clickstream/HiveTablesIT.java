package io.github.millrace.clickstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.testkit.HiveMetastore;
import io.github.millrace.testkit.Kafka;
import io.github.millrace.testkit.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private String[] withTable(String feed, String table) {
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
