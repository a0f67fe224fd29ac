package io.github.millrace.contract;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.csv.CsvDialect;
import io.github.millrace.csv.PythonOracle;
import io.github.millrace.testkit.Nightly;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader of CSV and Python's {@code csv} module read and judge damaged records alike. */
class CsvFuzzTest {
  private static final int RECORDS = Nightly.times("millrace.fuzz.records", 30_000, 1_000_000);

  /** Another one each time; {@code -Dmillrace.fuzz.seed} runs one again. */
  private static final long SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());

  private static final Contract CONTRACT =
      Contracts.of(
          """
          - {name: id, logicalType: integer, required: true}
          - {name: name, logicalType: string}
          - {name: price, logicalType: number, physicalType: 'DECIMAL(9,2)'}
          - {name: paid, logicalType: boolean}
          - {name: day, logicalType: date}
          """);
  private static final List<List<String>> VALUES =
      List.of(
          List.of("1", "-7", "007", "1.0", "1e3", "9223372036854775807", "9223372036854775808", ""),
          List.of(
              "Tea", "", "\"\"", "\"a, b\"", "\"5\"\" pipe\"", "5\" pipe", "Käse 😀", "\"a\nb\""),
          List.of("1.5", "0.10", "-0", "1234567.89", "12345678.9", "1.234", "\"2\"", ".5", ""),
          List.of("true", "FALSE", "True", "yes", "", "\"\""),
          List.of("2026-01-31", "2024-02-29", "2026-02-29", "2026-1-3", "", "\"2026-03-01\""));
  private static final String DAMAGE = "\",;x 0.-\\\\'e\u00e9";

  @TempDir private Path directory;

  @Test
  void pythonAgreesOnEveryDamagedRecord() throws Exception {
    System.getLogger("CsvFuzzTest").log(WARNING, "millrace.fuzz.seed=" + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> records =
        IntStream.range(0, RECORDS).mapToObj(i -> record(random)).collect(Collectors.toList());
    List<String> judged = python(records);

    CsvRecords reader = new CsvRecords(CONTRACT, CsvDialect.STANDARD);
    reader.under(null);
    RecordParser parser = new RecordParser(reader);
    ObjectMapper json = new ObjectMapper();
    int good = 0;
    for (int i = 0; i < RECORDS; i++) {
      byte[] bytes = records.get(i).getBytes(UTF_8);
      Parsed parsed = Parsed.of(CONTRACT, parser.parse(bytes, 0, bytes.length));
      assertThat(parsed.good() ? texts(parsed.record()) : null)
          .as("record %d of seed %d: %s %s", i, SEED, records.get(i), parsed.reasons())
          .isEqualTo(json.readValue(judged.get(i), Map.class));
      good += parsed.good() ? 1 : 0;
    }
    // Or the damage is too great or too small to tell anything.
    assertThat(good).isBetween(RECORDS / 10, 4 * RECORDS / 5);
  }

  private static String record(SplittableRandom random) {
    int fields = random.nextInt(20) == 0 ? random.nextInt(1, 8) : 5;
    StringBuilder record = new StringBuilder();
    for (int i = 0; i < fields; i++) {
      List<String> values = VALUES.get(Math.min(i, 4));
      // The first few are what is usual.
      int value = random.nextInt(random.nextInt(4) == 0 ? values.size() : 2);
      record.append(i == 0 ? "" : ",").append(values.get(value));
    }
    // A line break that comes to stand out of quotes would end the record.
    boolean hasLineBreak = record.indexOf("\n") >= 0;
    for (int i = hasLineBreak ? 0 : random.nextInt(4); i > 1; i--) {
      int at = random.nextInt(record.length() + 1);
      int damage = random.nextInt(DAMAGE.length());
      if (random.nextBoolean() || at == record.length()) {
        record.insert(at, DAMAGE.charAt(damage));
      } else if (record.charAt(at) < 0x80) {
        record.deleteCharAt(at);
      }
    }
    return record.toString();
  }

  private static Map<String, Object> texts(Map<String, Object> record) {
    Map<String, Object> texts = new LinkedHashMap<>();
    record.forEach((name, value) -> texts.put(name, value == null ? null : value.toString()));
    return texts;
  }

  private List<String> python(List<String> records) throws Exception {
    List<String> lines =
        records.stream().map(record -> HexFormat.of().formatHex(record.getBytes(UTF_8))).toList();
    return PythonOracle.answers("/csv-oracle.py", lines, directory);
  }
}
