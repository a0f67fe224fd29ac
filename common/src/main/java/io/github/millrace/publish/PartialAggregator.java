package io.github.millrace.publish;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Folds one task's good rows. */
final class PartialAggregator {
  private final Column[] keys;
  private final Column[] sums;
  private final Column[] maxima;
  private final Map<Key, PartialAggregate> groups = new HashMap<>();
  private Key probe;

  PartialAggregator(PartialAggregation aggregation, StructType good) {
    keys = columns(aggregation.keys(), good);
    sums = columns(aggregation.sums(), good);
    maxima = columns(aggregation.maxima(), good);
    probe = new Key(new long[keys.length]);
  }

  /** Reads a column as a long. */
  private interface Column {
    long of(InternalRow row);
  }

  private static final class Key {
    private final long[] values;

    Key(long[] values) {
      this.values = values;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(values, key.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private static Column[] columns(List<String> names, StructType good) {
    return names.stream().map(name -> column(name, good)).toArray(Column[]::new);
  }

  private static Column column(String name, StructType good) {
    int i = good.fieldIndex(name);
    DataType type = good.apply(i).dataType();
    if (type.equals(DataTypes.LongType) || type.equals(DataTypes.TimestampType)) {
      return row -> row.getLong(i);
    }
    if (type.equals(DataTypes.IntegerType) || type.equals(DataTypes.DateType)) {
      return row -> row.getInt(i);
    }
    throw new IllegalArgumentException(
        "column " + name + " of type " + type.sql() + " cannot be folded");
  }

  void add(InternalRow row) {
    for (int i = 0; i < keys.length; i++) {
      probe.values[i] = keys[i].of(row);
    }
    PartialAggregate group = groups.get(probe);
    if (group == null) {
      group = new PartialAggregate(probe.values, new long[sums.length], new long[maxima.length]);
      Arrays.fill(group.maxima(), Long.MIN_VALUE);
      groups.put(probe, group);
      probe = new Key(new long[keys.length]);
    }
    for (int i = 0; i < sums.length; i++) {
      group.sums()[i] = Math.addExact(group.sums()[i], sums[i].of(row));
    }
    for (int i = 0; i < maxima.length; i++) {
      group.maxima()[i] = Math.max(group.maxima()[i], maxima[i].of(row));
    }
  }

  List<PartialAggregate> rows() {
    return new ArrayList<>(groups.values());
  }
}
