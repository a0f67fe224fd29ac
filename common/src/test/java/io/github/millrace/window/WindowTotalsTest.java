package io.github.millrace.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.millrace.config.TimeSpan;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class WindowTotalsTest {
  private static final TumblingWindows MINUTES =
      new TumblingWindows(TimeSpan.parse("1 minute"), TimeSpan.parse("10 seconds"));
  private static final long LENGTH = MINUTES.length().micros();

  @Test
  void totalsOfTwoTasksAreAddedUp() {
    WindowTotals totals =
        WindowTotals.of(
            List.of(
                total(0, 1, "a", 5, "0.10", 7),
                total(0, 2, "a", 1, "1", 1),
                total(0, 1, "b", 1, "1", 1),
                total(0, 1, "a", 6, "0.20", 3)));
    assertThat(totals.all())
        .containsExactly(
            total(0, 1, "a", 11, "0.30", 7),
            total(0, 1, "b", 1, "1", 1),
            total(0, 2, "a", 1, "1", 1));
    assertThat(totals.plus(totals).all().get(0)).isEqualTo(total(0, 1, "a", 22, "0.60", 7));
  }

  @Test
  void aSumBeyondItsTypeIsAnError() {
    WindowTotals most = WindowTotals.of(List.of(total(0, 1, "a", Long.MAX_VALUE, "1", 1)));
    assertThatThrownBy(() -> most.plus(WindowTotals.of(List.of(total(0, 1, "a", 1, "1", 1)))))
        .isInstanceOf(ArithmeticException.class);
    WindowTotals large = WindowTotals.of(List.of(total(0, 1, "a", 1, "99999999999999999999.5", 1)));
    assertThatThrownBy(() -> large.plus(large))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("is beyond DECIMAL(38,18)");
  }

  @Test
  void aWindowThatEndsAtTheWatermarkIsClosed() {
    WindowTotals two =
        WindowTotals.of(List.of(total(0, 1, "a", 5, "1", 1), total(LENGTH, 1, "a", 6, "1", 1)));
    OpenWindows open = new OpenWindows(3, 0, LENGTH, two);
    assertThat(open.closed(MINUTES).all()).extracting(WindowTotal::start).containsExactly(0L);
    assertThat(open.withoutClosed(MINUTES).totals().all())
        .extracting(WindowTotal::start)
        .containsExactly(LENGTH);
    assertThat(new OpenWindows(3, 0, LENGTH - 1, two).closed(MINUTES).isEmpty()).isTrue();
    assertThat(MINUTES.closedUpTo(3 * LENGTH - 1)).isEqualTo(2 * LENGTH);
    assertThat(MINUTES.closedUpTo(-1)).isEqualTo(-LENGTH);
  }

  @Test
  void timeNeverGoesBack() {
    OpenWindows open = new OpenWindows(3, 0, 500, WindowTotals.NONE);
    assertThat(open.plus(4, WindowTotals.NONE, 100).watermark()).isEqualTo(500);
    assertThat(open.revised(WindowTotals.NONE, 900).watermark()).isEqualTo(900);
  }

  @Test
  void aSumIsALongOrADecimalOfEighteenPlaces() {
    StructType none = new StructType();
    assertThatThrownBy(() -> new WindowColumns(none, none.add("mean", DataTypes.DoubleType), none))
        .hasMessage("sum mean is DOUBLE, must be BIGINT or DECIMAL(38,18)");
  }

  @Test
  void aBatchHasNoMoreRecordsThanTheDriverCanTakeTotals() {
    StructType none = new StructType();
    WindowColumns columns =
        new WindowColumns(
            none.add("key", DataTypes.LongType), none.add("sum", DataTypes.LongType), none);
    SparkConf conf = new SparkConf(false);
    long heap = 1L << 30;
    long byHeap = columns.mostRecords(conf, heap);
    assertThat(byHeap).isBetween(1_000_000L, 10_000_000L);
    assertThat(columns.mostRecords(conf.set("spark.driver.maxResultSize", "0"), heap))
        .isEqualTo(byHeap);
    assertThat(columns.mostRecords(conf.set("spark.driver.maxResultSize", "3m"), heap))
        .isBetween(10_000L, 100_000L);
  }

  private static WindowTotal total(
      long start, long key, String text, long sum, String decimal, long largest) {
    return new WindowTotal(
        start, List.of(key, text), List.of(sum, new BigDecimal(decimal)), List.of(largest));
  }
}
