package io.github.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.classic.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.immutable.Map;
import scala.jdk.javaapi.CollectionConverters;

class HiveMetastoreIT {

  @TempDir static Path dir;

  private static final TableIdentifier SALES = new TableIdentifier("sales", Option.apply("shop"));

  private static HiveMetastore metastore;
  private static SparkSession spark;

  /** Not the shared session: where the catalog is cannot be changed later. */
  @BeforeAll
  static void startSpark() {
    metastore = HiveMetastore.start();
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.warehouse.dir", metastore.warehouse().toUri().toString())
            .config("spark.hadoop.hive.metastore.uris", metastore.uri())
            .config("spark.hadoop.hive.exec.scratchdir", dir.resolve("scratch").toString())
            .enableHiveSupport()
            .getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    if (spark != null) {
      spark.stop();
    }
    if (metastore != null) {
      metastore.close();
    }
  }

  @Test
  void keepsItsPartitionsWhenItIsKilledAndStartedAgain() throws AnalysisException {
    String uri = metastore.uri();
    spark.sql("CREATE DATABASE shop");
    spark.sql("CREATE TABLE shop.sales (id BIGINT) PARTITIONED BY (day STRING) STORED AS PARQUET");
    addPartition("2026-01-01", 3);
    addPartition("2026-01-02", 2);
    assertThat(ids(spark, "day = '2026-01-01'")).containsExactly(0L, 1L, 2L);

    metastore.stop();
    metastore.startAgain();

    assertThat(metastore.uri()).isEqualTo(uri);
    addPartition("2026-01-03", 1);
    SparkSession other = spark.newSession();
    assertThat(ids(other, "day = '2026-01-01'")).containsExactly(0L, 1L, 2L);
    assertThat(ids(other, "day > '2026-01-01'")).containsExactly(0L, 0L, 1L);
    assertThat(catalog(other).getPartition(SALES, spec("2026-01-02")).parameters().get("complete"))
        .isEqualTo(Option.apply("true"));
  }

  @Test
  void hasManagedTablesInItsWarehouse() {
    spark.sql("CREATE DATABASE stock");
    spark.sql("CREATE TABLE stock.items STORED AS PARQUET AS SELECT 7 AS id");

    assertThat(metastore.warehouse().resolve("stock.db/items")).isDirectory();
    assertThat(spark.table("stock.items").as(Encoders.INT()).collectAsList()).containsExactly(7);
  }

  /** Adds a partition whose files lie apart, with a parameter, as Spark's SQL cannot. */
  private static void addPartition(String day, long rows) throws AnalysisException {
    Path files = dir.resolve("files-" + day);
    spark.range(rows).write().parquet(files.toString());
    CatalogStorageFormat format = catalog(spark).getTableMetadata(SALES).storage();
    CatalogStorageFormat storage =
        format.copy(
            Option.apply(files.toUri()),
            format.inputFormat(),
            format.outputFormat(),
            format.serde(),
            format.compressed(),
            format.properties(),
            format.serdeName());
    CatalogTablePartition partition =
        new CatalogTablePartition(
            spec(day), storage, new Map.Map1<>("complete", "true"), 0, 0, Option.empty());
    catalog(spark)
        .createPartitions(SALES, CollectionConverters.asScala(List.of(partition)).toSeq(), false);
  }

  private static List<Long> ids(SparkSession session, String condition) {
    return session
        .table("shop.sales")
        .where(condition)
        .select("id")
        .as(Encoders.LONG())
        .sort("id")
        .collectAsList();
  }

  private static Map<String, String> spec(String day) {
    return new Map.Map1<>("day", day);
  }

  private static SessionCatalog catalog(SparkSession session) {
    return session.sessionState().catalog();
  }
}
