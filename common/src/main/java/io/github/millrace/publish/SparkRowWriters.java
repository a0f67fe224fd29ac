package io.github.millrace.publish;

import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Files as Spark's own formats write them. */
record SparkRowWriters(
    OutputWriterFactory writers, StructType schema, SerializableConfiguration hadoop)
    implements RowWriter.Factory {

  static SparkRowWriters of(
      FileFormat format, SparkSession session, StructType schema, Map<String, String> options)
      throws IOException {
    Job job = Job.getInstance(Storage.withLocalDisk(session.sessionState().newHadoopConf()));
    OutputWriterFactory writers =
        format.prepareWrite(
            session,
            job,
            scala.collection.immutable.Map.from(
                scala.jdk.javaapi.CollectionConverters.asScala(options)),
            schema);
    return new SparkRowWriters(
        writers, schema, new SerializableConfiguration(job.getConfiguration()));
  }

  @Override
  public String extension() {
    return writers.getFileExtension(context());
  }

  @Override
  public RowWriter open(Path path) {
    OutputWriter writer = writers.newInstance(path.toString(), schema, context());
    return new RowWriter() {
      @Override
      public void write(InternalRow row) {
        writer.write(row);
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  /** Spark's writers take their settings from it; its id is part of no name. */
  private TaskAttemptContext context() {
    return new TaskAttemptContextImpl(
        hadoop.value(), new TaskAttemptID("millrace", 0, TaskType.REDUCE, 0, 0));
  }
}
