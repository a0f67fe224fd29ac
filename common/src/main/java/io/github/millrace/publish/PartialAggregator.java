package io.github.millrace.publish;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Aggregates one task's good rows. */
final class PartialAggregator {
  private final Column[] keys;
  private final Column[] sums;
  private final Column[] maxima;
  private final boolean[] textKeys;
  private final boolean[] decimalSums;
  private final Map<Key, Group> groups = new HashMap<>();
  private Key probe;

  PartialAggregator(PartialAggregation aggregation, StructType good) {
    keys = columns(aggregation.keys(), good);
    sums = columns(aggregation.sums(), good);
    maxima = columns(aggregation.maxima(), good);
    textKeys = are(keys, Kind.TEXT);
    decimalSums = are(sums, Kind.DECIMAL);
    refuse(sums, Kind.TEXT);
    refuse(keys, Kind.DECIMAL);
    refuse(maxima, Kind.TEXT);
    refuse(maxima, Kind.DECIMAL);
    probe = new Key(keys.length);
  }

  private enum Kind {
    LONG,
    INT,
    TEXT,
    DECIMAL
  }

  /** Where a value stands in a row. */
  private record Column(String name, int index, DataType type, Kind kind) {
    long number(InternalRow row) {
      return kind == Kind.LONG ? row.getLong(index) : row.getInt(index);
    }

    UTF8String text(InternalRow row) {
      return row.getUTF8String(index);
    }

    BigDecimal decimal(InternalRow row) {
      DecimalType decimal = (DecimalType) type;
      return row.getDecimal(index, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    }
  }

  private static final class Key {
    private final long[] numbers;
    private final UTF8String[] texts;

    Key(int columns) {
      numbers = new long[columns];
      texts = new UTF8String[columns];
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && Arrays.equals(numbers, key.numbers)
          && Arrays.equals(texts, key.texts);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(numbers) + Arrays.hashCode(texts);
    }
  }

  private static final class Group {
    private final long[] sums;
    private final BigDecimal[] decimals;
    private final long[] maxima;

    Group(int sums, int maxima) {
      this.sums = new long[sums];
      this.decimals = new BigDecimal[sums];
      Arrays.fill(decimals, BigDecimal.ZERO);
      this.maxima = new long[maxima];
      Arrays.fill(this.maxima, Long.MIN_VALUE);
    }
  }

  private static Column[] columns(List<String> names, StructType good) {
    return names.stream().map(name -> column(name, good)).toArray(Column[]::new);
  }

  private static Column column(String name, StructType good) {
    int index = good.fieldIndex(name);
    DataType type = good.apply(index).dataType();
    return new Column(name, index, type, kind(name, type));
  }

  private static Kind kind(String name, DataType type) {
    if (type.equals(DataTypes.LongType) || type.equals(DataTypes.TimestampType)) {
      return Kind.LONG;
    }
    if (type.equals(DataTypes.IntegerType) || type.equals(DataTypes.DateType)) {
      return Kind.INT;
    }
    if (type.equals(DataTypes.StringType)) {
      return Kind.TEXT;
    }
    if (type instanceof DecimalType) {
      return Kind.DECIMAL;
    }
    throw new IllegalArgumentException(
        "column " + name + " of type " + type.sql() + " cannot be aggregated");
  }

  private static boolean[] are(Column[] columns, Kind kind) {
    boolean[] are = new boolean[columns.length];
    for (int i = 0; i < columns.length; i++) {
      are[i] = columns[i].kind() == kind;
    }
    return are;
  }

  private static void refuse(Column[] columns, Kind kind) {
    for (Column column : columns) {
      if (column.kind() == kind) {
        throw new IllegalArgumentException(
            "column " + column.name() + " of type " + column.type().sql() + " cannot be used so");
      }
    }
  }

  void add(InternalRow row) {
    for (int i = 0; i < keys.length; i++) {
      if (textKeys[i]) {
        probe.texts[i] = keys[i].text(row);
      } else {
        probe.numbers[i] = keys[i].number(row);
      }
    }
    Group group = groups.get(probe);
    if (group == null) {
      group = new Group(sums.length, maxima.length);
      keep(probe);
      groups.put(probe, group);
      probe = new Key(keys.length);
    }
    for (int i = 0; i < sums.length; i++) {
      if (decimalSums[i]) {
        group.decimals[i] = group.decimals[i].add(sums[i].decimal(row));
      } else {
        group.sums[i] = Math.addExact(group.sums[i], sums[i].number(row));
      }
    }
    for (int i = 0; i < maxima.length; i++) {
      group.maxima[i] = Math.max(group.maxima[i], maxima[i].number(row));
    }
  }

  /** A row's texts are gone with the next row. */
  private void keep(Key key) {
    for (int i = 0; i < textKeys.length; i++) {
      if (textKeys[i]) {
        key.texts[i] = key.texts[i].copy();
      }
    }
  }

  PackedAggregates packed() {
    PackedAggregates.Packer packer =
        new PackedAggregates.Packer(textKeys, decimalSums, maxima.length, groups.size());
    groups.forEach(
        (key, group) -> {
          for (int i = 0; i < keys.length; i++) {
            if (textKeys[i]) {
              packer.text(key.texts[i].toString());
            } else {
              packer.number(key.numbers[i]);
            }
          }
          for (int i = 0; i < sums.length; i++) {
            if (decimalSums[i]) {
              packer.decimal(group.decimals[i]);
            } else {
              packer.number(group.sums[i]);
            }
          }
          for (long largest : group.maxima) {
            packer.number(largest);
          }
        });
    return packer.packed();
  }
}
