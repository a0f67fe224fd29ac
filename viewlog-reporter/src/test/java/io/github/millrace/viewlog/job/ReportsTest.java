package io.github.millrace.viewlog.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.window.TumblingWindows;
import java.util.List;
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
  void aRangeIsSplitAtMidnight() {
    long day = 24 * HOUR;
    Recomputation.Range range = new Recomputation.Range(22 * HOUR, 2 * day + 1 * HOUR);
    assertThat(range.days(hours(1)))
        .containsExactly(
            new Recomputation.Range(22 * HOUR, day),
            new Recomputation.Range(day, 2 * day),
            new Recomputation.Range(2 * day, 2 * day + HOUR));
    // No window of so many hours starts in the second part.
    assertThat(new Recomputation.Range(20 * HOUR, 30 * HOUR).days(hours(10)))
        .containsExactly(new Recomputation.Range(20 * HOUR, day));
    Recomputation.Range none = new Recomputation.Range(5, 5);
    assertThat(none.days(hours(1))).isEqualTo(List.of(none));
  }

  private static TumblingWindows hours(int hours) {
    return new TumblingWindows(TimeSpan.parse(hours + " hours"), TimeSpan.parse("0 seconds"));
  }
}
