package io.github.millrace.viewlog.report;

import io.github.millrace.publish.Layout;
import io.github.millrace.publish.Unit;
import io.github.millrace.upkeep.CompactedUpTo;
import io.github.millrace.window.WindowTotal;
import io.github.millrace.window.WindowTotals;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How reports lie in files. Each file is the only one of its partition. */
@SuppressWarnings("ImmutableEnumChecker") // Neither layout nor schema is ever changed.
public enum Filing {
  /** A file for each network and window. */
  BY_WINDOW(
      new Layout("", List.of(Reports.NETWORK, Reports.MINUTE), List.of(Reports.CAMPAIGN), "report"),
      Reports.SCHEMA) {
    @Override
    long period(long start) {
      return start;
    }

    @Override
    InternalRow row(WindowTotal total) {
      return new GenericInternalRow(Reports.values(total));
    }
  },

  /** A file for each network and day (UTC), with the day as a column {@code day DATE}. */
  BY_DAY(
      new Layout(
          CompactedUpTo.DIRECTORY + "/reports",
          List.of(Reports.NETWORK, Reports.DAY),
          List.of(Reports.MINUTE, Reports.CAMPAIGN),
          "report"),
      Reports.SCHEMA.add(Reports.DAY, DataTypes.DateType, false)) {
    @Override
    long period(long start) {
      return Reports.day(start).toEpochDay();
    }

    @Override
    InternalRow row(WindowTotal total) {
      Object[] values = Arrays.copyOf(Reports.values(total), schema().size());
      values[schema().fieldIndex(Reports.DAY)] = (int) period(total.start());
      return new GenericInternalRow(values);
    }
  };

  private final Layout layout;
  private final StructType schema;

  Filing(Layout layout, StructType schema) {
    this.layout = layout;
    this.schema = schema;
  }

  public Layout layout() {
    return layout;
  }

  /** Of the rows, partition columns included. */
  public StructType schema() {
    return schema;
  }

  /** What shares a file, within a network, with the window that starts then. */
  abstract long period(long start);

  abstract InternalRow row(WindowTotal total);

  private record File(int network, long period) {}

  private File file(WindowTotal total) {
    return new File(Reports.network(total), period(total.start()));
  }

  /**
   * The reports that fulfil a condition on their columns.
   *
   * @param directories that hold all of these
   */
  public WindowTotals read(
      SparkSession session, String output, List<Path> directories, Column condition) {
    if (directories.isEmpty()) {
      return WindowTotals.NONE;
    }
    return WindowTotals.of(
        session
            .read()
            .schema(schema)
            .option("basePath", root(output).toString())
            .parquet(directories.stream().map(Path::toString).toArray(String[]::new))
            .where(condition)
            // Spark puts partition columns last.
            .selectExpr(Reports.SCHEMA.fieldNames())
            .collectAsList()
            .stream()
            .map(Reports::total)
            .toList());
  }

  /** The directory of all such files. */
  public Path root(String output) {
    return new Path(layout.directory().isEmpty() ? output : output + "/" + layout.directory());
  }

  /** Adds files. */
  public void write(Unit unit, WindowTotals windows) throws IOException {
    unit.write(layout, schema, rows(windows));
  }

  /** Replaces files, each in one step; a file of whose windows none is left has no rows then. */
  public void replace(Unit unit, WindowTotals before, WindowTotals after) throws IOException {
    unit.replace();
    write(unit, after);
    Set<File> kept = after.all().stream().map(this::file).collect(Collectors.toSet());
    unit.clear(layout, schema, rows(before.where(total -> !kept.contains(file(total)))));
  }

  /** Of some windows, those that share a file with others. */
  public WindowTotals beside(WindowTotals some, WindowTotals others) {
    Set<File> files = others.all().stream().map(this::file).collect(Collectors.toSet());
    return some.where(total -> files.contains(file(total)));
  }

  /** Ordered as their files are. */
  private List<InternalRow> rows(WindowTotals windows) {
    return windows.all().stream()
        .sorted(Comparator.comparingInt(Reports::network))
        .map(this::row)
        .toList();
  }
}
