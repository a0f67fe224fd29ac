package io.github.millrace.stream;

import io.github.millrace.stream.Rereading.Again;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The records of one file of a {@link Rereading} that have not come out already. */
final class RereadRecords extends RawReader {
  private final Again whole;
  private final FileRecords records;

  /**
   * Begins to read.
   *
   * @param split of the list; its start is the number of the file in it
   */
  RereadRecords(FileSplit split, FileRecords.Settings settings, Configuration hadoop)
      throws IOException {
    whole =
        Rereading.read(new Path(split.path()).getParent(), hadoop).files().get((int) split.start());
    records =
        new FileRecords(
            new FileSplit(whole.file(), 0, Long.MAX_VALUE, false),
            new FileRecords.Settings(whole.shape(), settings.maxRecordBytes()),
            hadoop);
  }

  @Override
  boolean next() throws IOException {
    while (records.next()) {
      if (!whole.isWritten(records.offset)) {
        value = records.value;
        problem = records.problem;
        file = records.file;
        offset = records.offset;
        shape = records.shape;
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
