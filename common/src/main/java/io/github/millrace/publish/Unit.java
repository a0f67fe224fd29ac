package io.github.millrace.publish;

import io.github.millrace.ledger.HiveStep;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.ledger.PostgreSqlStep;
import io.github.millrace.ledger.PostgreSqlTable;
import io.github.millrace.ledger.Step;
import io.github.millrace.ledger.SuccessStep;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * A unit between the work of its tasks and its publication: what the tasks have found, and what the
 * driver adds to it. All of it becomes visible together.
 */
public final class Unit {
  /** What a job adds to a unit. */
  @FunctionalInterface
  public interface Completion {
    /** Nothing is added. */
    Completion NONE = unit -> {};

    void complete(Unit unit) throws IOException;
  }

  private final UnitSpec spec;
  private final Configuration hadoop;
  private final List<TaskReport> reports = new ArrayList<>();
  private final List<LedgerEntry.Move> moves = new ArrayList<>();
  private final List<LedgerEntry.Source> sources = new ArrayList<>();
  private final List<Path> ownFiles = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private boolean replaces;
  private int rowFiles;
  private long gaps;

  Unit(UnitSpec spec, Configuration hadoop) {
    this.spec = spec;
    this.hadoop = hadoop;
  }

  void add(List<TaskReport> ofTasks) {
    reports.addAll(ofTasks);
  }

  /** The unit's name. */
  public String name() {
    return spec.unit();
  }

  /**
   * Gives the good rows as the tasks have aggregated them, one by one; equal keys may occur once
   * for each task.
   */
  public void partials(Consumer<PartialAggregate> action) {
    reports.forEach(report -> report.partials().forEach(action));
  }

  /** Lets the unit's output files replace those of earlier units. */
  public void replace() {
    replaces = true;
  }

  /**
   * How many files are more than twice as long as those that they replace. A reader that listed
   * those before, and knows their length, finds the new rows up to there: Spark takes a file's rows
   * by the middle of where they lie, and if that is beyond the length, takes none.
   */
  public long outgrown() throws IOException {
    long outgrown = 0;
    for (TaskReport report : reports) {
      for (TaskReport.StagedFile file : report.files()) {
        Path place = new Path(file.path());
        try {
          FileStatus former = Storage.of(place, hadoop).getFileStatus(place);
          outgrown += file.bytes() > 2 * former.getLen() ? 1 : 0;
        } catch (FileNotFoundException e) {
          // It replaces none.
        }
      }
    }
    return outgrown;
  }

  /** How many records the tasks have seen, whatever became of them. */
  public long seen() {
    return reports.stream()
        .mapToLong(
            report ->
                report.written() + report.quarantined() + report.late() + report.deduplicated())
        .sum();
  }

  /**
   * How many rows a source has handed out to the tasks that write, counted by Spark and so apart
   * from what became of them. Of no use behind a shuffle: its readers have no source.
   */
  public long input() {
    return reports.stream().mapToLong(TaskReport::input).sum();
  }

  /**
   * Adds output rows, ordered by their partition columns.
   *
   * @param layout of their files, which may be another than the output's
   * @param schema of the rows, partition columns included
   */
  public void write(Layout layout, StructType schema, Collection<InternalRow> rows)
      throws IOException {
    // Of no input record of its own: these are counted by the tasks.
    each(
        layout,
        schema,
        rows,
        (writer, row) ->
            writer.write(new GenericInternalRow(new Object[] {row, null, false, null, null})));
  }

  /**
   * Empties the partitions of some rows: their file is replaced by one without rows.
   *
   * @param layout of their files, which may be another than the output's
   * @param schema of the rows, partition columns included
   */
  public void clear(Layout layout, StructType schema, Collection<InternalRow> rows)
      throws IOException {
    each(layout, schema, rows, RoutingWriter::openGood);
  }

  private void each(
      Layout layout,
      StructType schema,
      Collection<InternalRow> rows,
      BiConsumer<RoutingWriter, InternalRow> action)
      throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    RoutingWriter.Factory writers =
        RoutingWriter.Factory.of(spec.written(layout), SinkColumns.schema(schema), hadoop);
    try (RoutingWriter writer = RoutingWriter.onDriver(writers)) {
      rows.forEach(row -> action.accept(writer, row));
      reports.add(writer.commit());
    }
  }

  /**
   * Adds a file of the job's own, which is no part of the output.
   *
   * @param directory on the file system of the file's final place, for it to grow in
   */
  public void file(Path path, Path directory, byte[] content) throws IOException {
    stage(path, directory, content, false);
  }

  /**
   * Adds a file of the job's own that may take the place of an earlier one. It becomes visible
   * after the unit's output, and after the files added before.
   */
  public void replaceFile(Path path, byte[] content) throws IOException {
    stage(path, path.getParent(), content, true);
  }

  private void stage(Path path, Path directory, byte[] content, boolean replaces)
      throws IOException {
    // Of no other run: one that was paused may go on with writing its own.
    Path staged =
        new Path(directory, ".%s.%s-%s.tmp".formatted(path.getName(), name(), spec.holder()));
    try (OutputStream out = Storage.of(staged, hadoop).create(staged, true)) {
      out.write(content);
    } catch (IOException | FSError e) {
      throw Storage.cannotWrite(staged, e);
    }
    ownFiles.add(staged);
    moves.add(new LedgerEntry.Move(staged.toString(), path.toString(), replaces, false));
  }

  /** Marks directories as complete, or takes their marks away, once the unit's files are there. */
  public void mark(SuccessStep marks) {
    steps.add(marks);
  }

  /** The latest event time of each part of the source, in microseconds since 1970-01-01 UTC. */
  public Map<Integer, Long> latest() {
    Map<Integer, Long> latest = new HashMap<>();
    reports.forEach(
        report -> report.latest().forEach((part, time) -> latest.merge(part, time, Math::max)));
    return latest;
  }

  /** The directories that get good rows of the unit's tasks. */
  public Set<Path> directories() {
    String first = spec.output().destinations().get(0).name();
    Set<Path> directories = new LinkedHashSet<>();
    for (TaskReport report : reports) {
      for (TaskReport.StagedFile file : report.files()) {
        if (file.destination().equals(first)) {
          directories.add(new Path(file.path()).getParent());
        }
      }
    }
    return directories;
  }

  /** Moves a file that lies somewhere already, such as a quarantine file that is read again. */
  public void move(Path from, Path to) {
    moves.add(new LedgerEntry.Move(from.toString(), to.toString()));
  }

  /**
   * Points partitions of a Hive table at what the unit publishes, once that is in place.
   *
   * @param partitions of {@link HiveTables#prepare}
   */
  public void switchPartitions(HiveStep partitions) {
    int place =
        placeOf(
            step -> step instanceof HiveStep other && other.target().equals(partitions.target()));
    List<HiveStep.Partition> all = new ArrayList<>();
    Set<HiveStep.Column> columns = new LinkedHashSet<>();
    if (place < steps.size()) {
      HiveStep before = (HiveStep) steps.get(place);
      all.addAll(before.partitions());
      columns.addAll(before.columns());
    }
    all.addAll(partitions.partitions());
    columns.addAll(partitions.columns());
    if (all.stream().map(HiveStep.Partition::spec).distinct().count() < all.size()) {
      throw new IllegalArgumentException(
          "unit %s switches a partition of %s twice".formatted(name(), partitions.target()));
    }
    put(place, new HiveStep(partitions.database(), partitions.table(), List.copyOf(columns), all));
  }

  /**
   * Adds the unit's files to Hive tables. The partition of a file's directory is registered if it
   * is not there; if it has been pointed at another directory, the file comes into that one.
   *
   * @param more directories whose partitions are set, though they get no file
   * @param parameters of the partition of a directory
   */
  public void addTo(
      HiveTables hive,
      Collection<DirectoryTable> tables,
      Collection<Path> more,
      Function<Path, Map<String, String>> parameters)
      throws IOException {
    Set<Path> directories = directories();
    directories.addAll(more);
    for (DirectoryTable table : tables) {
      Map<Map<String, String>, HiveStep.Partition> partitions = new LinkedHashMap<>();
      for (Path directory : directories) {
        table
            .spec(directory)
            .map(
                spec ->
                    new HiveStep.Partition(spec, directory.toString(), parameters.apply(directory)))
            .ifPresent(partition -> partitions.put(partition.spec(), partition));
      }
      if (!partitions.isEmpty()) {
        HiveStep step =
            hive.prepareAddition(
                new HiveStep(table.database(), table.table(), List.copyOf(partitions.values())),
                table.columns());
        Map<Path, String> moved = new HashMap<>();
        for (HiveStep.Partition partition : step.partitions()) {
          moved.put(new Path(partitions.get(partition.spec()).location()), partition.location());
        }
        reports.replaceAll(report -> report.moved(moved));
        switchPartitions(step);
      }
    }
  }

  /**
   * Writes rows to a table in PostgreSQL, once the unit's files are in place. A row takes the place
   * of the one with its key; of rows with equal keys the last one counts. All rows for a schema
   * come there together.
   *
   * @param rows values in the order of the table's columns
   * @throws IllegalArgumentException if a value does not fit its column
   */
  public void upsert(
      PostgreSqlSchema schema, PostgreSqlTable table, Collection<? extends List<?>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Path file =
        new Path(Staging.of(spec.output().root(), spec), "rows-%d.jsonl".formatted(rowFiles++));
    List<PostgreSqlStep.Rows> all = new ArrayList<>();
    int place =
        placeOf(
            step ->
                step instanceof PostgreSqlStep rowsOf && rowsOf.schema().equals(schema.schema()));
    if (place < steps.size()) {
      all.addAll(((PostgreSqlStep) steps.get(place)).rows());
    }
    all.add(RowFile.write(file, table, rows, hadoop));
    put(place, new PostgreSqlStep(schema.schema(), all));
  }

  private void put(int place, Step step) {
    if (place < steps.size()) {
      steps.set(place, step);
    } else {
      steps.add(step);
    }
  }

  private int placeOf(Predicate<Step> wanted) {
    int place = 0;
    while (place < steps.size() && !wanted.test(steps.get(place))) {
      place++;
    }
    return place;
  }

  /** Counts what was read, where the source has no tally of its own. */
  public void read(LedgerEntry.Source source) {
    sources.add(source);
  }

  /** Removes what the driver has staged outside the staging directories. */
  void abandon() throws IOException {
    for (Path path : ownFiles) {
      Storage.of(path, hadoop).delete(path, false);
    }
  }

  /** Counts the places in the sources at which there was no record. */
  public void gaps(long places) {
    gaps += places;
  }

  long gaps() {
    return gaps;
  }

  boolean replaces() {
    return replaces;
  }

  List<TaskReport> reports() {
    return reports;
  }

  List<LedgerEntry.Move> moves() {
    return moves;
  }

  List<Step> steps() {
    return steps;
  }

  List<LedgerEntry.Source> sources() {
    return sources;
  }
}
