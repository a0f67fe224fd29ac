package io.github.millrace.config;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * What a run sets in Spark. Of one key the first of these counts that is there:
 *
 * <ol>
 *   <li>what the run <em>forces</em>, for without it the results would be others. A user who asks
 *       for something else is refused, and never overruled in silence;
 *   <li>what the user sets: {@code --conf}, {@code spark-defaults.conf};
 *   <li>what the run <em>prefers</em>;
 *   <li>Spark's own default.
 * </ol>
 *
 * @param forced what the run cannot be right without
 * @param preferred what is better for the run, and changes no result
 */
public record SparkSettings(Map<String, String> forced, Map<String, String> preferred) {
  /** Sets nothing. */
  public static final SparkSettings NONE = new SparkSettings(Map.of(), Map.of());

  private static final String TIME_ZONE = "spark.sql.session.timeZone";
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";

  public SparkSettings {
    forced = Collections.unmodifiableMap(new TreeMap<>(forced));
    preferred = Collections.unmodifiableMap(new TreeMap<>(preferred));
  }

  /** Settings that are forced. */
  public static SparkSettings forcing(Map<String, String> settings) {
    return new SparkSettings(settings, Map.of());
  }

  /** Settings that a user may override. */
  public static SparkSettings preferring(Map<String, String> settings) {
    return new SparkSettings(Map.of(), settings);
  }

  /**
   * What every run sets.
   *
   * @param name by which a cluster shows the run
   * @param onTerminal whether somebody looks on
   */
  public static SparkSettings ofRun(String name, boolean onTerminal) {
    // Times without a zone are UTC in contracts, in the names of directories and in what is
    // printed.
    return forcing(
            Map.of(
                TIME_ZONE,
                "UTC",
                // Rows of a file that cannot be read would be missing without a word.
                "spark.sql.files.ignoreCorruptFiles",
                "false",
                "spark.sql.files.ignoreMissingFiles",
                "false"))
        .plus(
            preferring(
                Map.of(
                    "spark.app.name",
                    name,
                    "spark.ui.showConsoleProgress",
                    Boolean.toString(onTerminal))));
  }

  /** What a stream sets that keeps state. */
  public static SparkSettings ofState() {
    return preferring(
            Map.of(
                "spark.sql.streaming.stateStore.providerClass",
                "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
                "spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled",
                "true"))
        // The number of state stores, which stays with the checkpoint; each costs a task per batch.
        .plus(ofShuffles(8));
  }

  /**
   * What a batch sets that reads many small files: many to a task, for one each takes far longer.
   */
  public static SparkSettings ofSmallFiles() {
    return preferring(
        Map.of(
            "spark.sql.files.openCostInBytes",
            "64k",
            // They are listed by the driver, and not by a task each.
            "spark.sql.sources.parallelPartitionDiscovery.threshold",
            Integer.toString(Integer.MAX_VALUE)));
  }

  /**
   * The number of tasks that a shuffle has.
   *
   * @param tasks for some hundred thousand rows Spark's default of 200 takes far longer
   */
  public static SparkSettings ofShuffles(int tasks) {
    return preferring(Map.of(SHUFFLE_PARTITIONS, Integer.toString(tasks)));
  }

  /** Both. Of what both prefer, the other's counts. */
  public SparkSettings plus(SparkSettings other) {
    Map<String, String> force = new TreeMap<>(forced);
    force.putAll(other.forced);
    Map<String, String> prefer = new TreeMap<>(preferred);
    prefer.putAll(other.preferred);
    return new SparkSettings(force, prefer);
  }

  /**
   * Looks for what the user has set against what is forced.
   *
   * @param user what the user has set
   * @param problems receives a message for each
   */
  public void check(SparkConf user, List<String> problems) {
    forced.forEach(
        (key, value) -> {
          String asked = user.get(key, value);
          if (!isSame(key, asked, value)) {
            problems.add(
                "Spark's %s: is '%s', but the job needs '%s'; leave it out of --conf and of spark-defaults.conf, or set --conf %s=%s"
                    .formatted(key, asked, value, key, value));
          }
        });
  }

  private static boolean isSame(String key, String asked, String value) {
    return asked.equals(value) || (key.equals(TIME_ZONE) && isUtc(asked));
  }

  private static boolean isUtc(String zone) {
    try {
      return ZoneId.of(zone).normalized().equals(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /**
   * Completes what the user has set.
   *
   * @param user has no problems, as {@link #check} finds
   */
  public void complete(SparkConf user) {
    forced.forEach(user::set);
    preferred.forEach(user::setIfMissing);
  }
}
