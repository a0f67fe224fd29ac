package io.github.millrace.viewlog.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.github.millrace.publish.Unit;
import io.github.millrace.upkeep.CompactedUpTo;
import io.github.millrace.viewlog.report.Filing;
import io.github.millrace.viewlog.report.Reports;
import io.github.millrace.viewlog.report.WindowDirectory;
import io.github.millrace.window.WindowTotals;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * The reports of some windows as they are, compacted or not.
 *
 * @param windows those asked for
 * @param sameDays compacted ones of their days that were not asked for
 */
record Published(CompactedUpTo boundary, WindowTotals windows, WindowTotals sameDays) {

  /** Lists the directories of an output's windows, of which there may be years. */
  @FunctionalInterface
  interface Windows {
    List<WindowDirectory> list() throws IOException;

    /** All that there are. */
    static Windows of(ReportPlan plan) {
      return () -> WindowDirectory.of(plan.config().output().path(), plan.hadoop());
    }
  }

  /**
   * Reads those that are meant.
   *
   * @param windows asked if some of them are not compacted
   */
  static Published read(SparkSession session, ReportPlan plan, Recomputation work, Windows windows)
      throws IOException {
    CompactedUpTo boundary = CompactedUpTo.of(plan.config().output().path(), plan.hadoop());
    Recomputation.Range range = work.range();
    WindowTotals byWindow =
        boundary.covers(range.to() - 1)
            ? WindowTotals.NONE
            : Filing.BY_WINDOW.read(
                session,
                plan.config().output().path(),
                windows(windows.list(), range),
                isWithin(range));
    WindowTotals byDay =
        boundary.covers(range.from())
            ? Filing.BY_DAY.read(
                session, plan.config().output().path(), days(plan, range), areDaysOf(range))
            : WindowTotals.NONE;
    return new Published(
        boundary,
        byWindow
            .starting(start -> work.isMeant(start) && !boundary.covers(start))
            .plus(byDay.starting(work::isMeant)),
        byDay.starting(start -> !work.isMeant(start)));
  }

  /** Not all there are: an output has years of them. */
  private static List<Path> windows(List<WindowDirectory> directories, Recomputation.Range range) {
    return directories.stream()
        .filter(directory -> range.contains(directory.start()))
        .map(WindowDirectory::path)
        .toList();
  }

  private static List<Path> days(ReportPlan plan, Recomputation.Range range) throws IOException {
    LocalDate first = Reports.day(range.from());
    LocalDate last = Reports.day(range.to() - 1);
    return WindowDirectory.ofDays(
        Filing.BY_DAY.root(plan.config().output().path()),
        day -> !day.isBefore(first) && !day.isAfter(last),
        plan.hadoop());
  }

  /** The days of a range that are compacted. */
  static Set<LocalDate> compactedDays(ReportPlan plan, Recomputation.Range range)
      throws IOException {
    return days(plan, range).stream()
        .map(path -> LocalDate.parse(path.getName().substring(Reports.DAY.length() + 1)))
        .collect(Collectors.toSet());
  }

  private static Column isWithin(Recomputation.Range range) {
    return col(Reports.MINUTE)
        .geq(timestamp_micros(lit(range.from())))
        .and(col(Reports.MINUTE).lt(timestamp_micros(lit(range.to()))));
  }

  private static Column areDaysOf(Recomputation.Range range) {
    return col(Reports.DAY)
        .between(lit(Reports.day(range.from())), lit(Reports.day(range.to() - 1)));
  }

  /** Puts others in their place, in the files that they belong in. */
  void replace(Unit unit, WindowTotals after) throws IOException {
    Filing.BY_WINDOW.replace(
        unit,
        windows.starting(start -> !boundary.covers(start)),
        after.starting(start -> !boundary.covers(start)));
    WindowTotals old = windows.starting(boundary::covers);
    WindowTotals compacted = after.starting(boundary::covers);
    WindowTotals kept = Filing.BY_DAY.beside(sameDays, old.plus(compacted));
    Filing.BY_DAY.replace(unit, old.plus(kept), compacted.plus(kept));
  }
}
