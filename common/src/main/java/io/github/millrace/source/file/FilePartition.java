package io.github.millrace.source.file;

import io.github.millrace.record.RawRecords;
import io.github.millrace.record.SinkColumns;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;

/** The splits that one task reads, and the hosts where they lie. */
record FilePartition(List<FileSplit> splits, List<String> hosts) implements InputPartition {

  @Override
  public String[] preferredLocations() {
    return hosts.toArray(String[]::new);
  }

  /** Made on the driver, sent to each task. */
  record ReaderFactory(FileRecords.Settings settings, SerializableConfiguration hadoop)
      implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new Reader(((FilePartition) partition).splits().iterator(), this);
    }
  }

  /** Gives rows of {@link RawRecords}, and after each split its tally. The row is used again. */
  private static final class Reader implements PartitionReader<InternalRow> {
    private final Iterator<FileSplit> splits;
    private final ReaderFactory settings;
    private final GenericInternalRow source = new GenericInternalRow(SinkColumns.SOURCE.size());
    private final GenericInternalRow row = new GenericInternalRow(RawRecords.SCHEMA.size());
    private FileSplit split;
    private RawReader records;
    private long count;

    Reader(Iterator<FileSplit> splits, ReaderFactory settings) {
      this.splits = splits;
      this.settings = settings;
    }

    @Override
    public boolean next() throws IOException {
      if (records == null) {
        if (!splits.hasNext()) {
          return false;
        }
        split = splits.next();
        count = 0;
        records = open(split);
      }
      if (records.next()) {
        count++;
        record();
      } else {
        count += records.closed();
        tally();
        close();
      }
      return true;
    }

    private RawReader open(FileSplit from) throws IOException {
      Configuration hadoop = settings.hadoop().value();
      if (!from.replayed()) {
        return new FileRecords(from, settings.settings(), hadoop);
      }
      return Rereading.isAt(new Path(from.path()))
          ? RereadRecords.of(from, settings.settings(), hadoop)
          : new ReplayedRecords(from, settings.settings(), hadoop);
    }

    private void record() {
      source.update(0, utf8(records.file));
      source.update(3, records.offset);
      source.update(5, records.shape);
      source.update(6, records.header);
      source.update(7, records.line);
      row.update(0, records.value);
      row.update(1, source);
      row.update(2, utf8(records.problem));
      row.update(3, null);
    }

    private void tally() {
      row.update(0, null);
      row.update(1, null);
      row.update(2, null);
      row.update(
          3,
          new GenericInternalRow(
              new Object[] {
                utf8(split.path()), count, records.closed(), records.repeatedHeaders()
              }));
    }

    private static UTF8String utf8(String text) {
      return text == null ? null : UTF8String.fromString(text);
    }

    @Override
    public InternalRow get() {
      return row;
    }

    @Override
    public void close() throws IOException {
      if (records != null) {
        records.close();
        records = null;
      }
    }
  }
}
