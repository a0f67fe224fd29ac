package io.github.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractChangeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a INT          | a INT, b STRING        | b is new, and null in what was written before
          a INT NOT NULL | a INT                  | a may be null now
          a INT          | a BIGINT               | a was INT and is BIGINT, which holds all that was written
          a TINYINT      | a SMALLINT             | a was TINYINT and is SMALLINT, which holds all that was written
          a INT          | a STRING               | a was INT and is STRING, which holds all that was written
          a FLOAT        | a DOUBLE               | a was FLOAT and is DOUBLE, which holds all that was written
          a DECIMAL(9,2) | a DECIMAL(10,3)        | a was DECIMAL(9,2) and is DECIMAL(10,3), which holds all that was written
          a STRUCT<b: INT> | a STRUCT<b: INT, c: DATE> | a.c is new, and null in what was written before
          a ARRAY<STRUCT<b: INT>> | a ARRAY<STRUCT<b: BIGINT>> | a[].b was INT and is BIGINT, which holds all that was written
          """)
  void whatHoldsAllThatWasWrittenIsTaken(String before, String now, String taken) {
    ContractChange change = between(before, now);

    assertThat(change.refused()).isEmpty();
    assertThat(change.taken()).containsExactly(taken);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a INT, b INT   | a INT                  | b is gone; keep it, it may be optional
          a INT          | a INT, b INT NOT NULL  | b is new and required, and what was written lacks it; let it be optional
          a INT          | a INT NOT NULL         | a is required now, and may be null in what was written; let it be optional
          a BIGINT       | a INT                  | a was BIGINT and is INT, which may not hold what was written; let it be BIGINT
          a DOUBLE       | a FLOAT                | a was DOUBLE and is FLOAT, which may not hold what was written; let it be DOUBLE
          a BIGINT       | a DOUBLE               | a was BIGINT and is DOUBLE, which may not hold what was written; let it be BIGINT
          a DECIMAL(9,2) | a DECIMAL(9,3)         | a was DECIMAL(9,2) and is DECIMAL(9,3), which may not hold what was written; let it be DECIMAL(9,2)
          a STRING       | a DATE                 | a was STRING and is DATE, which may not hold what was written; let it be STRING
          a STRUCT<b: INT> | a STRING             | a was STRUCT<b: INT> and is STRING, which may not hold what was written; let it be STRUCT<b: INT>
          a ARRAY<STRUCT<b: INT, c: INT>> | a ARRAY<STRUCT<b: INT>> | a[].c is gone; keep it, it may be optional
          """)
  void whatMayNotIsRefused(String before, String now, String refused) {
    assertThat(between(before, now).refused()).containsExactly(refused);
  }

  /** Rules say which records are good from now on; columns are the same. */
  @Test
  void rulesAndSpellingsAreNoChangeOfColumns() {
    Contract before = Contracts.of("- {name: a, logicalType: integer, required: true}");
    Contract now =
        Contracts.of(
            """
            - name: a
              logicalType: integer
              required: true
              logicalTypeOptions: {minimum: 1}
              customProperties: [{property: aliases, value: [b]}, {property: lenient, value: true}]
            """);

    assertThat(ContractChange.columns(now))
        .isEqualTo(ContractChange.columns(before))
        .isEqualTo(StructType.fromDDL("a BIGINT NOT NULL"));
  }

  private static ContractChange between(String before, String now) {
    return ContractChange.between(StructType.fromDDL(before), StructType.fromDDL(now));
  }
}
