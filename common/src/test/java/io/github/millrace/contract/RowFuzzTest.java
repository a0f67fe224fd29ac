package io.github.millrace.contract;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.millrace.csv.CsvDialect;
import io.github.millrace.testkit.Nightly;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** A typed row is judged as the {@link Oracle} judges the JSON that says the same. */
class RowFuzzTest {
  private static final int RECORDS = Nightly.times("millrace.fuzz.records", 30_000, 1_000_000);

  /** Another one each time; {@code -Dmillrace.fuzz.seed} runs one again. */
  private static final long SEED = Long.getLong("millrace.fuzz.seed", System.nanoTime());

  private static final Contract CONTRACT =
      Contracts.of(
          """
          - {name: id, logicalType: integer, required: true, logicalTypeOptions: {minimum: 1, maximum: 1000}}
          - {name: small, logicalType: integer, physicalType: TINYINT}
          - {name: fare, logicalType: number, physicalType: 'DECIMAL(6,2)', logicalTypeOptions: {minimum: 0}}
          - {name: lat, logicalType: number, logicalTypeOptions: {minimum: -90, exclusiveMaximum: 90}}
          - {name: name, logicalType: string, logicalTypeOptions: {minLength: 1, maxLength: 5, pattern: '^[a-zü]'}}
          - {name: day, logicalType: date, logicalTypeOptions: {minimum: 2020-01-01}}
          - {name: at, logicalType: timestamp, required: true, logicalTypeOptions: {maximum: '2030-01-01T00:00:00Z'}}
          - {name: paid, logicalType: boolean}
          - name: items
            logicalType: array
            logicalTypeOptions: {minItems: 1, maxItems: 3}
            items:
              logicalType: object
              properties:
                - {name: code, logicalType: string, required: true}
                - {name: units, logicalType: integer, logicalTypeOptions: {minimum: 0}}
          """);
  private static final StructType ITEM =
      new StructType().add("code", DataTypes.StringType).add("units", DataTypes.IntegerType);
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("small", DataTypes.IntegerType)
          .add("fare", DataTypes.createDecimalType(12, 4))
          .add("lat", DataTypes.DoubleType)
          .add("name", DataTypes.StringType)
          .add("day", DataTypes.DateType)
          .add("at", DataTypes.TimestampType)
          .add("paid", DataTypes.BooleanType)
          .add("items", DataTypes.createArrayType(ITEM));
  private static final String[] NAMES = {"anna", "b", "übel", "", "toolong", "9", "x y z"};
  private static final double[] LATITUDES = {52.5, -90, 90, 89.999, -90.001, Double.NaN, 1e300};

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void theOracleAgreesOnEveryRow() {
    System.getLogger("RowFuzzTest").log(WARNING, "millrace.fuzz.seed=" + SEED);
    ContractFunction.OfRows function =
        (ContractFunction.OfRows)
            new ContractFunction(CONTRACT, CsvDialect.STANDARD)
                .bind(new StructType().add("row", SCHEMA));
    Oracle oracle = new Oracle(CONTRACT);
    int good = 0;
    for (int i = 0; i < RECORDS; i++) {
      ObjectNode json = new ObjectMapper().createObjectNode();
      InternalRow row = row(json);
      Parsed parsed = Parsed.of(CONTRACT, function.invoke(row));
      assertThat(
              parsed.good()
                  ? Optional.of(new Oracle.Good(parsed.record(), parsed.unknownFields()))
                  : Optional.empty())
          .as("row %d of seed %d: %s %s", i, SEED, json, parsed.reasons())
          .isEqualTo(oracle.judge(json.toString().getBytes(UTF_8)));
      good += parsed.good() ? 1 : 0;
    }
    // Or the damage is too great or too small to tell anything.
    assertThat(good).isBetween(RECORDS / 10, 9 * RECORDS / 10);
  }

  private InternalRow row(ObjectNode json) {
    Object[] row = new Object[SCHEMA.size()];
    if (!missing(json, "id")) {
      row[0] = rarely() ? random.nextLong(-1, 1_002) : random.nextLong(1, 1_000);
      json.put("id", (long) row[0]);
    }
    if (!missing(json, "small")) {
      row[1] = rarely() ? random.nextInt(-130, 130) : random.nextInt(100);
      json.put("small", (int) row[1]);
    }
    if (!missing(json, "fare")) {
      long unscaled =
          rarely() ? random.nextLong(-100, 200_000_000) : 100 * random.nextLong(900_000);
      BigDecimal fare = BigDecimal.valueOf(unscaled, 4);
      row[2] = Decimal.apply(fare, 12, 4);
      json.put("fare", fare);
    }
    if (!missing(json, "lat")) {
      double latitude = LATITUDES[rarely() ? random.nextInt(LATITUDES.length) : 0];
      row[3] = latitude;
      json.put("lat", latitude);
    }
    if (!missing(json, "name")) {
      String name = NAMES[random.nextInt(rarely() ? NAMES.length : 3)];
      row[4] = UTF8String.fromString(name);
      json.put("name", name);
    }
    if (!missing(json, "day")) {
      LocalDate day = LocalDate.of(2020, 1, 1).plusDays(rarely() ? random.nextInt(-2, 2) : 9);
      row[5] = (int) day.toEpochDay();
      json.put("day", day.toString());
    }
    if (!missing(json, "at")) {
      Instant at =
          Instant.parse("2030-01-01T00:00:00Z")
              .plus(rarely() ? random.nextInt(-2, 2) : -random.nextInt(1 << 30), ChronoUnit.MICROS);
      row[6] = ChronoUnit.MICROS.between(Instant.EPOCH, at);
      json.put("at", at.toString());
    }
    if (!missing(json, "paid")) {
      row[7] = random.nextBoolean();
      json.put("paid", (boolean) row[7]);
    }
    if (!missing(json, "items")) {
      row[8] = items(json.putArray("items"));
    }
    return new GenericInternalRow(row);
  }

  private GenericArrayData items(ArrayNode json) {
    Object[] items = new Object[rarely() ? random.nextInt(5) : random.nextInt(1, 4)];
    for (int i = 0; i < items.length; i++) {
      if (oneIn(144)) {
        json.addNull();
        continue;
      }
      ObjectNode item = json.addObject();
      Object[] row = new Object[2];
      if (!missing(item, "code")) {
        row[0] = UTF8String.fromString("c" + i);
        item.put("code", "c" + i);
      }
      if (!missing(item, "units")) {
        row[1] = rarely() ? random.nextInt(-1, 2) : random.nextInt(9);
        item.put("units", (int) row[1]);
      }
      items[i] = new GenericInternalRow(row);
    }
    return new GenericArrayData(items);
  }

  private boolean missing(ObjectNode json, String name) {
    boolean missing = oneIn(144);
    if (missing) {
      json.putNull(name);
    }
    return missing;
  }

  private boolean rarely() {
    return oneIn(12);
  }

  private boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }
}
