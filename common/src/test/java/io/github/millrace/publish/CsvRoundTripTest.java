package io.github.millrace.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.testkit.SparkExtension;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Published CSV as Spark, DuckDB and Python's csv module read it. */
@ExtendWith(SparkExtension.class)
class CsvRoundTripTest {
  private static final StructType TEXTS =
      StructType.fromDDL("id BIGINT, a STRING, b STRING, c STRING");

  private static final List<String> SPECIAL =
      Stream.of(
              null,
              "",
              "\"",
              "\"\"",
              "\"a\"",
              ",",
              ",,",
              "\",\"",
              "\n",
              "\r",
              "\r\n",
              "\n\n",
              "a\nb",
              "a\rb",
              "a\r\nb",
              "a\n",
              "\nb",
              "\\",
              "\\\\",
              "\\\"",
              "\\n",
              "\\N",
              "\"\\",
              " ",
              "  ",
              " a",
              "a ",
              "\t",
              "\ta",
              "a\t",
              "007",
              "-0",
              "1e3",
              "null",
              "NULL",
              "true",
              "'",
              "'a'",
              "#a",
              ";",
              "|",
              "é",
              "漢字",
              "😀",
              "👩‍👩‍👧\uD834\uDD1E",
              "\u00a0",
              "\u2028",
              "\u0085",
              "\u000b",
              "\u001f",
              "\u007f",
              "\ufeff",
              "x".repeat(100_000),
              "\"".repeat(70_000),
              "é,\n\"".repeat(40_000))
          .toList();

  @TempDir private Path dir;

  private SparkSession shared;
  private SparkSession spark;

  @BeforeEach
  void setUp(SparkSession session) {
    shared = session;
    spark = session.newSession();
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    SparkSession.setActiveSession(spark);
  }

  @AfterEach
  void leaveSession() {
    SparkSession.setActiveSession(shared);
  }

  /** The file with the rows in order. */
  private String publish(StructType schema, List<Row> rows) throws IOException {
    Output output =
        new Output(
            List.of(new Output.Destination("out", dir.toUri().toString())),
            Format.CSV,
            List.of(),
            null,
            null);
    List<Row> sink = new ArrayList<>();
    rows.forEach(row -> sink.add(RowFactory.create(row, null, true, null, null)));
    sink.add(Rows.tally("f", rows.size()));
    Rows.publish(Rows.dataset(spark, schema, 1, sink), Rows.spec(output, "u"), new Configuration());
    return dir.resolve("u-00000.csv").toString();
  }

  /** Each special text in each column, and random ones. */
  private static List<Row> texts() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < SPECIAL.size(); i++) {
      String text = SPECIAL.get(i);
      String next = SPECIAL.get((i + 1) % SPECIAL.size());
      rows.add(RowFactory.create((long) rows.size(), text, "-", next));
      rows.add(RowFactory.create((long) rows.size(), next, text, text));
    }
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      rows.add(RowFactory.create((long) rows.size(), any(random), any(random), any(random)));
    }
    return rows;
  }

  private static String any(Random random) {
    String[] parts = {
      "\"", ",", "\n", "\r", "\\", " ", "\t", "a", "0", "é", "😀", "'", "#", "\u0001"
    };
    int length = random.nextInt(8) - 1;
    if (length < 0) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    IntStream.range(0, length).forEach(i -> text.append(parts[random.nextInt(parts.length)]));
    return text.toString();
  }

  /**
   * By itself Spark takes both an empty text and a missing value for what its {@code nullValue}
   * says, the empty text; told another, it tells them apart.
   */
  private List<Row> bySpark(StructType schema, String file) {
    return spark
        .read()
        .schema(schema)
        .option("header", true)
        .option("multiLine", true)
        .option("escape", "\"")
        .option("nullValue", "\u0000")
        .csv(file)
        .collectAsList();
  }

  private static List<Row> byDuckDb(String columns, String file) throws SQLException {
    String sql =
        """
        SELECT * FROM read_csv('%s', auto_detect = false, header = true, delim = ',', quote = '"',
          escape = '"', nullstr = '', allow_quoted_nulls = false, columns = {%s},
          max_line_size = 10000000)
        """
            .formatted(file, columns);
    List<Row> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        Object[] values = new Object[width];
        for (int i = 0; i < width; i++) {
          values[i] = result.getObject(i + 1);
        }
        rows.add(RowFactory.create(values));
      }
    }
    return rows;
  }

  /** Every field is text, and its header is the first row. */
  private List<List<String>> byPython(String file) throws IOException, InterruptedException {
    String script =
        """
        import csv, json, sys
        csv.field_size_limit(sys.maxsize)
        with open(sys.argv[1], newline='', encoding='utf-8') as file:
            json.dump(list(csv.reader(file, strict=True)), sys.stdout)
        """;
    Path errors = dir.resolve("_python.log");
    Process python =
        new ProcessBuilder("python3", "-c", script, file).redirectError(errors.toFile()).start();
    byte[] json;
    try (InputStream out = python.getInputStream()) {
      json = out.readAllBytes();
    }
    assertThat(python.waitFor()).as(Files.readString(errors)).isZero();
    return new ObjectMapper().readValue(new String(json, UTF_8), new TypeReference<>() {});
  }

  // --- Text

  @Test
  void sparkReadsEveryText() throws IOException {
    List<Row> rows = texts();

    assertThat(bySpark(TEXTS, publish(TEXTS, rows))).containsExactlyElementsOf(rows);
  }

  @Test
  void duckDbReadsEveryText() throws IOException, SQLException {
    List<Row> rows = texts();

    List<Row> read =
        byDuckDb(
            "'id': 'BIGINT', 'a': 'VARCHAR', 'b': 'VARCHAR', 'c': 'VARCHAR'", publish(TEXTS, rows));

    assertThat(read).containsExactlyElementsOf(rows);
  }

  /** Python's csv module cannot tell a missing value from an empty text: both are ''. */
  @Test
  void pythonReadsEveryText() throws IOException, InterruptedException {
    List<Row> rows = texts();
    List<List<String>> expected = new ArrayList<>();
    expected.add(List.of("id", "a", "b", "c"));
    rows.forEach(
        row ->
            expected.add(
                IntStream.range(0, row.size())
                    .mapToObj(i -> Objects.toString(row.get(i), ""))
                    .toList()));

    assertThat(byPython(publish(TEXTS, rows))).containsExactlyElementsOf(expected);
  }

  @Test
  void noReaderLosesARecordOfOneColumn() throws Exception {
    StructType one = StructType.fromDDL("a STRING");
    List<Row> rows = Stream.of("x", null, "", "y").map(RowFactory::create).toList();
    // A missing value is an empty text here, for readers pass over a line without anything.
    List<Row> expected = Stream.of("x", "", "", "y").map(RowFactory::create).toList();

    String file = publish(one, rows);

    assertThat(bySpark(one, file)).containsExactlyElementsOf(expected);
    assertThat(byDuckDb("'a': 'VARCHAR'", file)).containsExactlyElementsOf(expected);
    assertThat(byPython(file))
        .containsExactly(List.of("a"), List.of("x"), List.of(""), List.of(""), List.of("y"));
  }

  // --- Types

  private static final StructType TYPED =
      StructType.fromDDL(
          "a BIGINT, b INT, c SMALLINT, d TINYINT, e DECIMAL(18,4), f DECIMAL(38,18), g DOUBLE,"
              + " h BOOLEAN, i DATE, j TIMESTAMP");

  private static final List<Row> VALUES =
      List.of(
          RowFactory.create(
              Long.MIN_VALUE,
              Integer.MIN_VALUE,
              Short.MIN_VALUE,
              Byte.MIN_VALUE,
              new BigDecimal("-99999999999999.9999"),
              new BigDecimal("-99999999999999999999.999999999999999999"),
              -Double.MAX_VALUE,
              false,
              LocalDate.parse("1582-10-15"),
              Instant.parse("1900-01-01T00:00:00.000001Z")),
          RowFactory.create(
              Long.MAX_VALUE,
              Integer.MAX_VALUE,
              Short.MAX_VALUE,
              Byte.MAX_VALUE,
              new BigDecimal("0.0001"),
              new BigDecimal("0.000000000000000001"),
              Double.MIN_VALUE,
              true,
              LocalDate.parse("9999-12-31"),
              Instant.parse("2024-02-29T23:59:59.120Z")),
          RowFactory.create(
              0L,
              0,
              (short) 0,
              (byte) 0,
              new BigDecimal("0.0000"),
              new BigDecimal("0.000000000000000000"),
              0.1,
              true,
              LocalDate.parse("1970-01-01"),
              Instant.EPOCH),
          RowFactory.create(new Object[10]));

  @Test
  void sparkReadsEveryType() throws IOException {
    assertThat(bySpark(TYPED, publish(TYPED, VALUES))).containsExactlyElementsOf(VALUES);
  }

  @Test
  void duckDbReadsEveryType() throws IOException, SQLException {
    String columns =
        """
        'a': 'BIGINT', 'b': 'INTEGER', 'c': 'SMALLINT', 'd': 'TINYINT', 'e': 'DECIMAL(18,4)',
        'f': 'DECIMAL(38,18)', 'g': 'DOUBLE', 'h': 'BOOLEAN', 'i': 'DATE', 'j': 'TIMESTAMPTZ'
        """;

    List<Row> read = byDuckDb(columns, publish(TYPED, VALUES));

    List<Row> inSparksTypes =
        read.stream()
            .map(
                row ->
                    RowFactory.create(
                        IntStream.range(0, row.size())
                            .mapToObj(
                                i ->
                                    row.get(i) instanceof java.time.OffsetDateTime time
                                        ? time.toInstant()
                                        : row.get(i))
                            .toArray()))
            .toList();
    assertThat(inSparksTypes).containsExactlyElementsOf(VALUES);
  }
}
