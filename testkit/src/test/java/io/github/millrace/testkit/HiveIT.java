package io.github.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiveIT {

  static final Shared<Hive> HIVE = Shared.of(Hive.class, Hive::start);

  static final Shared<Hdfs> HDFS =
      Shared.of(Hdfs.class, "small blocks", () -> Hdfs.start(new Hdfs.Options(1, 1024)));

  @TempDir java.nio.file.Path dir;

  @Test
  void readsCsvFilesWithoutTheirHeaderLines() throws IOException {
    Files.writeString(dir.resolve("a.csv"), "id,name\n1,\"a, \"\"b\"\"\"\n");
    Files.writeString(dir.resolve("b.csv"), "id,name\n2,\n");
    String ddl =
        """
        CREATE EXTERNAL TABLE items (id STRING, name STRING)
        ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
        STORED AS TEXTFILE LOCATION '%s'
        TBLPROPERTIES ('skip.header.line.count'='1')
        """
            .formatted(dir.toUri());

    Hive.Rows fetched = HIVE.get().query(ddl, "SELECT * FROM items");
    Hive.Rows counted =
        HIVE.get().query("SELECT name, COUNT(*) AS n FROM items GROUP BY name ORDER BY name");

    assertThat(fetched.columns()).containsExactly("items.id", "items.name");
    assertThat(fetched.values())
        .containsExactlyInAnyOrder(List.of("1", "a, \"b\""), List.of("2", ""));
    assertThat(counted.values()).containsExactly(List.of("", "1"), List.of("a, \"b\"", "1"));
  }

  @Test
  void writesAndReadsAParquetPartition() {
    Hive.Rows rows =
        HIVE.get()
            .query(
                "CREATE TABLE prices (price DECIMAL(10,2)) PARTITIONED BY (day STRING) STORED AS PARQUET",
                "INSERT INTO prices PARTITION (day='2026-01-01') SELECT 1.25",
                "CREATE TABLE days (day STRING, name STRING) STORED AS ORC",
                "INSERT INTO days VALUES ('2026-01-01', NULL)",
                "SELECT price, p.day, d.name FROM prices p JOIN days d ON p.day = d.day");

    assertThat(rows.values()).hasSize(1);
    assertThat(rows.values().get(0)).containsExactly("1.25", "2026-01-01", null);
  }

  @Test
  void readsFilesOnHdfs() throws IOException {
    try (OutputStream out = HDFS.get().fileSystem().create(new Path("/hive/part/a.csv"))) {
      out.write("id\n7\n".getBytes(UTF_8));
    }
    String ddl =
        """
        CREATE EXTERNAL TABLE remote (id INT) PARTITIONED BY (part STRING)
        ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS TEXTFILE LOCATION '%s'
        TBLPROPERTIES ('skip.header.line.count'='1')
        """
            .formatted(HDFS.get().uri("/hive/tables"));
    String partition =
        "ALTER TABLE remote ADD PARTITION (part='p') LOCATION '%s'"
            .formatted(HDFS.get().uri("/hive/part"));

    assertThat(HIVE.get().query(ddl, partition, "SELECT * FROM remote").values())
        .containsExactly(List.of("7", "p"));
  }

  @Test
  void tellsWhatHiveRefused() {
    assertThatThrownBy(() -> HIVE.get().query("SELECT * FROM missing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("SELECT * FROM missing")
        .hasMessageContaining("Table not found");
    assertThat(HIVE.get().query("SELECT 1").values()).containsExactly(List.of("1"));
  }
}
