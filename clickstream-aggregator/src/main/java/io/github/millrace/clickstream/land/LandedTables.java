package io.github.millrace.clickstream.land;

import io.github.millrace.publish.CommitSteps;
import io.github.millrace.publish.DirectoryTable;
import io.github.millrace.publish.HiveTables;
import io.github.millrace.publish.Unit;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The Hive tables of a feed.
 *
 * @param hive null if it has none
 */
record LandedTables(HiveTables hive, List<DirectoryTable> tables) {
  /** The parameter of a partition that tells whether its hour is complete. */
  static final String COMPLETE = "millrace.complete";

  /**
   * The feed's tables, which are made where they are not there.
   *
   * @param out takes the lines that the user reads
   */
  static LandedTables of(FeedPlan plan, SparkSession session, Consumer<String> out)
      throws IOException {
    List<DirectoryTable> tables = plan.tables();
    if (tables.isEmpty()) {
      return new LandedTables(null, tables);
    }
    HiveTables hive = HiveTables.of(session);
    for (DirectoryTable table : tables) {
      if (hive.create(table, session)) {
        out.accept(
            "made Hive table %s.%s of %s"
                .formatted(table.database(), table.table(), table.directory()));
      }
    }
    return new LandedTables(hive, tables);
  }

  /**
   * Lets readers of the tables find a unit's files.
   *
   * @param more directories that get none, and whose partitions are set
   * @param isComplete whether the hour of a directory is complete with the unit
   */
  void add(Unit unit, Collection<Path> more, Predicate<Path> isComplete) throws IOException {
    if (hive != null) {
      unit.addTo(
          hive,
          tables,
          more,
          directory -> Map.of(COMPLETE, Boolean.toString(isComplete.test(directory))));
    }
  }

  CommitSteps steps() {
    return hive == null ? CommitSteps.NONE : new CommitSteps(hive, List.of());
  }
}
