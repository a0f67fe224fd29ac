package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimeSpanTest {
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
}
