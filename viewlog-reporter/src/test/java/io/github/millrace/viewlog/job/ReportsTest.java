package io.github.millrace.viewlog.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.WindowStore;
import io.github.millrace.window.WindowTotal;
import io.github.millrace.window.WindowTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** As every version has written it. */
  @Test
  void windowsThatAnEarlierVersionLeftOpenAreRead(@TempDir Path checkpoint) throws IOException {
    Path file = Files.createDirectory(checkpoint.resolve("windows")).resolve("00000007-1.json");
    Files.writeString(
        file,
        "{\"watermark\":51000000,\"windows\":[{\"network\":1,\"start\":0,\"campaign\":10,"
            + "\"durationMicros\":2000000,\"views\":3}]}");
    WindowStore store =
        new WindowStore(checkpoint.toUri().toString(), Views.COLUMNS, new Configuration());
    WindowTotal total = new WindowTotal(0, List.of(1L, 10L), List.of(2_000_000L, 3L), List.of());
    assertThat(store.latest())
        .contains(new OpenWindows(7, 1, 51_000_000, WindowTotals.of(List.of(total))));
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
