package io.github.millrace.publish;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is left of one task's rows, as it is sent to the driver: a number takes eight bytes, where
 * an object for each would take many times as much.
 */
final class PackedAggregates implements Serializable {
  /** Of no row. */
  static final PackedAggregates NONE =
      new PackedAggregates(new boolean[0], new boolean[0], 0, new long[0], new Object[0], 0);

  private final boolean[] textKeys;
  private final boolean[] decimalSums;
  private final int maxima;
  private final long[] numbers;

  /** Texts and decimals, in their order. */
  private final Object[] others;

  private final int groups;

  PackedAggregates(
      boolean[] textKeys,
      boolean[] decimalSums,
      int maxima,
      long[] numbers,
      Object[] others,
      int groups) {
    this.textKeys = textKeys;
    this.decimalSums = decimalSums;
    this.maxima = maxima;
    this.numbers = numbers;
    this.others = others;
    this.groups = groups;
  }

  /** Gives them one by one, so that they are never all there as objects. */
  void forEach(Consumer<PartialAggregate> action) {
    int number = 0;
    int other = 0;
    for (int group = 0; group < groups; group++) {
      Object[] keys = new Object[textKeys.length];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = textKeys[i] ? others[other++] : (Object) numbers[number++];
      }
      Object[] sums = new Object[decimalSums.length];
      for (int i = 0; i < sums.length; i++) {
        sums[i] = decimalSums[i] ? others[other++] : (Object) numbers[number++];
      }
      List<Long> largest = new ArrayList<>(maxima);
      for (int i = 0; i < maxima; i++) {
        largest.add(numbers[number++]);
      }
      action.accept(
          new PartialAggregate(
              List.of(keys), List.of(sums), Collections.unmodifiableList(largest)));
    }
  }

  /** Packs groups, one after the other. */
  static final class Packer {
    private final boolean[] textKeys;
    private final boolean[] decimalSums;
    private final int maxima;
    private final List<Object> others = new ArrayList<>();
    private final int groups;
    private final long[] numbers;
    private int size;

    Packer(boolean[] textKeys, boolean[] decimalSums, int maxima, int groups) {
      this.textKeys = textKeys;
      this.decimalSums = decimalSums;
      this.maxima = maxima;
      this.groups = groups;
      int ofGroup = count(textKeys) + count(decimalSums) + maxima;
      this.numbers = new long[Math.multiplyExact(groups, ofGroup)];
    }

    private static int count(boolean[] isOther) {
      int numbers = 0;
      for (boolean other : isOther) {
        numbers += other ? 0 : 1;
      }
      return numbers;
    }

    void number(long value) {
      numbers[size++] = value;
    }

    void text(String value) {
      others.add(value);
    }

    void decimal(BigDecimal value) {
      others.add(value);
    }

    PackedAggregates packed() {
      return new PackedAggregates(
          textKeys.clone(), decimalSums.clone(), maxima, numbers, others.toArray(), groups);
    }
  }
}
