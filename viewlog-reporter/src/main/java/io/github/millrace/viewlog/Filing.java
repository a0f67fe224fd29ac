package io.github.millrace.viewlog;

import io.github.millrace.publish.Layout;
import io.github.millrace.publish.Unit;
import java.io.IOException;
import java.util.Arrays;
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
enum Filing {
  /** A file for each network and window. */
  BY_WINDOW(
      new Layout("", List.of(Reports.NETWORK, Reports.MINUTE), List.of(Reports.CAMPAIGN), "report"),
      Reports.SCHEMA) {
    @Override
    long period(long start) {
      return start;
    }

    @Override
    InternalRow row(Windows.Total total) {
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
    InternalRow row(Windows.Total total) {
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

  Layout layout() {
    return layout;
  }

  /** Of the rows, partition columns included. */
  StructType schema() {
    return schema;
  }

  /** What shares a file, within a network, with the window that starts then. */
  abstract long period(long start);

  abstract InternalRow row(Windows.Total total);

  private record File(int network, long period) {}

  private File file(Windows.Total total) {
    return new File(total.network(), period(total.start()));
  }

  /**
   * The reports that fulfil a condition on their columns.
   *
   * @param directories that hold all of these
   */
  Windows read(SparkSession session, ReportPlan plan, List<Path> directories, Column condition) {
    if (directories.isEmpty()) {
      return Windows.NONE;
    }
    return Windows.of(
        session
            .read()
            .schema(schema)
            .option("basePath", root(plan).toString())
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
  Path root(ReportPlan plan) {
    String output = plan.config().output();
    return new Path(layout.directory().isEmpty() ? output : output + "/" + layout.directory());
  }

  /** Adds files. */
  void write(Unit unit, Windows windows) throws IOException {
    unit.write(layout, schema, rows(windows));
  }

  /** Replaces files, each in one step; a file of whose windows none is left has no rows then. */
  void replace(Unit unit, Windows before, Windows after) throws IOException {
    unit.replace();
    write(unit, after);
    Set<File> kept = after.totals().stream().map(this::file).collect(Collectors.toSet());
    unit.clear(layout, schema, rows(before.where(total -> !kept.contains(file(total)))));
  }

  /** Of some windows, those that share a file with others. */
  Windows beside(Windows some, Windows others) {
    Set<File> files = others.totals().stream().map(this::file).collect(Collectors.toSet());
    return some.where(total -> files.contains(file(total)));
  }

  private List<InternalRow> rows(Windows windows) {
    return windows.totals().stream().map(this::row).toList();
  }
}
