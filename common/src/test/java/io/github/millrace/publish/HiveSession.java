package io.github.millrace.publish;

import io.github.millrace.testkit.HiveMetastore;
import org.apache.spark.sql.classic.SparkSession;

/** A session with a metastore, in the Spark context that all tests share and that has none. */
final class HiveSession {
  private static SparkSession session;
  private static String metastoreUri;

  private HiveSession() {}

  static synchronized SparkSession of(
      org.apache.spark.sql.SparkSession shared, HiveMetastore metastore) {
    if (!metastore.uri().equals(metastoreUri)) {
      SparkSession.clearActiveSession();
      SparkSession.clearDefaultSession();
      try {
        session =
            SparkSession.builder()
                .config("hive.metastore.uris", metastore.uri())
                .config("hive.metastore.client.connect.retry.delay", "0s")
                .config(
                    "hive.exec.scratchdir", metastore.warehouse().resolve("_scratch").toString())
                .enableHiveSupport()
                .getOrCreate();
        metastoreUri = metastore.uri();
      } finally {
        SparkSession.setActiveSession((SparkSession) shared);
        SparkSession.setDefaultSession((SparkSession) shared);
      }
    }
    return session;
  }
}
