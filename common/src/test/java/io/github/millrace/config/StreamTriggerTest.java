package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTriggerTest {
  @Test
  void availableNowEndsByItself() {
    StreamTrigger trigger = StreamTrigger.parse(" availableNow ");

    assertThat(trigger.bounded()).isTrue();
    assertThat(trigger.toSpark()).isEqualTo(Trigger.AvailableNow());
    assertThat(trigger).hasToString("availableNow");
    assertThat(StreamTrigger.ALL_AVAILABLE.toSpark()).isEqualTo(Trigger.AvailableNow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"30 seconds", "30000 milliseconds", "interval 30 seconds"})
  void anIntervalGoesOn(String text) {
    assertThat(StreamTrigger.parse(text).bounded()).isFalse();
    assertThat(StreamTrigger.parse(text).toSpark()).isEqualTo(Trigger.ProcessingTime("30 seconds"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "available",
        "AvailableNow",
        "30",
        "seconds",
        "-1 second",
        "1 month",
        "1 fortnight"
      })
  void whatIsNeitherIsRefused(String text) {
    assertThatThrownBy(() -> StreamTrigger.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be availableNow or an interval such as '30 seconds'");
  }
}
