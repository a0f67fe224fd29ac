package io.github.millrace.viewlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.publish.PartialAggregate;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsTest {
  private static final TimeSpan MINUTE = TimeSpan.parse("1 minute");
  private static final long LENGTH = MINUTE.micros();

  @Test
  void totalsOfTwoTasksAreAddedUp() {
    Windows windows =
        Windows.ofPartials(
            List.of(folded(1, 0, 10, 5, 1), folded(1, 0, 20, 7, 1), folded(1, 0, 10, 6, 2)));
    assertThat(windows.totals())
        .containsExactly(new Windows.Total(1, 0, 10, 11, 3), new Windows.Total(1, 0, 20, 7, 1));
  }

  @Test
  void aWindowThatEndsAtTheWatermarkIsClosed() {
    Windows two = Windows.ofPartials(List.of(folded(1, 0, 10, 5, 1), folded(1, LENGTH, 10, 6, 1)));
    OpenWindows open = new OpenWindows(3, 0, LENGTH, two);
    assertThat(open.closed(MINUTE).totals()).extracting(Windows.Total::start).containsExactly(0L);
    assertThat(open.open(MINUTE).windows().totals())
        .extracting(Windows.Total::start)
        .containsExactly(LENGTH);
    assertThat(new OpenWindows(3, 0, LENGTH - 1, two).closed(MINUTE).isEmpty()).isTrue();
  }

  @Test
  void timeNeverGoesBack() {
    OpenWindows open = new OpenWindows(3, 0, 500, Windows.NONE);
    assertThat(open.plus(4, Windows.NONE, 100).watermark()).isEqualTo(500);
    assertThat(open.revised(Windows.NONE, 900).watermark()).isEqualTo(900);
  }

  @Test
  void aMeanGivesItsSumBackExactly() {
    for (long views = 1; views < 50_000; views = views * 3 + 1) {
      long micros = views * 3_599_999_999L - 1;
      double mean = micros / 1e6 / views;
      assertThat(Math.round(mean * views * 1e6)).isEqualTo(micros);
    }
  }

  @Test
  void aSpanIsReadAsSparkReadsIntervals() {
    assertThat(TimeSpan.parse("10 seconds").micros()).isEqualTo(10_000_000);
    assertThat(TimeSpan.parse("1 day 2 hours").micros()).isEqualTo(26 * 3_600_000_000L);
    for (String wrong : List.of("soon", "-1 second", "1 month", "", "2000000000 days")) {
      assertThatThrownBy(() -> TimeSpan.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("must be a time such as '10 seconds' or '1 minute'");
    }
  }

  private static PartialAggregate folded(
      int network, long start, int campaign, long micros, long views) {
    return new PartialAggregate(
        new long[] {network, start, campaign}, new long[] {micros, views}, new long[] {0, 0});
  }
}
