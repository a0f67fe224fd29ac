package io.github.millrace.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvWriterTest {
  @TempDir private Path dir;

  private static CsvWriter.Factory factory(StructType schema) {
    return new CsvWriter.Factory(schema, new SerializableConfiguration(new Configuration()));
  }

  private String written(StructType schema, Object[]... rows) throws IOException {
    Path file = dir.resolve("a.csv");
    try (RowWriter writer = factory(schema).open(new org.apache.hadoop.fs.Path(file.toUri()))) {
      for (Object[] row : rows) {
        writer.write(new GenericInternalRow(row));
      }
    }
    return Files.readString(file);
  }

  /** What stands for a value, beside another column. */
  private String field(DataType type, Object value) throws IOException {
    StructType schema = new StructType().add("a", type).add("b", DataTypes.IntegerType);
    String csv = written(schema, new Object[] {value, 7});
    assertThat(csv).startsWith("a,b\n").endsWith(",7\n");
    return csv.substring("a,b\n".length(), csv.length() - ",7\n".length());
  }

  private String field(String text) throws IOException {
    return field(DataTypes.StringType, UTF8String.fromString(text));
  }

  // --- Types

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(DataTypes.ByteType, Byte.MIN_VALUE, "-128"),
        Arguments.of(DataTypes.ByteType, Byte.MAX_VALUE, "127"),
        Arguments.of(DataTypes.ShortType, Short.MIN_VALUE, "-32768"),
        Arguments.of(DataTypes.IntegerType, 0, "0"),
        Arguments.of(DataTypes.IntegerType, -1, "-1"),
        Arguments.of(DataTypes.IntegerType, Integer.MIN_VALUE, "-2147483648"),
        Arguments.of(DataTypes.IntegerType, Integer.MAX_VALUE, "2147483647"),
        Arguments.of(DataTypes.LongType, Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of(DataTypes.LongType, Long.MIN_VALUE + 1, "-9223372036854775807"),
        Arguments.of(DataTypes.LongType, Long.MAX_VALUE, "9223372036854775807"),
        Arguments.of(DataTypes.LongType, 1_000_000_000_000_000_000L, "1000000000000000000"),
        Arguments.of(DataTypes.LongType, 999_999_999_999_999_999L, "999999999999999999"),
        Arguments.of(DataTypes.LongType, 10L, "10"),
        Arguments.of(DataTypes.LongType, 9L, "9"),
        Arguments.of(DataTypes.BooleanType, true, "true"),
        Arguments.of(DataTypes.BooleanType, false, "false"),
        Arguments.of(DataTypes.DoubleType, 0.1, "0.1"),
        Arguments.of(DataTypes.DoubleType, -0.0, "-0.0"),
        Arguments.of(DataTypes.DoubleType, Double.MIN_VALUE, "4.9E-324"),
        Arguments.of(DataTypes.DoubleType, -Double.MAX_VALUE, "-1.7976931348623157E308"),
        Arguments.of(DataTypes.DoubleType, Double.NaN, "NaN"),
        Arguments.of(DataTypes.DoubleType, Double.NEGATIVE_INFINITY, "-Infinity"),
        Arguments.of(DataTypes.FloatType, 0.1f, "0.1"),
        Arguments.of(DataTypes.FloatType, Float.MAX_VALUE, "3.4028235E38"),
        date("1970-01-01"),
        date("1969-12-31"),
        date("2024-02-29"),
        date("0001-01-01"),
        date("9999-12-31"),
        timestamp("1970-01-01T00:00:00Z"),
        timestamp("1969-12-31T23:59:59.999999Z"),
        timestamp("2024-02-29T23:59:59.120Z"),
        timestamp("0001-01-01T00:00:00Z"),
        timestamp("9999-12-31T23:59:59.999999Z"));
  }

  private static Arguments date(String date) {
    return Arguments.of(DataTypes.DateType, (int) LocalDate.parse(date).toEpochDay(), date);
  }

  private static Arguments timestamp(String instant) {
    long micros = DateTimeUtils.instantToMicros(Instant.parse(instant));
    return Arguments.of(DataTypes.TimestampType, micros, instant);
  }

  @ParameterizedTest
  @MethodSource("values")
  void writesEveryType(DataType type, Object value, String expected) throws IOException {
    assertThat(field(type, value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 2, 0.00",
    "10, 2, 0.05",
    "10, 2, -0.05",
    "10, 2, 12.30",
    "10, 2, -99999999.99",
    "5, 0, 7",
    "5, 0, -10000",
    "18, 0, -999999999999999999",
    "18, 0, 100000000000000000",
    "18, 18, 0.000000000000000001",
    "18, 18, -0.999999999999999999",
    "18, 9, 999999999.000000001",
    "19, 0, -9999999999999999999",
    "19, 2, 0.00",
    "38, 18, 0.000000000000000000",
    "38, 18, -0.000000000000000001",
    "38, 18, 99999999999999999999.999999999999999999",
    "38, 18, -99999999999999999999.999999999999999999",
    "38, 0, 10000000000000000000000000000000000000",
    "38, 38, -0.00000000000000000000000000000000000001",
  })
  void writesDecimalsWithTheirScale(int precision, int scale, String text) throws IOException {
    Decimal value = Decimal.apply(new BigDecimal(text), precision, scale);

    assertThat(field(DataTypes.createDecimalType(precision, scale), value)).isEqualTo(text);
  }

  @Test
  void writesNothingForAMissingValueOfAnyType() throws IOException {
    StructType schema =
        new StructType()
            .add("a", DataTypes.StringType)
            .add("b", DataTypes.LongType)
            .add("c", DataTypes.createDecimalType(38, 18))
            .add("d", DataTypes.DoubleType)
            .add("e", DataTypes.BooleanType)
            .add("f", DataTypes.DateType)
            .add("g", DataTypes.TimestampType);

    assertThat(written(schema, new Object[7])).isEqualTo("a,b,c,d,e,f,g\n,,,,,,\n");
  }

  @Test
  void aRecordOfOneMissingValueIsNoEmptyLine() throws IOException {
    StructType schema = new StructType().add("a", DataTypes.LongType);

    assertThat(written(schema, new Object[] {1L}, new Object[] {null}, new Object[] {2L}))
        .isEqualTo("a\n1\n\"\"\n2\n");
  }

  @Test
  void aFileWithoutRowsHasItsHeader() throws IOException {
    assertThat(written(new StructType().add("a", "int").add("b, \"c\"", "int")))
        .isEqualTo("a,\"b, \"\"c\"\"\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "array<string>",
        "map<string,int>",
        "struct<x:int>",
        "binary",
        "timestamp_ntz",
        "interval day to second",
        "void"
      })
  void refusesWhatHasNoFormInCsv(String type) {
    StructType schema = new StructType().add("a", "int").add("nested", DataType.fromDDL(type));

    assertThatThrownBy(() -> factory(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("column nested of type .* has no form in CSV; flatten it");
  }

  // --- Text

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain|plain",
        "``|\"\"",
        "\"|\"\"\"\"",
        "\"\"|\"\"\"\"\"\"",
        "a\"b|\"a\"\"b\"",
        "\"quoted\"|\"\"\"quoted\"\"\"",
        "a,b|\"a,b\"",
        ",|\",\"",
        "\",\"|\"\"\",\"\"\"",
        "back\\slash|back\\slash",
        "\\|\\",
        "\\\"|\"\\\"\"\"",
        "007|007",
        "-1|-1",
        "in side|in side",
        " lead|\" lead\"",
        "trail |\"trail \"",
        " |\" \"",
        "null|null",
        "NULL|NULL",
        "a;b'c|a;b'c",
        "=1+1|=1+1",
        "#no comment|#no comment",
        "é|é",
        "Ωß漢😀|Ωß漢😀",
        "😀,😀|\"😀,😀\"",
      })
  void quotesWhatNeedsIt(String text, String expected) throws IOException {
    assertThat(field(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n", "a\nb", "a\rb", "a\r\nb", "\ta", "a\t", "\t", "a\n"})
  void quotesLineBreaksAndTabsAtTheEnds(String text) throws IOException {
    assertThat(field(text)).isEqualTo('"' + text + '"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\tb", "\u0000", "\u001f", "\u007f", "\u0080", "\u00a0", "\u2028", "\ufeff"})
  void leavesOtherCharactersAlone(String text) throws IOException {
    assertThat(field(text)).isEqualTo(text);
  }

  @Test
  void keepsTheBytesOfATextThatIsNotUtf8() throws IOException {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0xc3, ',', 'b'};
    Path file = dir.resolve("bytes.csv");
    StructType schema = new StructType().add("a", DataTypes.StringType);
    try (RowWriter writer = factory(schema).open(new org.apache.hadoop.fs.Path(file.toUri()))) {
      writer.write(new GenericInternalRow(new Object[] {UTF8String.fromBytes(bytes)}));
    }

    assertThat(Files.readAllBytes(file))
        .containsExactly('a', '\n', '"', 'a', 0xff, 0xc3, ',', 'b', '"', '\n');
  }

  @ParameterizedTest
  @ValueSource(ints = {32_764, 32_765, 32_766, 32_767, 32_768, 65_535, 65_536, 65_537, 300_000})
  void writesTextAsLongAsTheBufferAndLonger(int length) throws IOException {
    StructType schema = new StructType().add("a", "string").add("b", "string").add("c", "bigint");
    List<String> texts =
        List.of(
            "x".repeat(length),
            "\"".repeat(length),
            "é".repeat(length / 2),
            ",\n".repeat(length / 2));
    StringBuilder expected = new StringBuilder("a,b,c\n");
    Object[][] rows = new Object[2 * texts.size()][];
    for (int i = 0; i < rows.length; i++) {
      String text = texts.get(i % texts.size());
      rows[i] = new Object[] {UTF8String.fromString(text), UTF8String.fromString("é,"), -5L};
      expected.append(quoted(text)).append(",\"é,\",-5\n");
    }

    assertThat(written(schema, rows).equals(expected.toString())).isTrue();
  }

  @Test
  void writesManyRowsOverManyBuffers() throws IOException {
    StructType schema =
        new StructType().add("a", "string").add("b", "bigint").add("c", "decimal(12,3)");
    Random random = new Random(7);
    StringBuilder expected = new StringBuilder("a,b,c\n");
    Object[][] rows = new Object[40_000][];
    for (int i = 0; i < rows.length; i++) {
      String text = ",\"\n é".substring(random.nextInt(5)).repeat(random.nextInt(4)) + i;
      long number = random.nextLong() >> random.nextInt(63);
      BigDecimal decimal = BigDecimal.valueOf(random.nextInt(), 3);
      rows[i] = new Object[] {UTF8String.fromString(text), number, Decimal.apply(decimal, 12, 3)};
      expected.append(quoted(text)).append(',').append(number).append(',').append(decimal);
      expected.append('\n');
    }

    assertThat(written(schema, rows).equals(expected.toString())).isTrue();
  }

  /** RFC 4180, the plain way. */
  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> "\",\r\n".indexOf(c) >= 0);
    return plain && text.equals(text.strip()) ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Test
  void closesOnceWithoutAFlushInBetween() throws IOException {
    StructType schema = new StructType().add("a", "string");
    Path file = dir.resolve("closed.csv");
    RowWriter writer = factory(schema).open(new org.apache.hadoop.fs.Path(file.toUri()));
    writer.write(new GenericInternalRow(new Object[] {UTF8String.fromString("x")}));
    assertThat(Files.size(file)).isZero();
    writer.close();

    assertThat(Files.readAllBytes(file)).isEqualTo("a\nx\n".getBytes(UTF_8));
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(Arrays.asList(files.toArray())).containsExactly(file);
    }
  }
}
