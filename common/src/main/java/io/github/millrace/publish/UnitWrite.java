package io.github.millrace.publish;

import io.github.millrace.record.SinkColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
import org.apache.spark.sql.types.StructType;

/**
 * The driver's side of writing a unit: prepares the tasks, and hands over what they have staged.
 */
final class UnitWrite implements RequiresDistributionAndOrdering, BatchWrite {
  /** How much one task writes where a directory may have several files, as the shuffle packs it. */
  private static final long TASK_BYTES = 128L << 20;

  private static final String TASK_BYTES_OF_SESSION =
      "spark.sql.adaptive.advisoryPartitionSizeInBytes";

  private final UnitSpec spec;
  private final StructType schema;
  private final Configuration hadoop;
  private final boolean sessionTellsTaskBytes;

  UnitWrite(UnitSpec spec, StructType schema) {
    this.spec = spec;
    this.schema = schema;
    SparkSession session = SparkSession.active();
    this.hadoop =
        ((org.apache.spark.sql.classic.SparkSession) session).sessionState().newHadoopConf();
    this.sessionTellsTaskBytes = session.conf().contains(TASK_BYTES_OF_SESSION);
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

  /** Rows of one directory go to one task, or to few, so that a unit has few files in each. */
  @Override
  public Distribution requiredDistribution() {
    Expression[] columns =
        layout(spec).partitionBy().stream().map(UnitWrite::expression).toArray(Expression[]::new);
    return movesRows() ? Distributions.clustered(columns) : Distributions.unspecified();
  }

  private boolean movesRows() {
    return !layout(spec).partitionBy().isEmpty() && !layout(spec).byTask();
  }

  /**
   * Whether a directory's rows may go to one task only: where it has one file. Elsewhere Spark
   * splits what is large, for which all other tasks would wait, and joins what is small.
   */
  @Override
  public boolean distributionStrictlyRequired() {
    return layout(spec).fileName() != null;
  }

  /**
   * For the splitting; where the session has a size, that decides (0). Spark refuses one where no
   * rows are to be moved between tasks.
   */
  @Override
  public long advisoryPartitionSizeInBytes() {
    boolean none = distributionStrictlyRequired() || !movesRows() || sessionTellsTaskBytes;
    return none ? 0 : TASK_BYTES;
  }

  /** Within a task, directories come one after the other, so that one file is open at a time. */
  @Override
  public SortOrder[] requiredOrdering() {
    Layout layout = layout(spec);
    if (layout.byTask()) {
      return new SortOrder[0];
    }
    return Stream.concat(layout.partitionBy().stream(), layout.orderBy().stream())
        .map(column -> Expressions.sort(expression(column), SortDirection.ASCENDING))
        .toArray(SortOrder[]::new);
  }

  /** How the files of tasks lie; in one place where these write no good rows. */
  static Layout layout(UnitSpec spec) {
    return spec.aggregation() == null ? spec.output().layout() : Layout.partitionedBy(List.of());
  }

  private static Expression expression(String column) {
    return Expressions.column(SinkColumns.GOOD + ".`" + column + "`");
  }

  @Override
  public BatchWrite toBatch() {
    return this;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    try {
      return RoutingWriter.Factory.of(spec, schema, hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare the writers of unit " + spec.unit(), e);
    }
  }

  @Override
  public boolean useCommitCoordinator() {
    return true;
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    Handover.put(spec, Arrays.stream(messages).map(TaskReport.class::cast).toList());
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    try {
      Staging.clear(spec, hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear staging of unit " + spec.unit(), e);
    }
  }
}
