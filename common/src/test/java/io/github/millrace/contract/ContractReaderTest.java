package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractReaderTest {

  @Test
  void aWholeDocumentReadsIntoItsContract() {
    Contract contract = Contracts.invoice();

    assertThat(contract.id()).isEqualTo("urn:millrace:test:invoice");
    assertThat(contract.version()).isEqualTo("1.2.0");
    assertThat(contract.name()).isEqualTo("invoice");
    assertThat(contract.key()).containsExactly("InvoiceNumber");
    assertThat(contract.rules())
        .containsExactly(
            new Rule("total covers tax", "TotalAmount >= TaxableAmount", null),
            new Rule(
                "no free items", "not exists(InvoiceLineItems, item -> item.ItemPrice = 0)", null));
    assertThat(contract.schema())
        .isEqualTo(
            StructType.fromDDL(
                    """
                    InvoiceNumber STRING, CreatedTime BIGINT, StoreID STRING, Counter SMALLINT,
                    Level TINYINT, NumberOfItems INT, TotalAmount DECIMAL(12,2),
                    TaxableAmount DECIMAL(38,18), CESS DOUBLE, Rating FLOAT, Fee STRING, Paid BOOLEAN,
                    InvoiceDate DATE, DueDate DATE, PaidAt TIMESTAMP,
                    PackedAt TIMESTAMP, SentAt TIMESTAMP, CustomerEmail STRING,
                    TraceId STRING,
                    DeliveryAddress STRUCT<AddressLine: STRING, City: STRING, PinCode: STRING>
                    """)
                .add(
                    "InvoiceLineItems",
                    items("ItemCode STRING, ItemPrice DECIMAL(10,2), ItemQty INT"))
                .add("Tags", DataTypes.createArrayType(DataTypes.StringType, false))
                .add(
                    "Grid",
                    DataTypes.createArrayType(
                        DataTypes.createArrayType(DataTypes.LongType, false), false)));
  }

  private static ArrayType items(String ddl) {
    return DataTypes.createArrayType(StructType.fromDDL(ddl), false);
  }

  @Test
  void aPropertyReadsIntoItsField() {
    Field field =
        Contracts.of(
                """
                - name: Id
                  physicalName: order-id
                  logicalType: integer
                  required: true
                  unique: true
                """)
            .field("Id");

    assertThat(field)
        .isEqualTo(
            new Field(
                "Id",
                "order-id",
                List.of(),
                new FieldType.Whole(DataTypes.LongType, Long.MIN_VALUE, Long.MAX_VALUE),
                Spelling.PLAIN,
                true,
                false,
                true,
                true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          minLength: 2, maxLength: 5 | 2 | 5
          minLength: 2               | 2 | 2147483647
          maxLength: 0               | 0 | 0
          """)
  void textHasLengths(String options, int least, int most) {
    FieldType.Text text = (FieldType.Text) typeOf("string", "STRING", options);

    assertThat(text.minLength()).isEqualTo(least);
    assertThat(text.maxLength()).isEqualTo(most);
  }

  @Test
  void textHasAPatternAndAFormat() {
    FieldType.Text text = (FieldType.Text) typeOf("string", "string", "pattern: '^A', format: uri");

    assertThat(text.pattern().pattern()).isEqualTo("^A");
    assertThat(text.format()).isEqualTo(TextFormat.URI);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BIGINT   |                                         | -9223372036854775808 | 9223372036854775807
          BIGINT   | minimum: -9223372036854775808           | -9223372036854775808 | 9223372036854775807
          int      |                                         | -2147483648          | 2147483647
          SMALLINT |                                         | -32768               | 32767
          TINYINT  |                                         | -128                 | 127
          TINYINT  | maximum: 300                            | -128                 | 127
          INT      | minimum: 1, maximum: 10                 | 1                    | 10
          INT      | exclusiveMinimum: 1, exclusiveMaximum: 10 | 2                  | 9
          INT      | minimum: 1.0                            | 1                    | 2147483647
          """)
  void wholeNumbersHaveInclusiveLimits(String type, String options, long least, long most) {
    assertThat(typeOf("integer", type, options))
        .isEqualTo(new FieldType.Whole(DataType.fromDDL(type), least, most));
  }

  @Test
  void numbersHaveLimits() {
    assertThat(typeOf("number", "DECIMAL(5,2)", "minimum: 0.5, exclusiveMaximum: 1e2"))
        .isEqualTo(
            new FieldType.Exact(
                new DecimalType(5, 2),
                0,
                null,
                new FieldType.Bounds<>(
                    new BigDecimal("0.5"), new BigDecimal("1E+2"), false, true)));
    assertThat(typeOf("number", "FLOAT", "exclusiveMinimum: 0"))
        .isEqualTo(
            new FieldType.Floating(
                DataTypes.FloatType, new FieldType.Bounds<>(BigDecimal.ZERO, null, true, false)));
    assertThat(typeOf("number", "STRING", "maximum: 0.5"))
        .isEqualTo(
            new FieldType.AsWritten(
                new FieldType.Bounds<>(null, new BigDecimal("0.5"), false, false)));
    assertThat(typeOf("number", "string", null).sparkType()).isEqualTo(DataTypes.StringType);
    assertThat(Contracts.ofField("required: true").field("V").type())
        .isEqualTo(new FieldType.Any());
    assertThat(Contracts.ofField("logicalType: number").schema().apply("V").dataType())
        .isEqualTo(DataTypes.DoubleType);
  }

  @Test
  void timesHaveLimitsAndAPattern() {
    assertThat(typeOf("date", "DATE", "minimum: 1970-01-02, maximum: 1970-01-11"))
        .isEqualTo(new FieldType.Day(List.of(), new FieldType.Bounds<>(1, 10, false, false)));
    assertThat(
            typeOf(
                "timestamp",
                "TIMESTAMP",
                "format: 'dd/MM/yyyy HH:mm', exclusiveMinimum: '1970-01-01T00:00:01Z'"))
        .isEqualTo(
            new FieldType.Instant(
                List.of("dd/MM/yyyy HH:mm"),
                ZoneOffset.UTC,
                new FieldType.Bounds<>(1_000_000L, null, true, false)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          timezone: false                                 | Z
          defaultTimezone: Etc/UTC                        | Z
          defaultTimezone: Europe/Berlin                  | Europe/Berlin
          defaultTimezone: '+05:30'                       | +05:30
          defaultTimezone: -03:00                         | -03:00
          timezone: true                                  | -
          timezone: true, defaultTimezone: Europe/Berlin  | -
          """)
  void aTimestampMayHaveAZoneOfItsOwn(String options, String zone) {
    assertThat(typeOf("timestamp", "TIMESTAMP", options))
        .isEqualTo(
            new FieldType.Instant(
                List.of(),
                zone == null ? null : ZoneId.of(zone),
                new FieldType.Bounds<>(null, null, false, false)));
  }

  @Test
  void aTimestampsLimitsAreInItsZone() {
    FieldType.Instant type =
        (FieldType.Instant)
            typeOf(
                "timestamp",
                "TIMESTAMP",
                "minimum: '1970-01-01T01:00:01', maximum: '1970-01-01T00:00:02Z',"
                    + " defaultTimezone: Europe/Berlin");

    assertThat(type.bounds())
        .isEqualTo(new FieldType.Bounds<>(1_000_000L, 2_000_000L, false, false));
  }

  @Test
  void arraysHaveNumbersOfItems() {
    assertThat(
            Contracts.ofField(
                    "logicalType: array, logicalTypeOptions: {minItems: 1, maxItems: 3},"
                        + " items: {logicalType: boolean}")
                .field("V")
                .type())
        .isEqualTo(
            new FieldType.Many(new FieldType.Bool(List.of(), List.of()), Spelling.PLAIN, 1, 3));
  }

  private static FieldType typeOf(String logical, String physical, String options) {
    return Contracts.ofField(
            "logicalType: %s, physicalType: '%s', logicalTypeOptions: {%s}"
                .formatted(logical, physical, options == null ? "" : options))
        .field("V")
        .type();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          logicalType: text                                                   | logicalType is 'text', must be one of string, integer, number, boolean, date, timestamp, object, array
          physicalType: INT                                                   | logicalType is '', must be one of
          logicalType: string, logicalTypeOptions: {minLenght: 1}             | logicalTypeOptions.minLenght has no meaning for logicalType string, did you mean 'minLength'?
          logicalType: string, logicalTypeOptions: {minimum: 1}               | logicalTypeOptions.minimum has no meaning for logicalType string
          logicalType: integer, logicalTypeOptions: {maxLength: 3}            | logicalTypeOptions.maxLength has no meaning for logicalType integer
          logicalType: number, logicalTypeOptions: {pattern: x}               | logicalTypeOptions.pattern has no meaning for logicalType number
          logicalType: boolean, logicalTypeOptions: {minimum: 0}              | logicalTypeOptions.minimum has no meaning for logicalType boolean; it takes none
          logicalType: date, logicalTypeOptions: {minLength: 10}              | logicalTypeOptions.minLength has no meaning for logicalType date
          logicalType: timestamp, logicalTypeOptions: {minItems: 1}           | logicalTypeOptions.minItems has no meaning for logicalType timestamp
          logicalType: array, items: {logicalType: string}, logicalTypeOptions: {maxLength: 1} | logicalTypeOptions.maxLength has no meaning for logicalType array
          logicalType: string, logicalTypeOptions: [minLength]                | logicalTypeOptions must be a mapping
          logicalType: string, requierd: true                                 | unknown key 'requierd', did you mean 'required'?
          logicalType: string, color: red                                     | unknown key 'color'; known here: id, name
          logicalType: string, required: 'yes'                                | required is 'yes', must be true or false
          logicalType: string, logicalTypeOptions: {pattern: '[a-'}           | pattern '[a-' does not compile: Illegal character range
          logicalType: string, logicalTypeOptions: {format: e-mail}           | format 'e-mail' is unknown, did you mean 'email'?
          logicalType: string, logicalTypeOptions: {minLength: -1}            | minLength is '-1', must be a whole number of 0 or more
          logicalType: string, logicalTypeOptions: {maxLength: 1.5}           | maxLength is '1.5', must be a whole number of 0 or more
          logicalType: string, logicalTypeOptions: {maxLength: 9999999999}    | maxLength is '9999999999', must be a whole number
          logicalType: string, logicalTypeOptions: {minLength: 2, maxLength: 1} | minLength 2 is above maxLength 1
          logicalType: string, physicalType: VARCHAR                          | physicalType 'VARCHAR' is not one of logicalType string: STRING
          logicalType: string, physicalType: INT                              | physicalType 'INT' is not one of logicalType string: STRING
          logicalType: integer, physicalType: 'DECIMAL(10,0)'                 | physicalType 'DECIMAL(10,0)' is not one of logicalType integer: BIGINT, INT, SMALLINT, TINYINT
          logicalType: integer, physicalType: INTEGR                          | physicalType 'INTEGR' is not one of logicalType integer
          logicalType: number, physicalType: BIGINT                           | physicalType 'BIGINT' is not one of logicalType number: DECIMAL(p,s), DOUBLE, FLOAT, STRING
          logicalType: number, physicalType: VARCHAR(9)                       | physicalType 'VARCHAR(9)' is not one of logicalType number
          logicalType: number, physicalType: 'DECIMAL(39,2)'                  | physicalType 'DECIMAL(39,2)' is not one of logicalType number
          logicalType: boolean, physicalType: STRING                          | physicalType 'STRING' is not one of logicalType boolean: BOOLEAN
          logicalType: date, physicalType: TIMESTAMP                          | physicalType 'TIMESTAMP' is not one of logicalType date: DATE
          logicalType: timestamp, physicalType: TIMESTAMP_NTZ                 | physicalType 'TIMESTAMP_NTZ' is not one of logicalType timestamp: TIMESTAMP
          logicalType: integer, logicalTypeOptions: {minimum: 2, maximum: 1}  | its minimum is above its maximum
          logicalType: integer, logicalTypeOptions: {minimum: ten}            | minimum 'ten' is not a value of its type
          logicalType: integer, logicalTypeOptions: {minimum: 1.5}            | the limit 1.5 is not a whole number in the range of BIGINT
          logicalType: integer, logicalTypeOptions: {maximum: 9223372036854775808} | the limit 9223372036854775808 is not a whole number in the range of BIGINT
          logicalType: number, logicalTypeOptions: {minimum: 1, exclusiveMinimum: 1} | has both an inclusive and an exclusive limit on one side
          logicalType: number, logicalTypeOptions: {minimum: '1e99999999999'} | minimum '1e99999999999' is not a value of its type
          logicalType: number, logicalTypeOptions: {exclusiveMinimum: true}   | exclusiveMinimum 'true' is not a value of its type
          logicalType: date, logicalTypeOptions: {minimum: 2023-02-30}        | minimum '2023-02-30' is not a value of its type
          logicalType: date, logicalTypeOptions: {minimum: +999999999-12-31}  | minimum '+999999999-12-31' is not a value of its type
          logicalType: date, logicalTypeOptions: {minimum: 2024-01-02, maximum: 2024-01-01} | its minimum is above its maximum
          logicalType: timestamp, logicalTypeOptions: {maximum: 2024-01-01}   | maximum '2024-01-01' is not a value of its type
          logicalType: date, logicalTypeOptions: {format: bad}                | format 'bad' is no java.time pattern of a date: Unknown pattern letter: b
          logicalType: date, logicalTypeOptions: {format: YYYY-MM-dd}         | format 'YYYY-MM-dd' is no java.time pattern of a date
          logicalType: timestamp, logicalTypeOptions: {format: yyyy-MM-dd}    | format 'yyyy-MM-dd' is no java.time pattern of a timestamp
          logicalType: timestamp, logicalTypeOptions: {format: 'yyyy-MM-dd hh:mm'} | format 'yyyy-MM-dd hh:mm' is no java.time pattern of a timestamp
          logicalType: timestamp, logicalTypeOptions: {defaultTimezone: CEST}  | defaultTimezone 'CEST' is no zone; name one such as Europe/Berlin, UTC or +05:30
          logicalType: timestamp, logicalTypeOptions: {defaultTimezone: 5}     | defaultTimezone '5' is no zone
          logicalType: timestamp, logicalTypeOptions: {defaultTimezone: ''}    | defaultTimezone '' is no zone
          logicalType: timestamp, logicalTypeOptions: {timezone: Europe/Berlin} | timezone is 'Europe/Berlin', must be true or false
          logicalType: timestamp, logicalTypeOptions: {defaultTimeZone: UTC}   | logicalTypeOptions.defaultTimeZone has no meaning for logicalType timestamp, did you mean 'defaultTimezone'?
          logicalType: date, logicalTypeOptions: {defaultTimezone: UTC}        | logicalTypeOptions.defaultTimezone has no meaning for logicalType date
          logicalType: date, logicalTypeOptions: {timezone: true}              | logicalTypeOptions.timezone has no meaning for logicalType date
          logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Europe/Berlin, minimum: '2024-03-31T02:30'} | minimum '2024-03-31T02:30' is not a value of its type: the clocks of Europe/Berlin skipped that time
          logicalType: timestamp, logicalTypeOptions: {timezone: true, format: yyyy-MM-dd HH:mm} | format 'yyyy-MM-dd HH:mm' is no java.time pattern of a timestamp: it has no zone
          logicalType: array                                                  | is an array without 'items'
          logicalType: array, items: {logicalType: string}, logicalTypeOptions: {minItems: 2, maxItems: 1} | minItems 2 is above maxItems 1
          logicalType: array, items: {logicalType: string, size: 1}           | unknown key 'size'
          logicalType: object                                                 | has no properties
          logicalType: object, properties: {A: {logicalType: string}}         | 'properties' must be a list
          logicalType: string, quality: [{type: custom, engine: sparkSql, implementation: V > 1}] | has a row rule in its 'quality'; it belongs to the schema object's
          """)
  void aProblemNamesDocumentAndField(String type, String problem) {
    List<String> problems = Contracts.problems(Contracts.document("- {name: V, " + type + "}"));

    assertThat(problems).anyMatch(p -> p.contains(problem));
    assertThat(problems).allMatch(p -> p.startsWith("contract orders.odcs.yaml: V"));
  }

  @Test
  void aProblemInsideNamesThePath() {
    assertThat(
            Contracts.problems(
                Contracts.document(
                    """
                    - name: Address
                      logicalType: object
                      properties:
                        - name: Lines
                          logicalType: array
                          items:
                            logicalType: object
                            properties:
                              - {name: Text, logicalType: strin}
                              - {logicalType: string}
                    """)))
        .hasSize(2)
        .anyMatch(p -> p.startsWith("contract orders.odcs.yaml: Address.Lines.Text: logicalType"))
        .anyMatch(
            p ->
                p.equals(
                    "contract orders.odcs.yaml: Address.Lines.properties[1]: 'name' is missing"));
  }

  @ParameterizedTest
  @CsvSource({
    "{name: A}, {name: A}",
    "{name: Total}, {name: TOTAL}",
    "'{name: A, physicalName: x}', '{name: B, physicalName: x}'",
    "{name: A}, '{name: B, physicalName: A}'"
  })
  void namesAreUnique(String first, String second) {
    String type = ", logicalType: string}";
    assertThat(
            Contracts.problems(
                Contracts.document(
                    "- " + first.replace("}", type) + "\n- " + second.replace("}", type))))
        .singleElement()
        .asString()
        .contains("stands twice");
  }

  @Test
  void oneNameMayStandInTwoObjects() {
    Contract contract =
        Contracts.of(
            """
            - {name: Id, logicalType: string}
            - {name: Item, logicalType: object, properties: [{name: Id, logicalType: integer}]}
            """);

    assertThat(contract.field("Item.Id").type()).isInstanceOf(FieldType.Whole.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          total >                 | 'total >' is no Spark SQL expression
          ``                      | '' is no Spark SQL expression
          DROP TABLE x            | 'DROP TABLE x' is no Spark SQL expression
          totl > 1                | names column 'totl', which the contract does not have
          exists(ids, i -> i > x) | names column 'x', which the contract does not have
          """)
  void aRowRuleIsSqlOverTheColumns(String expression, String problem) {
    assertThat(Contracts.problems(withRule(expression)))
        .containsExactly("contract orders.odcs.yaml: quality 'r': " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "total > 1 AND address.city IS NOT NULL",
        "exists(ids, i -> i > total)",
        "exists(ids, i -> exists(ids, j -> i > j AND current_date > DATE'2020-01-01'))",
        "size(ids) > 0 OR total < year(current_date)",
        "true"
      })
  void aRowRuleMayUseAnyFunction(String expression) {
    assertThat(Contracts.read(withRule(expression)).rules())
        .containsExactly(new Rule("r", expression, null));
  }

  private static String withRule(String expression) {
    return Contracts.document(
            """
            - {name: total, logicalType: integer}
            - {name: ids, logicalType: array, items: {logicalType: integer}}
            - {name: address, logicalType: object, properties: [{name: city, logicalType: string}]}
            """)
        + """
        quality:
          - name: r
            type: custom
            engine: sparkSql
            implementation: "%s"
        """
            .formatted(expression)
            .indent(4);
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    List<String> problems =
        Contracts.problems(
            """
            apiVersion: v2.2.2
            kind: DataContract
            sttus: active
            schema:
              - name: order
                ownr: me
                properties:
                  - {name: A, logicalType: string, logicalTypeOptions: {pattern: '(', minLength: x}}
                  - {name: B, logicalType: integer, physicalType: TEXT}
                  - {name: B, logicalType: nothing}
                quality:
                  - {name: r, type: custom, engine: sparkSql, implementation: C > 1, sevrity: high}
            """);

    assertThat(problems)
        .allMatch(p -> p.startsWith("contract orders.odcs.yaml: "))
        .extracting(p -> p.substring("contract orders.odcs.yaml: ".length()))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("unknown key 'sttus', did you mean 'status'?"),
            p -> assertThat(p).isEqualTo("apiVersion: is 'v2.2.2', must be of ODCS v3, v3.1.0"),
            p -> assertThat(p).startsWith("order: unknown key 'ownr'"),
            p -> assertThat(p).startsWith("A: pattern '(' does not compile"),
            p -> assertThat(p).startsWith("A: minLength is 'x'"),
            p -> assertThat(p).startsWith("B: physicalType 'TEXT' is not one of"),
            p -> assertThat(p).startsWith("B: stands twice"),
            p -> assertThat(p).startsWith("B: logicalType is 'nothing'"),
            p -> assertThat(p).startsWith("quality 'r': names column 'C'"),
            p -> assertThat(p).startsWith("quality 'r': unknown key 'sevrity'"),
            p -> assertThat(p).isEqualTo("'id' is missing"),
            p -> assertThat(p).isEqualTo("'version' is missing"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a: [1          | (line 1): not readable as YAML: while parsing a flow sequence, expected ',' or ']', but got <stream end>
          a: 1\\nb: ]     | (line 2): not readable as YAML: while parsing a block node, expected the node content, but found ']'
          a:\\n\tb: 1     | (line 1): not readable as YAML: while scanning for the next token, found character '\\t(TAB)' that cannot start any token.
          id: "a         | (line 1): not readable as YAML: while scanning a quoted scalar, found unexpected end of stream
          id: a\\nid: b   | not readable as YAML: Duplicate field 'id'
          a: 1\\n---\\nb: 2 | not readable as YAML: Trailing token found after value
          id: `\u0007`   | (line 1): not readable as YAML: special characters are not allowed
          just text      | is not a YAML mapping
          - a            | is not a YAML mapping
          ``             | is not a YAML mapping
          schema: {}     | schema: must be a list of one object
          schema: {a: 1} | schema: must be a list of one object
          schema: []     | schema: must be a list of one object
          schema: [{}, {}] | schema: must be a list of one object
          """)
  void aDocumentThatIsNoContractIsRefused(String text, String problem) {
    assertThat(Contracts.problems(text.replace("\\n", "\n")))
        .allMatch(p -> p.startsWith("contract orders.odcs.yaml"))
        .anyMatch(p -> p.contains(problem))
        .noneMatch(p -> p.contains("\n") || p.contains("Feature") || p.contains("`"));
  }

  @Test
  void aProblemIsOneLine() {
    assertThat(
            Contracts.problems(
                Contracts.document("- {name: \"A\\nB\", logicalType: string, size: 1}")))
        .singleElement()
        .asString()
        .startsWith("contract orders.odcs.yaml: A\\nB: unknown key 'size'");
  }

  @Test
  void aDuplicateKeyAnywhereIsRefused() {
    assertThat(
            Contracts.problems(
                Contracts.document("- {name: A, logicalType: string, logicalType: integer}")))
        .singleElement()
        .asString()
        .contains("Duplicate field 'logicalType'");
  }

  @Test
  void theStandardsDescriptiveKeysAreAccepted() {
    Contract contract =
        Contracts.read(
            """
            apiVersion: v3.1.0
            kind: DataContract
            id: orders
            name: Orders
            version: 1.0.0
            status: active
            tenant: t
            domain: d
            dataProduct: p
            contractCreatedTs: "2026-01-01T00:00:00Z"
            tags: [a]
            description: {purpose: x, limitations: y, usage: z, customProperties: []}
            servers: [{server: s, type: kafka, host: localhost, format: json}]
            price: {priceAmount: 1, priceCurrency: EUR, priceUnit: GB}
            team: {name: t, members: [{username: u}]}
            roles: [{role: r, access: read}]
            slaDefaultElement: order.A
            slaProperties: [{property: latency, value: 4, unit: d}]
            support: [{channel: c, url: "https://example.org"}]
            authoritativeDefinitions: [{url: "https://example.org", type: definition}]
            customProperties: [{property: p, value: v}]
            schema:
              - id: order_obj
                name: order
                physicalName: order_v1
                physicalType: topic
                logicalType: object
                businessName: Order
                description: d
                dataGranularityDescription: g
                tags: [a]
                relationships: [{from: order.A, to: other.A}]
                authoritativeDefinitions: []
                customProperties: []
                quality:
                  - {type: text, description: Looks good}
                  - {type: library, metric: rowCount, arguments: {}, mustBeGreaterThan: 1, unit: rows}
                  - {type: sql, query: SELECT 1, mustBe: 1, schedule: daily, scheduler: cron}
                  - {type: custom, engine: soda, implementation: x, dimension: accuracy, method: m}
                properties:
                  - id: a_prop
                    name: A
                    logicalType: string
                    physicalType: STRING
                    businessName: A
                    description: d
                    tags: [a]
                    examples: [a]
                    classification: public
                    encryptedName: a_enc
                    criticalDataElement: true
                    partitioned: false
                    partitionKeyPosition: -1
                    primaryKeyPosition: 1
                    transformLogic: t
                    transformDescription: d
                    transformSourceObjects: [x]
                    relationships: [{to: other.A}]
                    authoritativeDefinitions: []
                    customProperties: []
                    quality: [{type: library, metric: nullValues, mustBe: 0}]
            """);

    assertThat(contract.schema()).isEqualTo(StructType.fromDDL("A STRING"));
    assertThat(contract.rules()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          primaryKey: true | unique: true | A
          unique: true     | unique: true | A,B
          unique: true     | primaryKey: true | B
          unique: false    | required: true | ''
          """)
  void theKeyIsThePrimaryKeyElseTheUniqueColumns(String a, String b, String key) {
    Contract contract =
        Contracts.of(
            "- {name: A, logicalType: string, %s}\n- {name: B, logicalType: string, %s}"
                .formatted(a, b));

    assertThat(String.join(",", contract.key())).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          InvoiceNumber                                        | struct<InvoiceNumber:string>
          StoreID,Paid                                         | struct<StoreID:string,Paid:boolean>
          Paid,StoreID                                         | struct<StoreID:string,Paid:boolean>
          DeliveryAddress.City                                 | struct<DeliveryAddress:struct<City:string>>
          DeliveryAddress.City,DeliveryAddress                 | struct<DeliveryAddress:struct<AddressLine:string,City:string,PinCode:string>>
          InvoiceLineItems.ItemCode,InvoiceLineItems.ItemQty   | struct<InvoiceLineItems:array<struct<ItemCode:string,ItemQty:int>>>
          Grid                                                 | struct<Grid:array<array<bigint>>>
          """)
  void keepingKeepsTheNamedColumns(String paths, String schema) {
    Contract contract = Contracts.invoice().keeping(List.of(paths.split(",")));

    assertThat(contract.schema().catalogString()).isEqualTo(schema);
    assertThat(contract.record().fields()).hasSameSizeAs(Contracts.invoice().record().fields());
  }

  @Test
  void keepingTwiceKeepsWhatBothName() {
    Contract contract =
        Contracts.invoice().keeping(List.of("StoreID", "Paid")).keeping(List.of("Paid", "Level"));

    assertThat(contract.schema().catalogString()).isEqualTo("struct<Paid:boolean>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Storeid", "StoreID.x", "DeliveryAddress.Town", "", "store-id"})
  void keepingRefusesAColumnThatIsNot(String path) {
    assertThatThrownBy(() -> Contracts.invoice().keeping(List.of("Paid", path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("contract urn:millrace:test:invoice has no column '%s' to keep", path);
  }

  @Test
  void ruleColumnsAreThoseThatRowRulesSpeakOf() {
    String rule =
        """
            quality:
              - {name: paid, type: custom, engine: sparkSql, implementation: "Paid <= Total"}
        """;
    Contract contract =
        Contracts.read(
            Contracts.document(
                    """
                    - {name: Id, logicalType: string}
                    - {name: Paid, logicalType: integer}
                    - {name: Total, logicalType: integer}
                    - {name: Other, logicalType: integer}
                    """)
                + rule);

    assertThat(contract.ruleColumns()).containsExactly("Paid", "Total");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "StoreID, store-id",
        "DeliveryAddress.City, City",
        "InvoiceLineItems.ItemQty, ItemQty",
        "InvoiceLineItems, InvoiceLineItems",
        "store-id, none",
        "StoreID.City, none",
        "DeliveryAddress.Town, none",
        "Tags.x, none"
      })
  void aFieldIsFoundByItsPath(String path, String physicalName) {
    Field field = Contracts.invoice().field(path);

    assertThat(field == null ? null : field.physicalName()).isEqualTo(physicalName);
  }
}
