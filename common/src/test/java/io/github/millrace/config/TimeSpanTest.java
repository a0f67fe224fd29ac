package io.github.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.util.IntervalUtils;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
  private static final long MICROS_PER_DAY = 86_400_000_000L;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 seconds",
        "1 week 1 day 1 hour 1 minute 1 second 1 millisecond 1 microsecond",
        " \t\u0000Interval\u001c 3  WEEKS\u007f ",
        "1.5 seconds",
        "1. second",
        ".5 second",
        ". second",
        "-. second",
        "+ .5 second",
        "- 1 minute 2 hours",
        "--1 minute",
        "1.123456789 seconds",
        "1.1234567891 seconds",
        "1.5 hours",
        "1. hour",
        "1.5 milliseconds",
        "1 second 2",
        "1second",
        "1 s",
        "5m",
        "1 secondss",
        "1 days 1 dayss",
        "2 wee\u212as",
        "1 mİnute",
        "1 nanosecond",
        "1 month",
        "0 years 1 day",
        "1 year -12 months 1 day",
        "interval",
        "interval ",
        "intervals 1 day",
        "interval interval 1 day",
        "1 day interval",
        "1 day,2 hours",
        "1e3 seconds",
        "１ second",
        "9223372036854775807 microseconds",
        "9223372036854775808 microseconds",
        "9223372036854775807 microseconds 1 microsecond -9 hours",
        "2305843009213693951 microseconds",
        "2305843009213693952 microseconds",
        "2147483648 days -2147483648 days",
        "306783378 weeks",
        "306783379 weeks",
        "106751991 days",
        "26687997 days",
        "26687998 days"
      })
  void anythingElseTooIsReadAsSparkReadsIt(String text) {
    assertThat(read(text)).as(text).isEqualTo(bySpark(text));
  }

  @Test
  void whateverIsPutTogetherIsReadAsSparkReadsIt() {
    List<String> words =
        List.of(
            "interval",
            "0",
            "1",
            "12",
            "007",
            "9223372036854775807",
            "3000000000",
            "-",
            "+",
            ".",
            ".5",
            "1.25",
            "0.000001",
            "1.",
            "-1",
            "+ 2",
            "year",
            "months",
            "week",
            "days",
            "hour",
            "MINUTES",
            "second",
            "seconds",
            "millisecond",
            "microseconds",
            "s",
            "m",
            "x",
            "1 day",
            "2 hours",
            "30 seconds",
            "0 months",
            "\u0000",
            "\u001c",
            "\u000b",
            "é");
    List<String> between = List.of(" ", " ", " ", " ", "", "  ", "\t", "\n");
    Random random = new Random(1);
    int good = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(7); j >= 0; j--) {
        text.append(words.get(random.nextInt(words.size())));
        text.append(between.get(random.nextInt(between.size())));
      }
      Optional<Long> read = read(text.toString());
      assertThat(read).as("%s", text).isEqualTo(bySpark(text.toString()));
      good += read.isPresent() ? 1 : 0;
    }
    assertThat(good).isGreaterThan(1_000);
  }

  private static Optional<Long> read(String text) {
    try {
      return Optional.of(TimeSpan.parse(text).micros());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A span without months, from 0 to a quarter of what a long holds. */
  private static Optional<Long> bySpark(String text) {
    try {
      CalendarInterval interval = IntervalUtils.stringToInterval(UTF8String.fromString(text));
      long micros =
          Math.addExact(Math.multiplyExact(interval.days, MICROS_PER_DAY), interval.microseconds);
      return interval.months == 0 && micros >= 0 && micros <= Long.MAX_VALUE / 4
          ? Optional.of(micros)
          : Optional.empty();
    } catch (ArithmeticException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      if (e instanceof SparkThrowable) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
