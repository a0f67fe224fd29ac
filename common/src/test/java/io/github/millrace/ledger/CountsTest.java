package io.github.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 0, 0, true",
    "15, 1, 2, 3, 4, 5, true",
    "1, 1, 0, 0, 0, 0, true",
    "1, 0, 1, 0, 0, 0, true",
    "1, 0, 0, 1, 0, 0, true",
    "1, 0, 0, 0, 1, 0, true",
    "1, 0, 0, 0, 0, 1, true",
    "1, 0, 0, 0, 0, 0, false",
    "0, 1, 0, 0, 0, 0, false",
    "0, 0, 0, 0, 0, 1, false",
    "16, 1, 2, 3, 4, 5, false",
    "14, 1, 2, 3, 4, 5, false",
  })
  void balancesWhenEveryRecordIsAccountedFor(
      long read,
      long written,
      long quarantined,
      long late,
      long deduplicated,
      long reread,
      boolean balanced) {
    assertThat(new Counts(read, written, quarantined, late, deduplicated, reread).balanced())
        .isEqualTo(balanced);
  }

  @Test
  void aGapIsNoRecord() {
    assertThat(new Counts(1, 1, 0, 0, 0, 0, 9).balanced()).isTrue();
    assertThat(new Counts(1, 0, 0, 0, 0, 0, 1).balanced()).isFalse();
    assertThat(new Counts(2, 1, 0, 0, 0, 0, 1).balanced()).isFalse();
  }

  @Test
  void addsEachCount() {
    assertThat(new Counts(1, 2, 3, 4, 5, 6).plus(new Counts(10, 20, 30, 40, 50, 60)))
        .isEqualTo(new Counts(11, 22, 33, 44, 55, 66));
    assertThat(new Counts(1, 1, 0, 0, 0, 0, 7).plus(new Counts(1, 1, 0, 0, 0, 0, 70)))
        .isEqualTo(new Counts(2, 2, 0, 0, 0, 0, 77));
    assertThat(Counts.NONE.plus(new Counts(1, 2, 3, 4, 5))).isEqualTo(new Counts(1, 2, 3, 4, 5));
  }
}
