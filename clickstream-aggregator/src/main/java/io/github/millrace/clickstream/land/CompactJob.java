package io.github.millrace.clickstream.land;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.github.millrace.batch.BatchRun;
import io.github.millrace.cli.Job;
import io.github.millrace.config.SparkSettings;
import io.github.millrace.config.TimeSpan;
import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.DirectoryTable;
import io.github.millrace.publish.Layout;
import io.github.millrace.publish.Role;
import io.github.millrace.publish.Unit;
import io.github.millrace.publish.UnitSpec;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Joins the small files of complete hours, a unit for each day: the hours' files grow hidden, and
 * then the table's partitions are pointed at them in one call. The files before stay until readers
 * that have listed them are done.
 *
 * @param since the first day
 * @param before the first day that is left as it is
 * @param grace how long the files before stay
 */
public record CompactJob(List<FeedPlan> feeds, LocalDate since, LocalDate before, TimeSpan grace)
    implements Job {
  /** What the names of units begin with. */
  private static final String UNIT = "compact-";

  @Override
  public SparkSettings sparkSettings() {
    return LandJob.settings(feeds)
        .plus(SparkSettings.ofSmallFiles())
        .plus(SparkSettings.ofShuffles(8));
  }

  @Override
  public String describe() {
    return feeds.stream()
        .map(plan -> plan.output().root())
        .collect(
            joining(
                "\n",
                "would compact the complete hours from %s to before %s in "
                    .formatted(since, before),
                ""));
  }

  @Override
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    LandJob.warn(feeds, out);
    for (FeedPlan plan : feeds) {
      compact(plan, session, out);
    }
  }

  private void compact(FeedPlan plan, SparkSession session, Consumer<String> out)
      throws IOException {
    LandedTables tables = LandedTables.of(plan, session, out);
    ReplacedFiles replaced = new ReplacedFiles(plan.output().root(), plan.hadoop());
    try (BatchRun run =
        BatchRun.begin(plan.output(), Role.CORRECTION, tables.steps(), plan.hadoop(), out)) {
      Optional<HourStore.Saved> hours =
          new HourStore(plan.checkpoint().path(), plan.hadoop()).latest();
      if (hours.isPresent()) {
        for (DirectoryTable table : tables.tables()) {
          for (List<HourFiles> day : due(plan, tables, table, hours.get().hours()).values()) {
            out.accept(new Day(plan, tables, table, day, replaced).compact(run, session));
          }
        }
      }
      replaced.remove(grace, inUse(tables), out);
    }
  }

  /** An hour's partition, and the files in it. */
  private record HourFiles(LocalDateTime hour, HiveStep.Partition partition, List<Path> files) {}

  /** The hours of each day that have several files, and are complete. */
  private SortedMap<LocalDate, List<HourFiles>> due(
      FeedPlan plan, LandedTables tables, DirectoryTable table, Hours hours) throws IOException {
    SortedMap<LocalDate, List<HourFiles>> due = new TreeMap<>();
    for (HiveStep.Partition partition : tables.hive().partitions(table)) {
      LocalDateTime hour = hour(partition);
      LocalDate day = hour.toLocalDate();
      boolean isCompact = partition.expected() != null && partition.expected().startsWith(UNIT);
      if (!day.isBefore(since) && day.isBefore(before) && hours.isComplete(hour) && !isCompact) {
        List<Path> files = files(new Path(partition.location()), plan);
        if (files.size() > 1) {
          due.computeIfAbsent(day, first -> new ArrayList<>())
              .add(new HourFiles(hour, partition, files));
        }
      }
    }
    return due;
  }

  private static LocalDateTime hour(HiveStep.Partition partition) {
    return LocalDate.parse(partition.spec().get(Columns.DATE))
        .atTime(Integer.parseInt(partition.spec().get(Columns.HOUR)), 0);
  }

  private static List<Path> files(Path directory, FeedPlan plan) throws IOException {
    List<Path> files = new ArrayList<>();
    for (FileStatus file : Storage.of(directory, plan.hadoop()).listStatus(directory)) {
      String name = file.getPath().getName();
      if (file.isFile() && !name.startsWith("_") && !name.startsWith(".")) {
        files.add(file.getPath());
      }
    }
    return files;
  }

  /** The directories that partitions point at. */
  private static List<String> inUse(LandedTables tables) throws IOException {
    List<String> locations = new ArrayList<>();
    for (DirectoryTable table : tables.tables()) {
      tables.hive().partitions(table).forEach(each -> locations.add(each.location()));
    }
    return locations;
  }

  /** Another has added to an hour that was read. */
  private static final class ChangedMeanwhile extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The hours of a day that are compacted together. */
  private record Day(
      FeedPlan plan,
      LandedTables tables,
      DirectoryTable table,
      List<HourFiles> hours,
      ReplacedFiles replaced) {

    String compact(BatchRun run, SparkSession session) throws IOException {
      String what = "%s, %s".formatted(table.table(), hours.get(0).hour().toLocalDate());
      UnitSpec spec =
          UnitSpec.ofNoBatch(
              plan.output(),
              plan.job(),
              UNIT + hours.get(0).hour().toLocalDate(),
              plan.checkpoint().id(),
              plan.contractVersion());
      String directory = "_compacted/" + spec.unit();
      Dataset<Row> rows = rows(session);
      // Counted apart from the writing, so that a row lost in between does not balance.
      LedgerEntry.Source source =
          new LedgerEntry.Source("%d files of %s".formatted(files().size(), what), rows.count());
      try {
        LedgerEntry entry =
            run.publish(
                spec.written(
                    new Layout(directory, List.of(Columns.DATE, Columns.HOUR), List.of(), null)),
                rows,
                unit -> {
                  unit.read(source);
                  replaced.add(unit, files());
                  pointAt(directory, unit);
                });
        return "%s: %,d rows of %,d files are in %,d now"
            .formatted(what, entry.rows(), files().size(), entry.files().size());
      } catch (ChangedMeanwhile e) {
        return what + ": records have come meanwhile; left for the next run";
      }
    }

    private List<Path> files() {
      return hours.stream().flatMap(hour -> hour.files().stream()).toList();
    }

    private void pointAt(String directory, Unit unit) throws IOException {
      Map<Map<String, String>, HiveStep.Partition> before = new LinkedHashMap<>();
      List<HiveStep.Partition> partitions = new ArrayList<>();
      for (HourFiles hour : hours) {
        before.put(hour.partition().spec(), hour.partition());
        Path place =
            new Path(plan.output().root(), directory + "/" + CompleteHours.relative(hour.hour()));
        partitions.add(
            new HiveStep.Partition(
                hour.partition().spec(), place.toString(), Map.of(LandedTables.COMPLETE, "true")));
      }
      HiveStep step =
          tables.hive().prepare(new HiveStep(table.database(), table.table(), partitions));
      for (HiveStep.Partition partition : step.partitions()) {
        // The version is older than the list of files.
        if (!before.get(partition.spec()).expected().equals(partition.expected())) {
          throw new ChangedMeanwhile();
        }
      }
      unit.switchPartitions(step);
    }

    private Dataset<Row> rows(SparkSession session) {
      return hours.stream()
          .map(
              hour ->
                  session
                      .read()
                      .schema(table.columns())
                      .parquet(hour.files().stream().map(Path::toString).toArray(String[]::new))
                      .select(columns(hour.hour())))
          .reduce(Dataset::union)
          .orElseThrow();
    }

    private Column[] columns(LocalDateTime hour) {
      Stream<Column> place =
          Stream.of(
              lit(hour.toLocalDate()).cast(DataTypes.DateType).as(Columns.DATE),
              lit("%02d".formatted(hour.getHour())).as(Columns.HOUR));
      Stream<Column> data =
          Stream.of(table.columns().fieldNames()).map(name -> col("`" + name + "`"));
      return new Column[] {
        struct(Stream.concat(place, data).toArray(Column[]::new)).as(SinkColumns.GOOD),
        lit(null).cast(SinkColumns.BAD_RECORD).as(SinkColumns.BAD),
        lit(true).as(SinkColumns.FIRST),
        lit(null).cast(SinkColumns.COUNTS).as(SinkColumns.COUNTED),
        lit(null).cast(SinkColumns.TALLY_RECORD).as(SinkColumns.TALLY)
      };
    }
  }
}
