package io.github.millrace.publish;

import io.github.millrace.ledger.LedgerEntry.PublishedFile;
import io.github.millrace.record.Reason;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.execution.datasources.json.JsonFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;

/** One task's side of writing a unit: routes each row to its file in staging, and counts. */
final class RoutingWriter implements DataWriter<InternalRow> {
  /** For people to read, whatever the cluster's default. */
  private static final Map<String, String> QUARANTINE_OPTIONS = Map.of("compression", "none");

  /**
   * Of the one file that a partition has: by another codec it would have another name, and a later
   * unit would add a file in place of replacing that one.
   */
  private static final Map<Format, Map<String, String>> FIXED_OPTIONS =
      Map.of(
          Format.JSON, Map.of("compression", "none"),
          Format.PARQUET, Map.of("compression", "snappy"));

  private static final String LATE = Reason.LATE.toString();
  private static final int NONE = -1;

  /** The attempt whose files are those that the driver adds. */
  static final String ON_DRIVER = "driver";

  /** Of a task whose rows come in no order: more than the hours of a month. */
  private static final int MOST_OPEN = 1_000;

  /** Made on the driver, sent to each task. */
  record Factory(
      UnitSpec spec,
      StructType schema,
      Partitioner partitioner,
      List<RowWriter.Factory> goodWriters,
      RowWriter.Factory badWriters,
      SerializableConfiguration hadoop,
      RowWriter.Factory archiveWriters,
      String writtenAt)
      implements DataWriterFactory {

    /** The writers of a unit's files; made on the driver. */
    static Factory of(UnitSpec spec, StructType schema, Configuration hadoop) throws IOException {
      StructType good = (StructType) schema.apply(SinkColumns.GOOD).dataType();
      String now = Instant.now().toString();
      Partitioner partitioner = new Partitioner(good, UnitWrite.layout(spec), day(now));
      SparkSession session = (SparkSession) org.apache.spark.sql.SparkSession.active();
      SerializableConfiguration settings = new SerializableConfiguration(hadoop);
      List<RowWriter.Factory> goodWriters = new ArrayList<>();
      for (Partitioner.Variant variant : partitioner.variants()) {
        goodWriters.add(goodWriters(spec.output(), variant.schema(), session, settings));
      }
      return new Factory(
          spec,
          schema,
          partitioner,
          goodWriters,
          SparkRowWriters.of(
              new JsonFileFormat(), session, SinkColumns.QUARANTINED, QUARANTINE_OPTIONS),
          settings,
          spec.output().archive() == null
              ? null
              : SparkRowWriters.of(
                  new ParquetFileFormat(), session, SinkColumns.ARCHIVED, Map.of()),
          now);
    }

    private static String day(String time) {
      return time.substring(0, "2026-11-27".length());
    }

    /** The directory of what lies by the day on which it was written (UTC). */
    String day() {
      return day(writtenAt);
    }

    private static RowWriter.Factory goodWriters(
        Output output, StructType data, SparkSession session, SerializableConfiguration hadoop)
        throws IOException {
      Map<String, String> options =
          output.layout().fileName() == null
              ? Map.of()
              : FIXED_OPTIONS.getOrDefault(output.format(), Map.of());
      return switch (output.format()) {
        case CSV -> new CsvWriter.Factory(data, hadoop);
        case JSON -> SparkRowWriters.of(new JsonFileFormat(), session, data, options);
        case PARQUET -> SparkRowWriters.of(new ParquetFileFormat(), session, data, options);
      };
    }

    @Override
    public DataWriter<InternalRow> createWriter(int partition, long attempt) {
      return new RoutingWriter(
          this, partition + "-" + attempt, "%s-%05d".formatted(spec.unit(), partition));
    }
  }

  private final Factory unit;
  private final UnitSpec spec;
  private final String attempt;
  private final String fileName;
  private final int goodColumn;
  private final int goodWidth;
  private final int badColumn;
  private final int firstColumn;
  private final int countedColumn;
  private final int tallyColumn;
  private final UTF8String[] badConstants;
  private final PartialAggregator aggregator;
  private final int archiveColumn;
  private final int progressColumn;

  private final List<OpenFile> closed = new ArrayList<>();
  private final Map<String, Integer> filesIn = new HashMap<>();
  private final Map<String, OpenFile> good = new LinkedHashMap<>(16, 0.75f, true);
  private final int mostOpen;
  private OpenFile bad;
  private OpenFile archive;
  private long written;
  private long quarantined;
  private long late;
  private long deduplicated;
  private long reread;
  private long rows;
  private long unknownFields;
  private long rounded;
  private long repeatedHeaders;
  private final Map<String, Long> reasons = new HashMap<>();
  private final Map<String, Long> sources = new HashMap<>();
  private final Map<String, Long> badSources = new HashMap<>();
  private final Map<Integer, Long> latest = new HashMap<>();
  private int progressOf = NONE;
  private long progress;

  private RoutingWriter(Factory unit, String attempt, String fileName) {
    this.unit = unit;
    this.spec = unit.spec();
    this.attempt = attempt;
    this.fileName = fileName;
    StructType schema = unit.schema();
    StructType goodSchema = (StructType) schema.apply(SinkColumns.GOOD).dataType();
    aggregator =
        spec.aggregation() == null ? null : new PartialAggregator(spec.aggregation(), goodSchema);
    archiveColumn =
        unit.archiveWriters() == null || schema.getFieldIndex(SinkColumns.ARCHIVE).isEmpty()
            ? NONE
            : schema.fieldIndex(SinkColumns.ARCHIVE);
    progressColumn =
        schema.getFieldIndex(SinkColumns.PROGRESS).isEmpty()
            ? NONE
            : schema.fieldIndex(SinkColumns.PROGRESS);
    mostOpen = UnitWrite.layout(spec).byTask() ? MOST_OPEN : 1;
    goodColumn = schema.fieldIndex(SinkColumns.GOOD);
    goodWidth = goodSchema.size();
    badColumn = schema.fieldIndex(SinkColumns.BAD);
    firstColumn = schema.fieldIndex(SinkColumns.FIRST);
    countedColumn = schema.fieldIndex(SinkColumns.COUNTED);
    tallyColumn = schema.fieldIndex(SinkColumns.TALLY);
    badConstants =
        new UTF8String[] {
          UTF8String.fromString(spec.contract().id()),
          UTF8String.fromString(spec.contract().version()),
          UTF8String.fromString(spec.unit()),
          UTF8String.fromString(unit.writtenAt())
        };
  }

  /** The writer of what the driver adds to a unit. */
  static RoutingWriter onDriver(Factory unit) {
    return new RoutingWriter(unit, ON_DRIVER, unit.spec().unit());
  }

  @Override
  public void write(InternalRow row) {
    if (!row.isNullAt(tallyColumn)) {
      InternalRow tally = row.getStruct(tallyColumn, SinkColumns.TALLY_RECORD.size());
      sources.merge(tally.getUTF8String(0).toString(), tally.getLong(1), Long::sum);
      reread += tally.getLong(2);
      repeatedHeaders += tally.getLong(3);
      return;
    }
    boolean first = row.getBoolean(firstColumn);
    if (first && !row.isNullAt(countedColumn)) {
      InternalRow counted = row.getStruct(countedColumn, SinkColumns.COUNTS.size());
      unknownFields += counted.isNullAt(0) ? 0 : counted.getInt(0);
      rounded += counted.isNullAt(1) ? 0 : counted.getInt(1);
    }
    if (archiveColumn != NONE && !row.isNullAt(archiveColumn)) {
      writeArchive(row.getStruct(archiveColumn, SinkColumns.ARCHIVED.size()));
    }
    if (progressColumn != NONE && !row.isNullAt(progressColumn)) {
      InternalRow at = row.getStruct(progressColumn, SinkColumns.PROGRESS_RECORD.size());
      note(at.getInt(0), at.getLong(1));
    }
    if (!row.isNullAt(goodColumn)) {
      InternalRow goodRow = row.getStruct(goodColumn, goodWidth);
      if (aggregator == null) {
        writeGood(goodRow);
      } else {
        aggregator.add(goodRow);
      }
      written += first ? 1 : 0;
    } else if (!row.isNullAt(badColumn)) {
      writeBad(row.getStruct(badColumn, SinkColumns.BAD_RECORD.size()));
    } else if (spec.deduplicates()) {
      deduplicated++;
    }
  }

  /** A task mostly reads one part of the source, so that few rows get to the map. */
  private void note(int partition, long time) {
    if (partition != progressOf || time > progress) {
      progressOf = partition;
      progress = latest.merge(partition, time, Math::max);
    }
  }

  /** Opens the file that a good row belongs in. */
  void openGood(InternalRow row) {
    file(unit.partitioner().place(row));
  }

  private void writeGood(InternalRow row) {
    Partitioner.Place place = unit.partitioner().place(row);
    file(place).write(unit.partitioner().data(row, place));
    rows++;
  }

  private OpenFile file(Partitioner.Place place) {
    OpenFile file = good.get(place.directory());
    if (file == null) {
      if (good.size() == mostOpen) {
        String longestUnused = good.keySet().iterator().next();
        close(good.remove(longestUnused));
      }
      file = open(place.directory(), unit.goodWriters().get(place.variant()));
      good.put(place.directory(), file);
    }
    return file;
  }

  private OpenFile open(String directory, RowWriter.Factory writers) {
    // Rows come ordered by directory; where not, its second file needs a name of its own.
    int before = filesIn.merge(directory, 1, Integer::sum) - 1;
    String fixed = spec.output().layout().fileName();
    String stem = fixed == null ? fileName : fixed;
    String name = stem + (before == 0 ? "" : "-" + before) + writers.extension();
    Output.Destination first = spec.output().destinations().get(0);
    return new OpenFile(first.name(), first.path(), directory, name, writers);
  }

  private void writeArchive(InternalRow row) {
    if (archive == null) {
      archive =
          new OpenFile(
              PublishedFile.ARCHIVE,
              spec.output().archive(),
              unit.day(),
              fileName + unit.archiveWriters().extension(),
              unit.archiveWriters());
    }
    archive.write(row);
  }

  private void writeBad(InternalRow row) {
    if (bad == null) {
      bad =
          new OpenFile(
              PublishedFile.QUARANTINE,
              spec.output().quarantine(),
              unit.day(),
              fileName + ".jsonl",
              unit.badWriters());
    }
    int width = SinkColumns.BAD_RECORD.size();
    Object[] values = new Object[SinkColumns.QUARANTINED.size()];
    for (int i = 0; i < width; i++) {
      values[i] = row.isNullAt(i) ? null : row.get(i, SinkColumns.BAD_RECORD.apply(i).dataType());
    }
    System.arraycopy(badConstants, 0, values, width, badConstants.length);
    bad.write(new GenericInternalRow(values));
    String reason = reasonClass(row);
    if (reason.equals(LATE)) {
      late++;
    } else {
      quarantined++;
    }
    reasons.merge(reason, 1L, Long::sum);
    InternalRow source = row.getStruct(3, SinkColumns.SOURCE.size());
    if (!source.isNullAt(0)) {
      badSources.merge(source.getUTF8String(0).toString(), 1L, Long::sum);
    }
  }

  /** The first word of the first reason. */
  private static String reasonClass(InternalRow bad) {
    String reason = bad.getArray(2).getUTF8String(0).toString();
    int end = 0;
    while (end < reason.length() && reason.charAt(end) != ' ' && reason.charAt(end) != ':') {
      end++;
    }
    return reason.substring(0, end);
  }

  @Override
  public TaskReport commit() throws IOException {
    good.values().forEach(this::close);
    good.clear();
    close(bad);
    bad = null;
    close(archive);
    archive = null;
    List<TaskReport.StagedFile> files = new ArrayList<>();
    for (OpenFile file : closed) {
      files.add(file.staged(file.destination, file.root));
      if (file.isData()) {
        List<Output.Destination> all = spec.output().destinations();
        for (Output.Destination other : all.subList(1, all.size())) {
          files.add(file.copyTo(other));
        }
      }
    }
    return new TaskReport(
        input(),
        written,
        quarantined,
        late,
        deduplicated + DroppedRows.ofThisTask(),
        reread,
        rows,
        unknownFields,
        rounded,
        repeatedHeaders,
        reasons,
        sources,
        badSources,
        files,
        aggregator == null ? PackedAggregates.NONE : aggregator.packed(),
        latest);
  }

  /** What the source has handed out in the attempt at a task that asks. */
  private static long input() {
    TaskContext task = TaskContext.get();
    return task == null ? 0 : task.taskMetrics().inputMetrics().recordsRead();
  }

  private void close(OpenFile file) {
    if (file != null) {
      file.close();
      closed.add(file);
    }
  }

  /** Removes what this attempt has staged, for the driver may have done with the unit by now. */
  @Override
  public void abort() throws IOException {
    close();
    Staging.clearAttempt(spec, attempt, unit.hadoop().value());
  }

  @Override
  public void close() {
    List<OpenFile> open = new ArrayList<>(good.values());
    Stream.of(bad, archive).filter(Objects::nonNull).forEach(open::add);
    good.clear();
    bad = null;
    archive = null;
    open.forEach(OpenFile::close);
  }

  /** A file in staging. */
  private final class OpenFile {
    private final String destination;
    private final String root;
    private final String directory;
    private final String name;
    private RowWriter writer;
    private long fileRows;

    OpenFile(
        String destination, String root, String directory, String name, RowWriter.Factory writers) {
      this.destination = destination;
      this.root = root;
      this.directory = directory;
      this.name = name;
      try {
        this.writer = writers.open(stagedPath(root));
      } catch (IOException | FSError e) {
        throw Storage.cannotWrite(stagedPath(root), e);
      }
    }

    void write(InternalRow row) {
      try {
        writer.write(row);
      } catch (IOException | FSError e) {
        throw Storage.cannotWrite(stagedPath(root), e);
      }
      fileRows++;
    }

    void close() {
      if (writer == null) {
        return;
      }
      try {
        writer.close();
      } catch (IOException | FSError e) {
        throw Storage.cannotWrite(stagedPath(root), e);
      }
      // A unit may have thousands of files, and a Parquet writer keeps its buffers of a megabyte.
      writer = null;
    }

    /** Whether every destination gets it. */
    boolean isData() {
      return !destination.equals(PublishedFile.QUARANTINE)
          && !destination.equals(PublishedFile.ARCHIVE);
    }

    TaskReport.StagedFile staged(String toDestination, String toRoot) throws IOException {
      Path staged = stagedPath(toRoot);
      Configuration hadoop = unit.hadoop().value();
      long bytes = Storage.of(staged, hadoop).getFileStatus(staged).getLen();
      String place = new Path(toRoot, relative()).toString();
      return new TaskReport.StagedFile(staged.toString(), toDestination, place, fileRows, bytes);
    }

    TaskReport.StagedFile copyTo(Output.Destination other) throws IOException {
      Configuration hadoop = unit.hadoop().value();
      Path from = stagedPath(root);
      Path to = stagedPath(other.path());
      try {
        FileSystem toFs = Storage.of(to, hadoop);
        if (!FileUtil.copy(Storage.of(from, hadoop), from, toFs, to, false, true, hadoop)) {
          throw new IOException("it is no copy of " + from);
        }
      } catch (IOException | FSError e) {
        throw Storage.cannotWrite(to, e);
      }
      return staged(other.name(), other.path());
    }

    private Path stagedPath(String inRoot) {
      return new Path(new Path(Staging.of(inRoot, spec), attempt), relative());
    }

    private String relative() {
      return directory.isEmpty() ? name : directory + "/" + name;
    }
  }
}
