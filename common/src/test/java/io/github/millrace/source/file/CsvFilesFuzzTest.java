package io.github.millrace.source.file;

import static java.lang.System.Logger.Level.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.CsvFields;
import io.github.millrace.csv.CsvFormat;
import io.github.millrace.csv.PythonOracle;
import io.github.millrace.testkit.Nightly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python's {@code csv} module, DuckDB and we find the same records and fields in CSV files. */
class CsvFilesFuzzTest {
  private static final int FILES = Nightly.times("millrace.fuzz.files", 300, 20_000);

  /** Another one each time; {@code -Dmillrace.fuzz.seed} runs one again. */
  private static final long SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());

  private static final Configuration HADOOP = new Configuration();
  private static final CsvFormat FORMAT = new CsvFormat(CsvDialect.STANDARD, false, Set.of());
  private static final List<String> LINE_BREAKS = List.of("\n", "\r\n", "\r");
  private static final List<String> PIECES =
      List.of(
          "a", "Käse", "😀", " ", ",", "\"", "\"\"", "{", "\\", "7", "'", "\t", "x".repeat(300));

  @TempDir private Path directory;

  private record Csv(Path path, String lineBreak, boolean multiline) {}

  @Test
  void othersFindTheSameRecordsInEveryFile() throws Exception {
    System.getLogger("CsvFilesFuzzTest").log(WARNING, "millrace.fuzz.seed=" + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    List<Csv> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(file(directory.resolve(i + ".csv"), random));
    }
    List<List<List<String>>> read = python(files);

    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (int i = 0; i < FILES; i++) {
        Csv file = files.get(i);
        String what = "file %d of seed %d".formatted(i, SEED);
        List<List<String>> rows = rows(file, Shape.CSV, Long.MAX_VALUE);
        assertThat(rows).as(what).isEqualTo(read.get(i));
        assertThat(rows).as(what).isEqualTo(duckDb(file, rows.get(0).size(), duckDb));
        if (!file.multiline()) {
          long part = random.nextLong(1, Files.size(file.path()) + 2);
          assertThat(rows(file, Shape.CSV_LINES, part)).as(what).isEqualTo(rows);
        }
      }
    }
  }

  private static Csv file(Path path, SplittableRandom random) throws IOException {
    String lineBreak = LINE_BREAKS.get(random.nextInt(LINE_BREAKS.size()));
    boolean multiline = random.nextBoolean();
    int columns = random.nextInt(2, 5);
    StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "\uFEFF" : "");
    int rows = random.nextInt(1, 12);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        text.append(column == 0 ? "" : ",").append(field(random, multiline ? lineBreak : ""));
      }
      text.append(row == rows - 1 && random.nextBoolean() ? "" : lineBreak);
    }
    return new Csv(Files.writeString(path, text), lineBreak, multiline);
  }

  private static String field(SplittableRandom random, String lineBreak) {
    StringBuilder value = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      value.append(PIECES.get(random.nextInt(PIECES.size())));
      value.append(random.nextInt(4) == 0 ? lineBreak : "");
    }
    boolean needsQuotes = value.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return needsQuotes || random.nextInt(4) == 0
        ? "\"" + value.toString().replace("\"", "\"\"") + "\""
        : value.toString();
  }

  /** The fields of a file's records, read in parts of so many bytes. */
  private static List<List<String>> rows(Csv file, Shape shape, long part) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    CsvFields fields = new CsvFields(CsvDialect.STANDARD);
    FileRecords.Settings settings = new FileRecords.Settings(shape, FORMAT, 1 << 20);
    String path = file.path().toString();
    long length = Files.size(file.path());
    for (long at = 0; at < length; at += Math.min(part, length)) {
      FileSplit split = new FileSplit(path, at, Math.min(part, length - at), false);
      try (FileRecords records = new FileRecords(split, settings, HADOOP)) {
        while (records.next()) {
          assertThat(records.problem).isNull();
          byte[] record = records.value.getBytes();
          assertThat(fields.split(record, 0, CsvFields.end(record, 0, record.length))).isNull();
          List<String> row = new ArrayList<>();
          for (int i = 0; i < fields.count(); i++) {
            row.add(fields.text(i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** As DuckDB reads the file; it takes a field of nothing for null. */
  private static List<List<String>> duckDb(Csv file, int columns, Connection connection)
      throws Exception {
    String lineBreak = file.lineBreak().replace("\r", "\\r").replace("\n", "\\n");
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                SELECT * FROM read_csv('%s', header = false, auto_detect = false, delim = ',',
                  quote = '"', escape = '"', new_line = '%s', parallel = false, columns = {%s})
                """
                    .formatted(
                        file.path(),
                        lineBreak,
                        String.join(
                            ", ",
                            IntStream.range(0, columns)
                                .mapToObj(i -> "'c" + i + "': 'VARCHAR'")
                                .toList())))) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i) == null ? "" : result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private List<List<List<String>>> python(List<Csv> files) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<List<List<String>>> read = new ArrayList<>();
    List<String> paths = files.stream().map(file -> file.path().toString()).toList();
    for (String line : PythonOracle.answers("/csv-files-oracle.py", paths, directory)) {
      read.add(json.readValue(line, new TypeReference<>() {}));
    }
    return read;
  }
}
