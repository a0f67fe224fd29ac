package io.github.millrace.publish;

import io.github.millrace.ledger.Counts;
import io.github.millrace.ledger.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.distributions.Distribution;
import org.apache.spark.sql.connector.distributions.Distributions;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.RequiresDistributionAndOrdering;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.execution.datasources.json.JsonFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The driver's side of writing a unit: prepares the tasks, and publishes what they have staged. */
final class UnitWrite implements RequiresDistributionAndOrdering, BatchWrite {
  /** For people to read, whatever the cluster's default. */
  private static final Map<String, String> QUARANTINE_OPTIONS = Map.of("compression", "none");

  private final Publication publication;
  private final StructType schema;
  private final Configuration hadoop;

  UnitWrite(Publication publication, StructType schema) {
    this.publication = publication;
    this.schema = schema;
    this.hadoop =
        ((org.apache.spark.sql.classic.SparkSession) SparkSession.active())
            .sessionState()
            .newHadoopConf();
    for (String column : SinkColumns.ALL) {
      if (schema.getFieldIndex(column).isEmpty()) {
        throw new IllegalArgumentException(
            "the sink takes the columns "
                + SinkColumns.ALL
                + ", was given "
                + schema.simpleString());
      }
    }
  }

  /** Rows of one directory go to one task, so that a unit has one file in each. */
  @Override
  public Distribution requiredDistribution() {
    return publication.output().partitionBy().isEmpty()
        ? Distributions.unspecified()
        : Distributions.clustered(partitionColumns());
  }

  /** Within a task, directories come one after the other, so that one file is open at a time. */
  @Override
  public SortOrder[] requiredOrdering() {
    return Arrays.stream(partitionColumns())
        .map(column -> Expressions.sort(column, SortDirection.ASCENDING))
        .toArray(SortOrder[]::new);
  }

  private Expression[] partitionColumns() {
    return publication.output().partitionBy().stream()
        .map(column -> Expressions.column(SinkColumns.GOOD + ".`" + column + "`"))
        .toArray(Expression[]::new);
  }

  @Override
  public BatchWrite toBatch() {
    return this;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    try {
      publisher().abandon(publication);
      StructType good = (StructType) schema.apply(SinkColumns.GOOD).dataType();
      Partitioner partitioner = new Partitioner(good, publication.output().partitionBy());
      return new RoutingWriter.Factory(
          publication,
          schema,
          partitioner,
          goodWriters(partitioner.dataSchema()),
          SparkRowWriters.of(
              new JsonFileFormat(), session(), SinkColumns.QUARANTINED, QUARANTINE_OPTIONS),
          new SerializableConfiguration(hadoop),
          Instant.now().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare staging of unit " + publication.unit(), e);
    }
  }

  private RowWriter.Factory goodWriters(StructType data) throws IOException {
    return switch (publication.output().format()) {
      case CSV -> new CsvWriter.Factory(data, new SerializableConfiguration(hadoop));
      case JSON -> SparkRowWriters.of(new JsonFileFormat(), session(), data, Map.of());
      case PARQUET -> SparkRowWriters.of(new ParquetFileFormat(), session(), data, Map.of());
    };
  }

  private static org.apache.spark.sql.classic.SparkSession session() {
    return (org.apache.spark.sql.classic.SparkSession) SparkSession.active();
  }

  @Override
  public boolean useCommitCoordinator() {
    return true;
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    List<TaskReport> reports = Arrays.stream(messages).map(TaskReport.class::cast).toList();
    try {
      publisher().publish(entry(reports), publication.fence());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot publish unit " + publication.unit(), e);
    }
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    try {
      publisher().abandon(publication);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear staging of unit " + publication.unit(), e);
    }
  }

  private Publisher publisher() throws IOException {
    return new Publisher(publication.output(), hadoop);
  }

  private Entry entry(List<TaskReport> reports) {
    long written = 0;
    long quarantined = 0;
    long rows = 0;
    long unknownFields = 0;
    Map<String, Long> reasons = new TreeMap<>();
    Map<String, Long> sources = new TreeMap<>();
    List<Entry.PublishedFile> files = new ArrayList<>();
    List<Entry.Move> moves = new ArrayList<>();
    for (TaskReport report : reports) {
      written += report.written();
      quarantined += report.quarantined();
      rows += report.rows();
      unknownFields += report.unknownFields();
      report.reasons().forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
      report.sources().forEach((file, count) -> sources.merge(file, count, Long::sum));
      for (TaskReport.StagedFile file : report.files()) {
        files.add(file.published());
        moves.add(new Entry.Move(file.staged(), file.published().path()));
      }
    }
    long read = sources.values().stream().mapToLong(Long::longValue).sum();
    long deduplicated = publication.deduplicates() ? Math.max(0, read - written - quarantined) : 0;
    return new Entry(
        publication.job(),
        publication.unit(),
        publication.checkpoint(),
        publication.batch(),
        Instant.now(),
        publication.contract(),
        new Counts(read, written, quarantined, 0, deduplicated),
        rows,
        unknownFields,
        reasons,
        sources.entrySet().stream().map(s -> new Entry.Source(s.getKey(), s.getValue())).toList(),
        files,
        moves);
  }
}
