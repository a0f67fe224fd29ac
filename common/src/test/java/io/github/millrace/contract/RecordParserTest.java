package io.github.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordParserTest {
  private static final Contract INVOICE = Contracts.invoice();

  // --- One field V: the contract's types, by nickname, so that the tables below stay narrow.

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("string", "logicalType: string"),
          Map.entry(
              "2-4 chars", "logicalType: string, logicalTypeOptions: {minLength: 2, maxLength: 4}"),
          Map.entry("pattern", "logicalType: string, logicalTypeOptions: {pattern: '^[A-Z]+$'}"),
          Map.entry("part", "logicalType: string, logicalTypeOptions: {pattern: '[0-9]{2}'}"),
          Map.entry("email", "logicalType: string, logicalTypeOptions: {format: email}"),
          Map.entry("hostname", "logicalType: string, logicalTypeOptions: {format: hostname}"),
          Map.entry("ipv4", "logicalType: string, logicalTypeOptions: {format: ipv4}"),
          Map.entry("uri", "logicalType: string, logicalTypeOptions: {format: uri}"),
          Map.entry("uuid", "logicalType: string, logicalTypeOptions: {format: uuid}"),
          Map.entry("bigint", "logicalType: integer"),
          Map.entry("int", "logicalType: integer, physicalType: INT"),
          Map.entry("smallint", "logicalType: integer, physicalType: SMALLINT"),
          Map.entry("tinyint", "logicalType: integer, physicalType: TINYINT"),
          Map.entry("1..9", "logicalType: integer, logicalTypeOptions: {minimum: 1, maximum: 9}"),
          Map.entry(
              "]1..9[",
              "logicalType: integer, logicalTypeOptions: {exclusiveMinimum: 1, exclusiveMaximum: 9}"),
          Map.entry("decimal(6,2)", "logicalType: number, physicalType: 'DECIMAL(6,2)'"),
          Map.entry("decimal(2,2)", "logicalType: number, physicalType: 'DECIMAL(2,2)'"),
          Map.entry("decimal(18,0)", "logicalType: number, physicalType: 'DECIMAL(18,0)'"),
          Map.entry("decimal(19,0)", "logicalType: number, physicalType: 'DECIMAL(19,0)'"),
          Map.entry("decimal(38,18)", "logicalType: number, physicalType: 'DECIMAL(38,18)'"),
          Map.entry(
              "decimal 0.5..9[",
              "logicalType: number, physicalType: 'DECIMAL(6,2)',"
                  + " logicalTypeOptions: {minimum: 0.5, exclusiveMaximum: 9}"),
          Map.entry("double", "logicalType: number"),
          Map.entry("float", "logicalType: number, physicalType: FLOAT"),
          Map.entry(
              "double ]0..0.3",
              "logicalType: number, logicalTypeOptions: {exclusiveMinimum: 0, maximum: 0.3}"),
          Map.entry(
              "float ]0..0.3",
              "logicalType: number, physicalType: FLOAT,"
                  + " logicalTypeOptions: {exclusiveMinimum: 0, maximum: 0.3}"),
          Map.entry("as written", "logicalType: number, physicalType: STRING"),
          Map.entry("any", "description: whatever it is"),
          Map.entry(
              "as written 0..9[",
              "logicalType: number, physicalType: STRING,"
                  + " logicalTypeOptions: {minimum: 0, exclusiveMaximum: 9}"),
          Map.entry("boolean", "logicalType: boolean"),
          Map.entry("date", "logicalType: date"),
          Map.entry(
              "date 2024",
              "logicalType: date,"
                  + " logicalTypeOptions: {minimum: 2024-01-01, exclusiveMaximum: 2025-01-01}"),
          Map.entry(
              "date dd.MM.yyyy", "logicalType: date, logicalTypeOptions: {format: dd.MM.yyyy}"),
          Map.entry("date d MMM uu", "logicalType: date, logicalTypeOptions: {format: d MMM uu}"),
          Map.entry("timestamp", "logicalType: timestamp"),
          Map.entry(
              "timestamp 2024",
              "logicalType: timestamp, logicalTypeOptions:"
                  + " {minimum: '2024-01-01T00:00:00Z', exclusiveMaximum: '2025-01-01T00:00:00Z'}"),
          Map.entry(
              "timestamp yyyyMMddHHmmss",
              "logicalType: timestamp, logicalTypeOptions: {format: yyyyMMddHHmmss}"),
          Map.entry(
              "timestamp with XXX",
              "logicalType: timestamp, logicalTypeOptions: {format: \"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"}"),
          Map.entry(
              "timestamp with VV",
              "logicalType: timestamp, logicalTypeOptions: {format: yyyy-MM-dd HH:mm VV}"),
          Map.entry("object", "logicalType: object, properties: [{name: A, logicalType: string}]"),
          Map.entry("array", "logicalType: array, items: {logicalType: integer}"),
          Map.entry(
              "1-3 items",
              "logicalType: array, items: {logicalType: integer},"
                  + " logicalTypeOptions: {minItems: 1, maxItems: 3}"));

  private static Parsed parse(String type, String json) {
    assertThat(TYPES).containsKey(type);
    return Parsed.of(Contracts.ofField(TYPES.get(type)), "{\"V\":" + json + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          string          | "abc"                      | abc
          string          | ""                         | ``
          string          | "a\\"\\\\\\/\\n\\u0041\\u00fc" | `a"\\/\nAü`
          string          | "Zürich 東京 😀"            | Zürich 東京 😀
          string          | "\\ud83d\\ude00"           | 😀
          string          | "\\u0000"                  | `\0`
          2-4 chars       | "ab"                       | ab
          2-4 chars       | "abcd"                     | abcd
          2-4 chars       | "😀😀😀😀"                 | 😀😀😀😀
          pattern         | "AB"                       | AB
          part            | "no. 42!"                  | no. 42!
          email           | "a.b+c@example.org"        | a.b+c@example.org
          hostname        | "node-1.example.org"       | node-1.example.org
          ipv4            | "255.249.10.0"             | 255.249.10.0
          uri             | "urn:isbn:1"               | urn:isbn:1
          uuid            | "01234567-89ab-CDEF-0123-456789abcdef" | 01234567-89ab-CDEF-0123-456789abcdef
          bigint          | 9223372036854775807        | 9223372036854775807
          bigint          | -9223372036854775808       | -9223372036854775808
          bigint          | -0                         | 0
          bigint          | 1.0                        | 1
          bigint          | 2e0                        | 2
          bigint          | 1.76E12                    | 1760000000000
          bigint          | -0.0                       | 0
          bigint          | -12.00e+1                  | -120
          bigint          | 1200e-2                    | 12
          bigint          | 0e99999999999              | 0
          bigint          | 0.000e-99999999999         | 0
          bigint          | 9223372036854775807.000    | 9223372036854775807
          bigint          | -9.223372036854775808e18   | -9223372036854775808
          int             | 2147483647.0               | 2147483647
          smallint        | -3.2768e4                  | -32768
          tinyint         | 1.27e00000000000000002     | 127
          1..9            | 9.0                        | 9
          int             | 2147483647                 | 2147483647
          int             | -2147483648                | -2147483648
          smallint        | 32767                      | 32767
          smallint        | -32768                     | -32768
          tinyint         | 127                        | 127
          tinyint         | -128                       | -128
          1..9            | 1                          | 1
          1..9            | 9                          | 9
          ]1..9[          | 2                          | 2
          ]1..9[          | 8                          | 8
          decimal(6,2)    | 1099.5                     | 1099.50
          decimal(6,2)    | 10.990                     | 10.99
          decimal(6,2)    | 10.9900000000000000000000  | 10.99
          decimal(6,2)    | 9999.99                    | 9999.99
          decimal(6,2)    | -9999.99                   | -9999.99
          decimal(6,2)    | 7                          | 7.00
          decimal(6,2)    | 1e3                        | 1000.00
          decimal(6,2)    | 1.5E+3                     | 1500.00
          decimal(6,2)    | 100e-4                     | 0.01
          decimal(6,2)    | 0                          | 0.00
          decimal(6,2)    | -0                         | 0.00
          decimal(6,2)    | -0.000                     | 0.00
          decimal(6,2)    | 0e1000000000               | 0.00
          decimal(6,2)    | -0.5                       | -0.50
          decimal(2,2)    | 0.5                        | 0.50
          decimal(2,2)    | -0.99                      | -0.99
          decimal(18,0)   | 999999999999999999         | 999999999999999999
          decimal(18,0)   | -999999999999999999        | -999999999999999999
          decimal(18,0)   | 999999999999999999.0       | 999999999999999999
          decimal(19,0)   | 9999999999999999999        | 9999999999999999999
          decimal(38,18)  | 12345678901234567890.123456789012345678 | 12345678901234567890.123456789012345678
          decimal(38,18)  | 99999999999999999999       | 99999999999999999999.000000000000000000
          decimal(38,18)  | 1e-18                      | 0.000000000000000001
          decimal 0.5..9[ | 0.5                        | 0.50
          decimal 0.5..9[ | 8.99                       | 8.99
          double          | 1.5                        | 1.5
          double          | 7                          | 7.0
          double          | -0.0                       | -0.0
          double          | 1.7976931348623157e308     | 1.7976931348623157E308
          double          | 1e-400                     | 0.0
          double          | 0.1                        | 0.1
          double          | 123456789012345678901234567890 | 1.2345678901234568E29
          float           | 3.4028235e38               | 3.4028235E38
          float           | 0.1                        | 0.1
          double ]0..0.3  | 0.3                        | 0.3
          double ]0..0.3  | 1e-300                     | 1.0E-300
          float ]0..0.3   | 0.3                        | 0.3
          as written      | 84.35000000000001          | 84.35000000000001
          as written      | 3374.0                     | 3374.0
          as written      | 1E5                        | 1E5
          as written      | 1e+05                      | 1e+05
          as written      | -0.0                       | -0.0
          as written      | -0                         | -0
          as written      | 0.10                       | 0.10
          as written      | 9223372036854775808        | 9223372036854775808
          as written      | 1e999999999                | 1e999999999
          as written      | -1e-99999999999            | -1e-99999999999
          as written 0..9[ | -0.0                      | -0.0
          as written 0..9[ | 8.999999999999999999999   | 8.999999999999999999999
          as written 0..9[ | 0e999999999               | 0e999999999
          as written 0..9[ | 1e-999999999              | 1e-999999999
          any             | "a \\"b\\" \\u00e9"           | a "b" é
          any             | 84.350000000000010         | 84.350000000000010
          any             | 1E+5                       | 1E+5
          any             | true                       | true
          any             | [1.0, {"a": [null, -2e0]}, "x\\n"] | [1.0,{"a":[null,-2e0]},"x\\n"]
          any             | {"a": {}, "b": []}         | {"a":{},"b":[]}
          boolean         | true                       | true
          boolean         | false                      | false
          date            | "2024-02-29"               | 2024-02-29
          date            | "1969-12-31"               | 1969-12-31
          date            | "0001-01-01"               | 0001-01-01
          date            | "9999-12-31"               | 9999-12-31
          date 2024       | "2024-01-01"               | 2024-01-01
          date 2024       | "2024-12-31"               | 2024-12-31
          date dd.MM.yyyy | "29.02.2024"               | 2024-02-29
          date d MMM uu   | "7 Mar 26"                 | 2026-03-07
          timestamp 2024  | "2024-01-01T00:00Z"        | 2024-01-01T00:00:00Z
          timestamp 2024  | "2024-12-31T23:59:59.999999Z" | 2024-12-31T23:59:59.999999Z
          timestamp yyyyMMddHHmmss | "20240229235959"  | 2024-02-29T23:59:59Z
          timestamp with XXX | "2024-02-29T23:59:59.123+05:30" | 2024-02-29T18:29:59.123Z
          timestamp with VV | "2024-07-01 12:00 Europe/Paris" | 2024-07-01T10:00:00Z
          object          | {"A":"x"}                  | {A=x}
          object          | {}                         | {A=null}
          array           | [1,2]                      | [1, 2]
          array           | []                         | []
          1-3 items       | [1]                        | [1]
          1-3 items       | [1,2,3]                    | [1, 2, 3]
          """)
  void aGoodValueIsRead(String type, String json, String expected) {
    Parsed parsed = parse(type, json);

    assertThat(parsed.reasons()).isEmpty();
    Object value = parsed.record().get("V");
    assertThat(value instanceof BigDecimal decimal ? decimal.toPlainString() : value)
        .hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          string          | 1                     | type V: must be a string, is 1
          string          | true                  | type V: must be a string, is true
          string          | {"a":1}               | type V: must be a string, is an object
          string          | [1]                   | type V: must be a string, is an array
          string          | "\\ud83d"             | encoding V: has an unpaired surrogate, which is no character
          string          | "\\ude00\\ud83d"      | encoding V: has an unpaired surrogate, which is no character
          string          | "ü\\ud83dx"           | encoding V: has an unpaired surrogate, which is no character
          any             | "\\ud83d"             | encoding V: has an unpaired surrogate, which is no character
          any             | ["a", {"b": "\\ud83d"}] | encoding V: has an unpaired surrogate, which is no character
          2-4 chars       | "a"                   | length V: has 1 characters, must have at least 2
          2-4 chars       | "abcde"               | length V: has 5 characters, must have at most 4
          2-4 chars       | "😀"                  | length V: has 1 characters, must have at least 2
          pattern         | "AbC"                 | pattern V: does not match ^[A-Z]+$: "AbC"
          pattern         | ""                    | pattern V: does not match ^[A-Z]+$: ""
          part            | "1a2"                 | pattern V: does not match [0-9]{2}: "1a2"
          email           | "a.example.org"       | format V: is no email: "a.example.org"
          email           | "a@b"                 | format V: is no email: "a@b"
          email           | "a b@example.org"     | format V: is no email: "a b@example.org"
          hostname        | "-a.example.org"      | format V: is no hostname: "-a.example.org"
          hostname        | "a..b"                | format V: is no hostname: "a..b"
          ipv4            | "256.1.1.1"           | format V: is no ipv4: "256.1.1.1"
          ipv4            | "1.2.3"               | format V: is no ipv4: "1.2.3"
          ipv4            | "1.2.3.4."            | format V: is no ipv4: "1.2.3.4."
          ipv4            | "1.2.3.4 "            | format V: is no ipv4: "1.2.3.4 "
          uri             | "no scheme"           | format V: is no uri: "no scheme"
          uuid            | "0123"                | format V: is no uuid: "0123"
          bigint          | "1"                   | type V: must be a whole number, is the string "1"
          bigint          | 1.5                   | type V: must be a whole number, is 1.5
          bigint          | 1.0000000000000000001 | type V: must be a whole number, is 1.0000000000000000001
          bigint          | 15e-1                 | type V: must be a whole number, is 15e-1
          bigint          | 1e-1000000000         | type V: must be a whole number, is 1e-1000000000
          bigint          | 1e-99999999999        | type V: must be a whole number, is 1e-99999999999
          bigint          | 12345678901234567890.5 | type V: must be a whole number, is 12345678901234567890.5
          bigint          | 9223372036854775808.0 | range V: must be from -9223372036854775808 to 9223372036854775807: "9223372036854775808.0"
          bigint          | -9.223372036854775809e18 | range V: must be from -9223372036854775808 to 9223372036854775807: "-9.223372036854775809e18"
          bigint          | 1e19                  | range V: must be from -9223372036854775808 to 9223372036854775807: "1e19"
          bigint          | 1e1000000000          | range V: must be from -9223372036854775808 to 9223372036854775807: "1e1000000000"
          bigint          | 1E+99999999999        | range V: must be from -9223372036854775808 to 9223372036854775807: "1E+99999999999"
          int             | 2147483648.0          | range V: must be from -2147483648 to 2147483647: "2147483648.0"
          smallint        | 3.2768e4              | range V: must be from -32768 to 32767: "3.2768e4"
          tinyint         | 128.0                 | range V: must be from -128 to 127: "128.0"
          1..9            | 1e1                   | range V: must be from 1 to 9: "1e1"
          1..9            | 0.0                   | range V: must be from 1 to 9: "0.0"
          bigint          | false                 | type V: must be a whole number, is false
          bigint          | 9223372036854775808   | range V: must be from -9223372036854775808 to 9223372036854775807: "9223372036854775808"
          bigint          | -9223372036854775809  | range V: must be from -9223372036854775808 to 9223372036854775807: "-9223372036854775809"
          int             | 2147483648            | range V: must be from -2147483648 to 2147483647: "2147483648"
          int             | -2147483649           | range V: must be from -2147483648 to 2147483647: "-2147483649"
          smallint        | 32768                 | range V: must be from -32768 to 32767: "32768"
          tinyint         | -129                  | range V: must be from -128 to 127: "-129"
          1..9            | 0                     | range V: must be from 1 to 9: "0"
          1..9            | 10                    | range V: must be from 1 to 9: "10"
          ]1..9[          | 1                     | range V: must be from 2 to 8: "1"
          ]1..9[          | 9                     | range V: must be from 2 to 8: "9"
          decimal(6,2)    | "1"                   | type V: must be a number, is the string "1"
          decimal(6,2)    | [1]                   | type V: must be a number, is an array
          decimal(6,2)    | 10.999                | precision V: does not fit DECIMAL(6,2): "10.999"
          decimal(6,2)    | 10000                 | precision V: does not fit DECIMAL(6,2): "10000"
          decimal(6,2)    | 9999.995              | precision V: does not fit DECIMAL(6,2): "9999.995"
          decimal(6,2)    | 1e4                   | precision V: does not fit DECIMAL(6,2): "1e4"
          decimal(6,2)    | 1e-3                  | precision V: does not fit DECIMAL(6,2): "1e-3"
          decimal(6,2)    | 1e1000000000          | precision V: does not fit DECIMAL(6,2): "1e1000000000"
          decimal(6,2)    | 1e-1000000000         | precision V: does not fit DECIMAL(6,2): "1e-1000000000"
          decimal(6,2)    | -1e99999999999        | precision V: does not fit DECIMAL(6,2): "-1e99999999999"
          decimal(6,2)    | 1e-99999999999        | precision V: does not fit DECIMAL(6,2): "1e-99999999999"
          decimal(2,2)    | 1                     | precision V: does not fit DECIMAL(2,2): "1"
          decimal(18,0)   | 1000000000000000000   | precision V: does not fit DECIMAL(18,0): "1000000000000000000"
          decimal(18,0)   | 0.5                   | precision V: does not fit DECIMAL(18,0): "0.5"
          decimal(19,0)   | 10000000000000000000  | precision V: does not fit DECIMAL(19,0): "10000000000000000000"
          decimal(38,18)  | 100000000000000000000 | precision V: does not fit DECIMAL(38,18): "100000000000000000000"
          decimal(38,18)  | 1e-19                 | precision V: does not fit DECIMAL(38,18): "1e-19"
          decimal 0.5..9[ | 0.49                  | range V: must be at least 0.5: 0.49
          decimal 0.5..9[ | 9.00                  | range V: must be below 9: 9.00
          double          | "1.5"                 | type V: must be a number, is the string "1.5"
          double          | true                  | type V: must be a number, is true
          double          | 1.8e308               | range V: is beyond the range of DOUBLE: "1.8e308"
          double          | -1e99999999999        | range V: is beyond the range of DOUBLE: "-1e99999999999"
          float           | 3.5e38                | range V: is beyond the range of FLOAT: "3.5e38"
          double ]0..0.3  | 0                     | range V: must be above 0: "0"
          double ]0..0.3  | 0.30000000000000004   | range V: must be at most 0.3: "0.30000000000000004"
          float ]0..0.3   | 0.30000004            | range V: must be at most 0.3: "0.30000004"
          as written      | "1.5"                 | type V: must be a number, is the string "1.5"
          as written      | true                  | type V: must be a number, is true
          as written      | {"a":1}               | type V: must be a number, is an object
          as written      | [1]                   | type V: must be a number, is an array
          as written 0..9[ | -0.000000000000000001 | range V: must be at least 0: "-0.000000000000000001"
          as written 0..9[ | 9.0                  | range V: must be below 9: "9.0"
          as written 0..9[ | 1e999999999          | range V: must be below 9: "1e999999999"
          as written 0..9[ | -1e-999999999        | range V: must be at least 0: "-1e-999999999"
          as written 0..9[ | 1e99999999999        | range V: has an exponent beyond 32 bits: "1e99999999999"
          as written 0..9[ | 1e-99999999999       | range V: has an exponent beyond 32 bits: "1e-99999999999"
          boolean         | 1                     | type V: must be true or false, is 1
          boolean         | "true"                | type V: must be true or false, is the string "true"
          date            | 20240229              | type V: must be a date in a string, is 20240229
          date            | "2023-02-29"          | type V: must be a date, is the string "2023-02-29"
          date            | "2024-13-01"          | type V: must be a date, is the string "2024-13-01"
          date            | "2024-2-9"            | type V: must be a date, is the string "2024-2-9"
          date            | "2024-02-29 "         | type V: must be a date, is the string "2024-02-29 "
          date            | "2024-02-29T00:00"    | type V: must be a date, is the string "2024-02-29T00:00"
          date            | "29.02.2024"          | type V: must be a date, is the string "29.02.2024"
          date            | "２０２４-02-29"       | type V: must be a date, is the string "２０２４-02-29"
          date            | ""                    | type V: must be a date, is the string ""
          date 2024       | "2023-12-31"          | range V: must be at least 2024-01-01: 2023-12-31
          date 2024       | "2025-01-01"          | range V: must be below 2025-01-01: 2025-01-01
          date dd.MM.yyyy | "30.02.2024"          | type V: must be a date, is the string "30.02.2024"
          date dd.MM.yyyy | "2024-02-29"          | type V: must be a date, is the string "2024-02-29"
          date dd.MM.yyyy | "29.02.24"            | type V: must be a date, is the string "29.02.24"
          date dd.MM.yyyy | "01.01.+999999999"    | type V: must be a date, is the string "01.01.+999999999"
          timestamp       | 1709251199            | type V: must be a timestamp in a string, is 1709251199
          timestamp 2024  | "2023-12-31T23:59:59.999999Z" | range V: must be at least 2024-01-01T00:00:00Z: 2023-12-31T23:59:59.999999Z
          timestamp 2024  | "2025-01-01T01:00+01:00" | range V: must be below 2025-01-01T00:00:00Z: 2025-01-01T01:00+01:00
          timestamp yyyyMMddHHmmss | "20240230000000" | type V: must be a timestamp, is the string "20240230000000"
          timestamp with XXX | "2024-02-29T23:59:59.123" | type V: must be a timestamp, is the string "2024-02-29T23:59:59.123"
          timestamp with VV | "2024-07-01 12:00 Europe/Nowhere" | type V: must be a timestamp, is the string "2024-07-01 12:00 Europe/Nowhere"
          object          | []                    | type V: must be an object, is an array
          object          | "{}"                  | type V: must be an object, is the string "{}"
          array           | {}                    | type V: must be an array, is an object
          array           | 1                     | type V: must be an array, is 1
          array           | [1,null]              | required V[1]: is null
          array           | [1,"2"]               | type V[1]: must be a whole number, is the string "2"
          1-3 items       | []                    | items V: has 0 items, must have at least 1
          1-3 items       | [1,2,3,4]             | items V: has 4 items, must have at most 3
          """)
  void aBadValueIsNamedWithItsRule(String type, String json, String reason) {
    Parsed parsed = parse(type, json);

    assertThat(parsed.record()).isNull();
    assertThat(parsed.reasons()).containsExactly(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29T23:59, 2024-02-29T23:59:00Z",
    "2024-02-29T23:59:58, 2024-02-29T23:59:58Z",
    "2024-02-29 23:59:58, 2024-02-29T23:59:58Z",
    "2024-02-29t23:59:58z, 2024-02-29T23:59:58Z",
    "2024-02-29T23:59:58Z, 2024-02-29T23:59:58Z",
    "2024-02-29T23:59Z, 2024-02-29T23:59:00Z",
    "2024-02-29T23:59:58.1Z, 2024-02-29T23:59:58.1Z",
    "2024-02-29T23:59:58.12Z, 2024-02-29T23:59:58.12Z",
    "2024-02-29T23:59:58.123Z, 2024-02-29T23:59:58.123Z",
    "2024-02-29T23:59:58.1234Z, 2024-02-29T23:59:58.1234Z",
    "2024-02-29T23:59:58.12345Z, 2024-02-29T23:59:58.12345Z",
    "2024-02-29T23:59:58.123456, 2024-02-29T23:59:58.123456Z",
    "2024-02-29T23:59:58.1234567Z, 2024-02-29T23:59:58.123456Z",
    "2024-02-29T23:59:58.12345678Z, 2024-02-29T23:59:58.123456Z",
    "2024-02-29T23:59:58.123456789Z, 2024-02-29T23:59:58.123456Z",
    "2024-02-29T23:59:58.000000001+05:30, 2024-02-29T18:29:58Z",
    "2024-02-29T23:59:58+0530, 2024-02-29T18:29:58Z",
    "2024-02-29T23:59:58+05, 2024-02-29T18:59:58Z",
    "2024-02-29T23:59:58-18:00, 2024-03-01T17:59:58Z",
    "2024-02-29 23:59+00:00, 2024-02-29T23:59:00Z",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z",
    "'2024-02-29T10:00:10,123Z', 2024-02-29T10:00:10.123Z",
    "'2024-02-29T10:00:10,123456789', 2024-02-29T10:00:10.123456Z",
    "2024-02-29 23:59:58 +0000, 2024-02-29T23:59:58Z",
    "2024-02-29 23:59:58 +00:00, 2024-02-29T23:59:58Z",
    "2024-02-29 23:59:58.5 -0530, 2024-03-01T05:29:58.5Z",
    "2024-02-29T23:59 +01, 2024-02-29T22:59:00Z",
    "2024-02-29T23:59:58 Z, 2024-02-29T23:59:58Z",
    "2024-02-29T23:59:58Z[UTC], 2024-02-29T23:59:58Z",
    "2024-02-29 23:59:58.1 UTC, 2024-02-29T23:59:58.1Z",
    "2024-02-29T23:59:58z[Etc/UTC], 2024-02-29T23:59:58Z",
    "2024-07-01T12:00:00+02:00[Europe/Berlin], 2024-07-01T10:00:00Z",
    "2024-07-01T12:00:00+05:30[Europe/Berlin], 2024-07-01T06:30:00Z",
    "2024-07-01T12:00:00 +0200[Europe/Berlin], 2024-07-01T10:00:00Z",
    "2024-07-01T12:00:00[Europe/Berlin], 2024-07-01T10:00:00Z",
    "2024-01-01T12:00:00.123[Europe/Berlin], 2024-01-01T11:00:00.123Z",
    "1890-01-01T00:00:00[Europe/Berlin], 1889-12-31T23:06:32Z",
    "2024-07-01T12:00[+05:30], 2024-07-01T06:30:00Z",
    "2024-03-31T01:59:59[Europe/Berlin], 2024-03-31T00:59:59Z",
    "2024-03-31T03:00:00[Europe/Berlin], 2024-03-31T01:00:00Z",
    "2024-10-27T02:30:00[Europe/Berlin], 2024-10-27T00:30:00Z",
    "2024-10-27T02:30:00+01:00[Europe/Berlin], 2024-10-27T01:30:00Z",
    "2024-10-27T03:00:00[Europe/Berlin], 2024-10-27T02:00:00Z",
    "2024-02-29T24:00:00Z, 2024-03-01T00:00:00Z",
    "2024-12-31T24:00, 2025-01-01T00:00:00Z",
    "2024-02-28 24:00:00.000000000 +0100, 2024-02-28T23:00:00Z",
    "2024-02-29T24:00:00[Europe/Berlin], 2024-02-29T23:00:00Z",
  })
  void aTimestampIsReadWithOrWithoutAZone(String text, Instant expected) {
    assertThat(parse("timestamp", '"' + text + '"').record()).containsEntry("V", expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2024-02-29",
        "2024-02-29T",
        "2024-02-29T23",
        "2024-02-2923:59",
        "2024-02-29T 23:59",
        "2024-02-29_23:59",
        "2024-02-30T23:59",
        "2024-02-29T24",
        "2024-02-29T24:",
        "2024-02-29T24:0",
        "2024-02-29T24:01",
        "2024-02-29T24:00:01Z",
        "2024-02-29T24:00:00.000000001Z",
        "2024-02-30T24:00:00Z",
        "2024-02-29T25:00:00Z",
        "2024-02-29T23:60",
        "2024-02-29T23:59:60",
        "2024-02-29T23:59:",
        "2024-02-29T23:59.5",
        "2024-02-29T23:59:58.",
        "2024-02-29T23:59:58.Z",
        "2024-02-29T23:59:58.1234567890",
        "2024-02-29T23:59:58ZZ",
        "2024-02-29T23:59:58,",
        "2024-02-29T23:59:58,Z",
        "2024-02-29T23:59,5",
        "2024-02-29T23:59:58 ",
        "2024-02-29T23:59:58  Z",
        "2024-02-29T23:59:58 Z ",
        "2024-02-29T23:59:58\u00a0Z",
        "2024-02-29T23:59:58 [UTC]",
        "2024-02-29T23:59:58+1[UTC]",
        "2024-02-29T23:59:58+1",
        "2024-02-29T23:59:58+01:0",
        "2024-02-29T23:59:58+010",
        "2024-02-29T23:59:58+01:00+0100",
        "2024-02-29T23:59:58+19:00",
        "2024-02-29T23:59:58+01:60",
        "2024-02-29T23:59:58 Europe/Paris",
        "2024-02-29T23:59:58-",
        "-024-02-29T23:59:58Z",
        "12024-02-29T23:59:58Z",
        "2024-02-29T23:59:58UTC",
        "2024-02-29 23:59:58 utc",
        "2024-02-29 23:59:58 UTC+1"
      })
  void whatIsNoTimestampIsRefused(String text) {
    assertThat(parse("timestamp", '"' + text + '"').reasons())
        .containsExactly("type V: must be a timestamp, is the string \"" + text + '"');
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29T23:59:58Z[Europe/Nowhere], zone [Europe/Nowhere] is unknown",
    "2024-02-29T23:59:58[europe/berlin], zone [europe/berlin] is unknown",
    "2024-02-29T23:59:58Z[], zone [] is unknown",
    "2024-02-29T23:59:58Z[UTC, zone [UTC is unknown",
    "2024-02-29T23:59:58Z[UTC]Z, zone [UTC]Z is unknown",
    "2024-02-29T23:59:58Z[!UTC], zone [!UTC] is unknown",
    "2024-02-29T23:59:58Z[u-ca=gregory], zone [u-ca=gregory] is unknown",
    "2024-02-29T23:59:58Z[UTC][u-ca=gregory], zone [UTC][u-ca=gregory] is unknown",
    "2024-02-29T23:59:58[+19:00], zone [+19:00] is unknown",
    "2024-03-31T02:30:00[Europe/Berlin], the clocks of Europe/Berlin skipped that time",
    "2024-03-30T24:00:00[Asia/Beirut], the clocks of Asia/Beirut skipped that time"
  })
  void aTimestampsZoneIsKnownAndHasThatTime(String text, String why) {
    assertThat(parse("timestamp", '"' + text + '"').reasons())
        .containsExactly("type V: must be a timestamp, is the string \"" + text + "\": " + why);
  }

  private static Parsed parseTimestamp(String options, String text) {
    Contract contract =
        Contracts.ofField("logicalType: timestamp, logicalTypeOptions: {" + options + "}");
    return Parsed.of(contract, "{\"V\":\"" + text + "\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          defaultTimezone: Europe/Berlin | 2024-07-01T12:00:00              | 2024-07-01T10:00:00Z
          defaultTimezone: Europe/Berlin | 2024-01-01 12:00:00.5            | 2024-01-01T11:00:00.5Z
          defaultTimezone: Europe/Berlin | 2024-07-01T12:00:00Z             | 2024-07-01T12:00:00Z
          defaultTimezone: Europe/Berlin | 2024-07-01T12:00:00-01           | 2024-07-01T13:00:00Z
          defaultTimezone: Europe/Berlin | 2024-07-01T12:00:00[Asia/Tokyo]  | 2024-07-01T03:00:00Z
          defaultTimezone: Europe/Berlin | 2024-10-27T02:30:00              | 2024-10-27T00:30:00Z
          defaultTimezone: Etc/UTC       | 2024-07-01T12:00:00              | 2024-07-01T12:00:00Z
          defaultTimezone: +05:30        | 2024-07-01T12:00:00              | 2024-07-01T06:30:00Z
          defaultTimezone: Europe/Berlin, format: dd.MM.yyyy HH:mm | 01.07.2024 12:00 | 2024-07-01T10:00:00Z
          defaultTimezone: Europe/Berlin, format: dd.MM.yyyy HH:mm | 27.10.2024 02:30 | 2024-10-27T00:30:00Z
          defaultTimezone: Europe/Berlin, format: dd.MM.yyyy HH:mm XX | 01.07.2024 12:00 +0000 | 2024-07-01T12:00:00Z
          format: dd.MM.yyyy HH:mm       | 01.07.2024 12:00                 | 2024-07-01T12:00:00Z
          defaultTimezone: Europe/Berlin, minimum: '2024-07-01T12:00' | 2024-07-01T10:00:00Z | 2024-07-01T10:00:00Z
          timezone: true                 | 2024-07-01T12:00:00Z             | 2024-07-01T12:00:00Z
          timezone: true                 | 2024-07-01T12:00 +0200           | 2024-07-01T10:00:00Z
          timezone: true                 | 2024-07-01T12:00[Europe/Berlin]  | 2024-07-01T10:00:00Z
          timezone: true, format: dd.MM.yyyy HH:mm VV | 01.07.2024 12:00 Europe/Berlin | 2024-07-01T10:00:00Z
          timezone: true, minimum: '2024-07-01T00:00' | 2024-07-01T00:00Z   | 2024-07-01T00:00:00Z
          timezone: false                | 2024-07-01T12:00:00              | 2024-07-01T12:00:00Z
          timezone: false                | 2024-07-01T12:00:00+02           | 2024-07-01T10:00:00Z
          """)
  void theContractSaysWhatATimestampWithoutAZoneMeans(
      String options, String text, Instant expected) {
    assertThat(parseTimestamp(options, text).record()).containsEntry("V", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          defaultTimezone: Europe/Berlin | 2024-03-31T02:30:00 | type V: must be a timestamp, is the string "2024-03-31T02:30:00": the clocks of Europe/Berlin skipped that time
          defaultTimezone: Europe/Berlin, format: dd.MM.yyyy HH:mm | 31.03.2024 02:30 | type V: must be a timestamp, is the string "31.03.2024 02:30": the clocks of Europe/Berlin skipped that time
          format: dd.MM.yyyy HH:mm VV    | 31.03.2024 02:30 Europe/Berlin | type V: must be a timestamp, is the string "31.03.2024 02:30 Europe/Berlin": the clocks of Europe/Berlin skipped that time
          defaultTimezone: Europe/Berlin, minimum: '2024-07-01T12:00' | 2024-07-01T11:59:59 | range V: must be at least 2024-07-01T10:00:00Z: 2024-07-01T11:59:59
          timezone: true                 | 2024-07-01T12:00:00 | type V: must be a timestamp, is the string "2024-07-01T12:00:00": it has no zone
          timezone: true, defaultTimezone: Europe/Berlin | 2024-07-01T12:00:00 | type V: must be a timestamp, is the string "2024-07-01T12:00:00": it has no zone
          timezone: true, format: "dd.MM.yyyy HH:mm[ XX]" | 01.07.2024 12:00 | type V: must be a timestamp, is the string "01.07.2024 12:00": it has no zone
          """)
  void theContractSaysWhichTimestampWithoutAZoneIsBad(String options, String text, String reason) {
    assertThat(parseTimestamp(options, text).reasons()).containsExactly(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1000000000",
        "1e-1000000000",
        "-1e2147483647",
        "1e-2147483647",
        "1e99999999999",
        "1000e2147483647",
        "1e-2147483648"
      })
  void aVastExponentIsRefusedAtOnce(String number) {
    for (String type : List.of("decimal(6,2)", "decimal(38,18)", "decimal 0.5..9[", "bigint")) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(2),
          () ->
              assertThat(parse(type, number).reasons())
                  .singleElement()
                  .asString()
                  .containsPattern("^(precision|type|range) V: .*" + number));
    }
  }

  @Test
  void aNumberAsWrittenMayHaveHundredsOfDigits() {
    String digits = "-" + "1234567890".repeat(30) + "." + "0".repeat(300);

    assertThat(parse("as written", digits).record()).containsEntry("V", digits);
    assertThat(parse("as written 0..9[", "0." + digits.substring(1, 301)).good()).isTrue();
    assertThat(parse("as written 0..9[", digits).reasons())
        .singleElement()
        .asString()
        .startsWith("range V: must be at least 0: \"-1234567890");
  }

  @Test
  void aNumberOfMoreThanAThousandDigitsIsRefusedAtOnce() {
    String digits = "9".repeat(1_000_000);
    for (String type : List.of("bigint", "decimal(6,2)", "double", "as written", "string")) {
      for (String number : List.of(digits, "0." + digits, "-" + digits)) {
        assertThat(parse(type, number).reasons())
            .singleElement()
            .asString()
            .matches(
                "too-large: Number value length \\(100000[0-9]\\) exceeds the maximum allowed \\(1000\\)");
      }
    }
    assertThat(parse("decimal(6,2)", "0." + "0".repeat(900)).good()).isTrue();
  }

  @Test
  void aPatternThatCannotBearALongTextDoesNotThrow() {
    Contract contract =
        Contracts.ofField("logicalType: string, logicalTypeOptions: {pattern: '^(a|b)*$'}");

    assertThat(Parsed.of(contract, "{\"V\":\"" + "ab".repeat(10) + "\"}").good()).isTrue();
    assertThat(Parsed.of(contract, "{\"V\":\"" + "ab".repeat(1_000_000) + "\"}").reasons())
        .singleElement()
        .asString()
        .startsWith("pattern V: is too long to match ^(a|b)*$: \"abab");
  }

  @Test
  void aLongTextIsRead() {
    String text = "ü".repeat(1_000_000);

    assertThat(parse("string", '"' + text + '"').record()).containsEntry("V", text);
  }

  // --- Required, null and missing; keys

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "good",
      textBlock =
          """
          {"A":"x","O":{"B":1},"L":[{"C":1}]} | good
          {"A":"x"}                           | good
          {"A":"x","O":null,"L":null}         | good
          {"A":"x","O":{"B":1},"L":[]}        | good
          {}                                  | required A: is missing
          {"A":null}                          | required A: is null
          {"A":"x","O":{}}                    | required O.B: is missing
          {"A":"x","O":{"B":null}}            | required O.B: is null
          {"A":"x","L":[{"C":1},{}]}          | required L[1].C: is missing
          {"A":"x","L":[{"C":null}]}          | required L[0].C: is null
          {"A":"x","L":[null]}                | required L[0]: is null
          """)
  void aRequiredFieldIsThere(String json, String reason) {
    Contract contract =
        Contracts.of(
            """
            - {name: A, logicalType: string, required: true}
            - {name: O, logicalType: object, properties: [{name: B, logicalType: integer, required: true}]}
            - name: L
              logicalType: array
              items: {logicalType: object, properties: [{name: C, logicalType: integer, required: true}]}
            """);

    assertThat(Parsed.of(contract, json).reasons())
        .isEqualTo(reason == null ? List.of() : List.of(reason));
  }

  @Test
  void aMissingOrNullFieldIsNull() {
    Contract contract =
        Contracts.of("- {name: A, logicalType: string}\n- {name: B, logicalType: integer}");

    assertThat(Parsed.of(contract, "{\"B\":null}").record())
        .containsEntry("A", null)
        .containsEntry("B", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"V":"a","V":"b"}                            | duplicate-key V: stands twice
          {"V":"a","V":null}                           | duplicate-key V: stands twice
          {"V":null,"V":null}                          | duplicate-key V: stands twice
          {"V":"a","V":{"deep":[1,{"x":2}]}}           | duplicate-key V: stands twice
          {"V":"a","\\u0056":"b"}                      | duplicate-key V: stands twice
          {"x":1,"V":"a","x":2}                        | duplicate-key x: stands twice
          {"V":"a","O":{"P":"a","y":[],"y":{}}}        | duplicate-key O.y: stands twice
          {"V":"a","O":{"P":"a","P":"a"}}              | duplicate-key O.P: stands twice
          {"V":"a","O":{"P":"a"},"O":{"P":"a"}}        | duplicate-key O: stands twice
          """)
  void aKeyTwiceIsAViolation(String json, String reason) {
    assertThat(Parsed.of(withObject(), json).reasons()).containsExactly(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"V":"a"}                                          | 0
          {"V":"a","x":1}                                    | 1
          {"x":{"V":1,"z":2},"V":"a","y":[{"V":1}],"z":null} | 3
          {"V":"a","O":{"V":1,"x":"\\ud800"}}                | 2
          {"V":"a","v":1,"":2}                               | 2
          {"V":"a","x":{"twice":1,"twice":2}}                | 1
          """)
  void unknownFieldsAreCountedAndKeptOut(String json, int count) {
    Parsed parsed = Parsed.of(withObject(), json);

    assertThat(parsed.reasons()).isEmpty();
    assertThat(parsed.unknownFields()).isEqualTo(count);
    assertThat(parsed.record()).containsOnlyKeys("V", "O");
  }

  private static Contract withObject() {
    return Contracts.of(
        """
        - {name: V, logicalType: string}
        - {name: O, logicalType: object, properties: [{name: P, logicalType: string}]}
        """);
  }

  @Test
  void thePhysicalNameIsTheKeyInTheText() {
    Contract contract =
        Contracts.of(
            "- {name: Store, physicalName: store-id, logicalType: string, required: true}");

    assertThat(Parsed.of(contract, "{\"store-id\":\"S1\"}").record()).containsEntry("Store", "S1");
    Parsed other = Parsed.of(contract, "{\"Store\":\"S1\"}");
    assertThat(other.reasons()).containsExactly("required store-id: is missing");
    assertThat(other.unknownFields()).isEqualTo(1);
  }

  // --- The record as a whole

  @Test
  void aWholeRecordIsRead() {
    Parsed parsed = Parsed.of(INVOICE, Contracts.invoices().get(0));

    assertThat(parsed.reasons()).isEmpty();
    assertThat(parsed.unknownFields()).isZero();
    assertThat(parsed.record())
        .containsEntry("InvoiceNumber", "51402977")
        .containsEntry("CreatedTime", 1595688900348L)
        .containsEntry("StoreID", "STR7188")
        .containsEntry("Counter", (short) -32768)
        .containsEntry("Level", (byte) 10)
        .containsEntry("NumberOfItems", 2)
        .containsEntry("TotalAmount", new BigDecimal("11115.50"))
        .containsEntry("TaxableAmount", new BigDecimal("11114.000000000000000001"))
        .containsEntry("CESS", 5000.5)
        .containsEntry("Rating", 0.1f)
        .containsEntry("Fee", "84.35000000000001")
        .containsEntry("Paid", true)
        .containsEntry("InvoiceDate", LocalDate.of(2024, 2, 29))
        .containsEntry("DueDate", LocalDate.of(2024, 12, 31))
        .containsEntry("PaidAt", Instant.parse("2024-02-29T18:29:59.123456Z"))
        .containsEntry("PackedAt", Instant.parse("2024-07-01T10:00:00.5Z"))
        .containsEntry("SentAt", Instant.parse("2024-07-01T06:30:00Z"))
        .containsEntry("CustomerEmail", "a.b@example.org")
        .containsEntry("TraceId", "01234567-89ab-cdef-0123-456789ABCDEF")
        .containsEntry(
            "DeliveryAddress",
            Map.of("AddressLine", "7212 Gate Street", "City", "Coimbatore", "PinCode", "641013"))
        .containsEntry(
            "InvoiceLineItems",
            List.of(
                Map.of("ItemCode", "458", "ItemPrice", new BigDecimal("1644.00"), "ItemQty", 3),
                Map.of("ItemCode", "283", "ItemPrice", new BigDecimal("0.50"), "ItemQty", 1)))
        .containsEntry("Tags", List.of("new", "gift"))
        .containsEntry("Grid", List.of(List.of(1L, 2L), List.of(3L)))
        .hasSize(23);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                | type: must be an object, is an array
          "text"             | type: must be an object, is the string "text"
          12                 | type: must be an object, is 12
          null               | type: must be an object, is null
          ` `                | blank: nothing but white space
          ``                 | blank: nothing but white space
          ` \t\r\n`          | blank: nothing but white space
          `\uFEFF`           | blank: nothing but white space
          `\uFEFF \n`        | blank: nothing but white space
          {"V":"a","x":fals e} | malformed: at byte 18: Unrecognized token 'fals'
          {"V":"a"}x         | malformed: at byte 10
          {"V":"a"}{"V":"b"} | malformed: text after the record's end
          {"V":"a"}{"V       | malformed: text after the record's end
          {"V":"a"} "b       | malformed: text after the record's end
          {"V":"a"} 1        | malformed: text after the record's end
          {"V":"a"}}         | malformed: at byte 10
          {"V":"a"},         | malformed: at byte 10
          {"V":"a"} tru      | malformed: at byte 13
          {"V":"a"} -        | malformed: at byte 11
          {"V":"a"]          | malformed: at byte 9: Unexpected close marker ']': expected '}'
          {"V":"a",}         | malformed: at byte 10
          {"V":"a" "x":1}    | malformed: at byte 10
          {"V":}             | malformed: at byte 6
          {V:"a"}            | malformed: at byte 2
          {'V':"a"}          | malformed: at byte 2
          {"V":tRue}         | malformed: at byte 10: Unrecognized token 'tRue'
          {"V":NaN}          | malformed: at byte 8: Non-standard token 'NaN'
          {"V":-Infinity}    | malformed: at byte 14: Non-standard token '-Infinity'
          {"x":01}           | malformed: at byte 6: Invalid numeric value: Leading zeroes not allowed
          {"x":+1}           | malformed: at byte 7: Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs
          {"x":.5}           | malformed: at byte 6
          {"x":1.}           | malformed: at byte 8
          {"x":"\\q"}        | malformed: at byte 8: Unrecognized character escape 'q'
          {"x":"\\u00g0"}    | malformed: at byte 11
          `{"x":"a\tb"}`     | malformed: at byte 8: Illegal unquoted character
          {"V":"a"/**/}      | malformed: at byte 9: Unexpected character ('/' (code 47)): maybe a (non-standard) comment?
          garbage            | malformed: at byte 7: Unrecognized token 'garbage'
          tru                | malformed: at byte 3: Unrecognized token 'tru'
          """)
  void aRecordThatIsNoJsonObjectIsRefused(String text, String reason) {
    assertThat(Parsed.of(withObject(), text).reasons())
        .singleElement()
        .asString()
        .startsWith(reason);
  }

  /** What Jackson tells programmers: of its classes, its settings and its source. */
  private static final Pattern JARGON =
      Pattern.compile("`|Feature|ALLOW_|enabl|Source|StreamRead|\\p{Cntrl}|.{300}", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"V\":NaN}",
        "{\"V\":+1}",
        "{\"V\":+Infinity}",
        "{\"V\":-INF}",
        "{\"V\":-Infinity}",
        "{\"V\":.5}",
        "{\"V\":1/**/}",
        "{\"V\":1#}",
        "{'V':1}",
        "{V:1}",
        "{\"V\":1]",
        "[1}",
        "{\"V\":[1}",
        "{\"x\":{\"V\":1]",
        "{\"V\":1} \u001e{}",
        "{\u001e\"V\":1}",
        "{\"V\":\"a\nb\"}",
        "{\"V\":\"\u0000\"}",
        "{\"V\":\u0007}",
        "{\"V\":\"\\x\"}",
        "{\"V\":\"\\u00\n0\"}",
        "{\"V\":1 2}",
        "{\"V\":tRUE}",
        "{\"V\":1}\u0000"
      })
  void aReasonIsOneLineInPlainWords(String json) {
    assertThat(Parsed.of(withObject(), json).reasons())
        .isNotEmpty()
        .allSatisfy(reason -> assertThat(reason).doesNotContainPattern(JARGON));
  }

  /** Each limit of Jackson's, and what a record may hold in its keys and values. */
  @Test
  void aReasonOfALongRecordIsOneLineInPlainWordsToo() {
    for (String json :
        List.of(
            "{\"" + "k".repeat(100_000) + "\":1}",
            "{\"V\":" + "1".repeat(1_001) + "}",
            "{\"V\":1e" + "1".repeat(1_001) + "}",
            "{\"V\":" + "[".repeat(2_000) + "}",
            "{\"V\":" + "x".repeat(10_000) + "}",
            "{\"V\":" + "9".repeat(1_000) + "}",
            "{\"V\":{\"a\":1},\"x\\n\u007f\":1,\"x\\n\u007f\":2}")) {
      assertThat(Parsed.of(withObject(), json).reasons())
          .isNotEmpty()
          .allSatisfy(reason -> assertThat(reason).doesNotContainPattern(JARGON));
    }
    assertThat(parse("uuid", "\"a\\r\\n\\tb\\u0000\\u2028\"").reasons())
        .containsExactly("format V: is no uuid: \"a\\r\\n\\tb\\u0000\\u2028\"");
    assertThat(parse("uuid", '"' + "😀".repeat(40) + '"').reasons())
        .containsExactly("format V: is no uuid: \"" + "😀".repeat(30) + "…\" (80 characters)");
    assertThat(parse("uuid", "\"x" + "😀".repeat(40) + '"').reasons())
        .containsExactly("format V: is no uuid: \"x" + "😀".repeat(29) + "…\" (81 characters)");
  }

  static List<String> truncatable() {
    return Stream.concat(
            Contracts.invoices().stream(),
            Stream.of(
                "{\"a\":true,\"b\":[false,null],\"c\":-1.5e-7,\"d\":{\"\\u00fc\\n\":\"東😀\"}}"))
        .toList();
  }

  /** Nothing that has been cut passes: not inside a literal, a number, an escape, a character. */
  @ParameterizedTest
  @MethodSource("truncatable")
  void aRecordCutAtAnyByteIsTruncated(String record) {
    byte[] whole = record.getBytes(UTF_8);
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      // A line's end says nothing of how its text ended.
      for (byte[] bytes : List.of(cut, concat(cut, " \r\n".getBytes(UTF_8)))) {
        assertThat(Parsed.of(INVOICE, bytes).reasons())
            .as("the first %s bytes of %s", length, record)
            .isNotEmpty()
            .last()
            .asString()
            .startsWith("truncated: ends ");
      }
    }
  }

  @Test
  void aByteOrderMarkIsAccepted() {
    assertThat(Parsed.of(withObject(), "\uFEFF{\"V\":\"a\"}").record()).containsEntry("V", "a");
    assertThat(Parsed.of(withObject(), "\uFEFF\uFEFF{\"V\":\"a\"}").reasons())
        .singleElement()
        .asString()
        .startsWith("malformed: ");
  }

  @Test
  void utf16IsRefused() {
    String json = "{\"V\":\"a\"}";
    assertThat(Parsed.of(withObject(), json.getBytes(UTF_16BE)).reasons())
        .containsExactly("encoding: looks like UTF-16, must be UTF-8");
    assertThat(Parsed.of(withObject(), json.getBytes(UTF_16LE)).reasons())
        .containsExactly("encoding: looks like UTF-16, must be UTF-8");
    assertThat(Parsed.of(withObject(), ("\uFEFF" + json).getBytes(UTF_16BE)).reasons())
        .containsExactly("encoding: looks like UTF-16, must be UTF-8");
    assertThat(Parsed.of(withObject(), ("\uFEFF" + json).getBytes(UTF_16LE)).reasons())
        .containsExactly("encoding: looks like UTF-16, must be UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"UTF-32BE, false", "UTF-32LE, false", "UTF-32BE, true", "UTF-32LE, true"})
  void utf32IsRefused(String charset, boolean marked) {
    String text = (marked ? "\uFEFF" : "") + "{\"V\":\"a\"}";
    assertThat(Parsed.of(withObject(), text.getBytes(Charset.forName(charset))).reasons())
        .containsExactly("encoding: looks like UTF-32, must be UTF-8");
  }

  /**
   * Not taken for UTF-16, though its first byte is zero; the ids that there are, small and large.
   */
  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        2,
        34,
        123,
        255,
        256,
        8_704,
        31_488,
        65_535,
        65_536,
        100_001,
        1_234_567,
        16_777_216,
        2_063_597_567,
        2_147_483_647
      })
  void aSchemaRegistrysPrefixIsToldByName(int id) {
    for (String payload : List.of("{\"V\":\"a\"}", "{}", "[]")) {
      byte[] record =
          concat(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array(), payload.getBytes(UTF_8));

      assertThat(Parsed.of(withObject(), record).reasons())
          .containsExactly(
              "encoding: begins with a schema registry's five-byte prefix (schema id "
                  + id
                  + "); send plain JSON, or take the prefix off");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          00 00 00 01 00 0A 42    | begins with a schema registry's five-byte prefix (schema id 256); send plain JSON, or take the prefix off
          00 00 00 00 05 00 02    | begins with a schema registry's five-byte prefix (schema id 5); send plain JSON, or take the prefix off
          00 00 00 00 07          | begins with a schema registry's five-byte prefix (schema id 7); send plain JSON, or take the prefix off
          00 00 00 00 00 00 00 00 | begins with zero bytes, such as a crash or a full disk leaves; take them out
          00                      | begins with zero bytes, such as a crash or a full disk leaves; take them out
          00 7B 22                | looks like UTF-16, must be UTF-8
          00 7B                   | looks like UTF-16, must be UTF-8
          7B 00                   | looks like UTF-16, must be UTF-8
          00 22 6F 22 6F 22       | looks like UTF-16, must be UTF-8
          22 00 6F 22 6F 22       | looks like UTF-16, must be UTF-8
          """)
  void theFirstBytesTellWhatItIs(String hex, String fault) {
    assertThat(Parsed.of(withObject(), HexFormat.ofDelimiter(" ").parseHex(hex)).reasons())
        .containsExactly("encoding: " + fault);
  }

  @Test
  void theGlueRegistrysPrefixIsToldByName() {
    byte[] uuid = HexFormat.of().parseHex("0123456789abcdef0123456789abcdef");
    for (byte compression : List.of((byte) 0, (byte) 5)) {
      byte[] record = concat(new byte[] {3, compression}, uuid, "{\"V\":\"a\"}".getBytes(UTF_8));

      assertThat(Parsed.of(withObject(), record).reasons())
          .containsExactly(
              "encoding: begins with the 18-byte prefix of the AWS Glue schema registry;"
                  + " send plain JSON, or take the prefix off");
    }
  }

  /** Sequences inside a string, in a field that the contract knows and in one that it does not. */
  @ParameterizedTest
  @CsvSource({
    "80, a continuation without a beginning",
    "BF, a continuation without a beginning",
    "C3, a sequence of two cut in the middle",
    "E2 82, a sequence of three cut in the middle",
    "F0 9F 98, a sequence of four cut in the middle",
    "C0 80, an overlong NUL",
    "C1 BF, overlong in two",
    "E0 9F BF, overlong in three",
    "F0 8F BF BF, overlong in four",
    "ED A0 80, a high surrogate",
    "ED BF BF, a low surrogate",
    "ED A0 BD ED B8 80, a pair of surrogates (CESU-8)",
    "F4 90 80 80, beyond U+10FFFF",
    "F5 80 80 80, a byte that UTF-8 never has",
    "FE, a byte that UTF-8 never has",
    "FF, a byte that UTF-8 never has",
    "E9, Latin-1"
  })
  void whatIsNotUtf8IsRefused(String hex, String why) {
    byte[] sequence = HexFormat.ofDelimiter(" ").parseHex(hex);
    for (String field : List.of("V", "x")) {
      for (String before : List.of("", "12345678", "üü")) {
        byte[] head = ("{\"" + field + "\":\"" + before).getBytes(UTF_8);
        byte[] record = concat(head, sequence, "x\"}".getBytes(UTF_8));

        assertThat(Parsed.of(withObject(), record).reasons())
            .as(why)
            .containsExactly(
                "encoding: not UTF-8 at byte %d (0x%s)"
                    .formatted(head.length, hex.substring(0, 2)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C2 80",
        "DF BF",
        "E0 A0 80",
        "ED 9F BF",
        "EE 80 80",
        "EF BF BF",
        "F0 90 80 80",
        "F4 8F BF BF"
      })
  void theFirstAndLastOfEachLengthAreUtf8(String hex) {
    byte[] sequence = HexFormat.ofDelimiter(" ").parseHex(hex);
    byte[] record = concat("{\"V\":\"".getBytes(UTF_8), sequence, "\"}".getBytes(UTF_8));

    assertThat(Parsed.of(withObject(), record).record())
        .containsEntry("V", new String(sequence, UTF_8));
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"V", "O", "x"})
  void nestingBeyondTheLimitIsRefused(String field) {
    for (String open : List.of("[", "{\"a\":")) {
      String close = open.equals("[") ? "]" : "}";
      String value = open.repeat(10_000) + "1" + close.repeat(10_000);

      assertThat(Parsed.of(withObject(), "{\"" + field + "\":" + value + "}").reasons())
          .last()
          .isEqualTo("too-deep: nested deeper than 1000 levels");
    }
  }

  @Test
  void nestingUpToTheLimitIsNot() {
    int inside = JsonRecords.MAX_DEPTH - 1;
    String deep = "{\"x\":" + "[".repeat(inside) + "]".repeat(inside) + "}";

    assertThat(Parsed.of(withObject(), deep).good()).isTrue();
    assertThat(Parsed.of(withObject(), "{\"x\":[" + deep.substring(5)).good()).isFalse();
  }

  @Test
  void everyViolationIsReportedInOnePassWithItsPath() {
    Parsed parsed =
        Parsed.of(
            INVOICE,
            """
            {"InvoiceNumber":"12x","CreatedTime":-1,"store-id":null,"TotalAmount":1.999,
             "Paid":"yes","InvoiceDate":"2024-02-30","DeliveryAddress":{"PinCode":"1"},
             "InvoiceLineItems":[{"ItemCode":"a","ItemQty":1},
               {"ItemCode":"b","ItemQty":2},{"ItemCode":3,"ItemQty":0,"ItemPrice":1e9}],
             "Grid":[[1],[2,"x"],[]]}
            """);

    assertThat(parsed.reasons())
        .containsExactly(
            "length InvoiceNumber: has 3 characters, must have at least 6",
            "pattern InvoiceNumber: does not match ^[0-9]+$: \"12x\"",
            "range CreatedTime: must be from 0 to 9223372036854775807: \"-1\"",
            "required store-id: is null",
            "precision TotalAmount: does not fit DECIMAL(12,2): \"1.999\"",
            "type Paid: must be true or false, is the string \"yes\"",
            "type InvoiceDate: must be a date, is the string \"2024-02-30\"",
            "length DeliveryAddress.PinCode: has 1 characters, must have at least 6",
            "required DeliveryAddress.City: is missing",
            "type InvoiceLineItems[2].ItemCode: must be a string, is 3",
            "range InvoiceLineItems[2].ItemQty: must be from 1 to 2147483647: \"0\"",
            "precision InvoiceLineItems[2].ItemPrice: does not fit DECIMAL(10,2): \"1e9\"",
            "type Grid[1][1]: must be a whole number, is the string \"x\"",
            "items Grid[2]: has 0 items, must have at least 1");
  }

  @ParameterizedTest
  @CsvSource({"20, ''", "21, ' (and 1 more)'", "1000, ' (and 980 more)'"})
  void atMostTwentyReasonsAreListed(int violations, String more) {
    String items = String.join(",", IntStream.range(0, violations).mapToObj(i -> "true").toList());

    assertThat(parse("array", "[" + items + "]").reasons())
        .hasSize(20)
        .startsWith("type V[0]: must be a whole number, is true")
        .endsWith("type V[19]: must be a whole number, is true" + more);
  }

  @Test
  void aLongValueIsCutInAReason() {
    assertThat(parse("uuid", '"' + "x".repeat(61) + '"').reasons())
        .containsExactly("format V: is no uuid: \"" + "x".repeat(60) + "…\" (61 characters)");
  }

  @Test
  void whatWasWrongBeforeTheCutIsToldToo() {
    assertThat(Parsed.of(INVOICE, "{\"InvoiceNumber\":1,\"CreatedTime\":").reasons())
        .containsExactly(
            "type InvoiceNumber: must be a string, is 1",
            "truncated: ends at byte 33 inside its JSON");
  }

  // --- The parser as an object

  @Test
  void aRecordLeavesNothingBehindForTheNext() {
    RecordParser parser = Parsed.parser(INVOICE);
    byte[] good = Contracts.invoices().get(0).getBytes(UTF_8);
    byte[] bad = "{\"x\":1,\"InvoiceLineItems\":[{\"ItemQty\":".getBytes(UTF_8);
    Parsed first = Parsed.of(INVOICE, parser.parse(good, 0, good.length));

    for (int i = 0; i < 3; i++) {
      assertThat(Parsed.of(INVOICE, parser.parse(bad, 0, bad.length)).unknownFields()).isEqualTo(1);
      assertThat(Parsed.of(INVOICE, parser.parse(good, 0, good.length))).isEqualTo(first);
    }
    assertThat(first.good()).isTrue();
  }

  @Test
  void aRecordMayStandInsideALargerArray() {
    byte[] bytes = "}{\"V\":\"a\"}\"}{\"V\":}".getBytes(UTF_8);
    RecordParser parser = Parsed.parser(withObject());

    assertThat(Parsed.of(withObject(), parser.parse(bytes, 1, 9)).record()).containsEntry("V", "a");
    assertThat(Parsed.of(withObject(), parser.parse(bytes, 1, 8)).reasons())
        .containsExactly("truncated: ends at byte 8 inside its JSON");
    assertThat(Parsed.of(withObject(), parser.parse(bytes, 12, 6)).reasons())
        .singleElement()
        .asString()
        .startsWith("malformed: at byte 6");
  }

  @Test
  void aParserIsSerializable() {
    assertThatCode(
            () -> {
              try (var out = new ObjectOutputStream(new ByteArrayOutputStream())) {
                out.writeObject(Parsed.parser(INVOICE));
              }
            })
        .doesNotThrowAnyException();
  }

  // --- keeping

  @Test
  void onlyTheKeptColumnsAreInTheRow() {
    Contract kept =
        INVOICE.keeping(List.of("TotalAmount", "DeliveryAddress.City", "InvoiceLineItems.ItemQty"));
    byte[] bytes = Contracts.invoices().get(0).getBytes(UTF_8);
    InternalRow row = Parsed.parser(kept).parse(bytes, 0, bytes.length).getStruct(0, 3);

    assertThat(row.numFields()).isEqualTo(3);
    assertThat(Parsed.of(kept, bytes).record())
        .isEqualTo(
            Map.of(
                "TotalAmount",
                new BigDecimal("11115.50"),
                "DeliveryAddress",
                Map.of("City", "Coimbatore"),
                "InvoiceLineItems",
                List.of(Map.of("ItemQty", 3), Map.of("ItemQty", 1))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "store-id":"S"             | "store-id":"\\ud800"
          "store-id":"S"             | "store-id":7
          "store-id":"S"             | "Store":"S"
          "InvoiceNumber":"123456"   | "InvoiceNumber":"12345x"
          "CreatedTime":1            | "CreatedTime":-1
          "TotalAmount":1            | "TotalAmount":1.001
          "Paid":true                | "Paid":null
          "Tags":["a"]               | "Tags":["a",null]
          "Tags":["a"]               | "Tags":["aaaaaaaaaaa"]
          "Tags":["a"]               | "Tags":["a"],"Tags":["a"]
          "Fee":-1.50                | "Fee":"-1.50"
          "Fee":-1.50                | "Fee":-1e6
          "City":"C"                 | "city":"C"
          "City":"C"                 | "City":"\\udc00"
          "ItemQty":1                | "ItemQty":0
          "PaidAt":"2024-01-01T00:00Z" | "PaidAt":"1999-12-31T23:59Z"
          """)
  void aFieldThatIsNotKeptIsJudgedAllTheSame(String right, String wrong) {
    String good =
        """
        {"InvoiceNumber":"123456","CreatedTime":1,"store-id":"S","TotalAmount":1,"Paid":true,
        "Fee":-1.50,"Tags":["a"],"DeliveryAddress":{"City":"C"},"PaidAt":"2024-01-01T00:00Z",
        "InvoiceLineItems":[{"ItemCode":"a","ItemQty":1}]}
        """;
    String bad = good.replace(right, wrong);
    Contract kept = INVOICE.keeping(List.of("Level"));

    assertThat(bad).isNotEqualTo(good);
    assertThat(Parsed.of(kept, good).good()).isTrue();
    assertThat(Parsed.of(kept, bad).reasons())
        .hasSize(1)
        .isEqualTo(Parsed.of(INVOICE, bad).reasons());
  }
}
