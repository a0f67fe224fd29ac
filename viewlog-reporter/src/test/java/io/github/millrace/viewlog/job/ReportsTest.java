package io.github.millrace.viewlog.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final long HOUR = 3_600_000_000L;

  @Test
  void aMeanGivesItsSumBackExactly() {
    for (long views = 1; views < 50_000; views = views * 3 + 1) {
      long micros = views * 3_599_999_999L - 1;
      double mean = micros / 1e6 / views;
      assertThat(Math.round(mean * views * 1e6)).isEqualTo(micros);
    }
  }

  @Test
  void aRangeIsCutAtMidnight() {
    long day = 24 * HOUR;
    Recomputation.Range range = new Recomputation.Range(22 * HOUR, 2 * day + 1 * HOUR);
    assertThat(range.isWithinADay()).isFalse();
    LocalDate first = LocalDate.of(1970, 1, 1);
    assertThat(range.on(first)).isEqualTo(new Recomputation.Range(22 * HOUR, day));
    assertThat(range.on(first.plusDays(1))).isEqualTo(new Recomputation.Range(day, 2 * day));
    assertThat(range.on(first.plusDays(2)))
        .isEqualTo(new Recomputation.Range(2 * day, 2 * day + HOUR));
    assertThat(new Recomputation.Range(0, day).isWithinADay()).isTrue();
    assertThat(new Recomputation.Range(5, 5).isWithinADay()).isTrue();
    assertThat(new Recomputation.Range(-1, 1).isWithinADay()).isFalse();
  }
}
