package io.github.millrace.source.file;

import io.github.millrace.source.file.Rereading.Again;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The records of a file, read again as a whole, that have not come out already. */
final class RereadRecords extends RawReader {
  private final Again whole;
  private final FileRecords records;

  RereadRecords(Again whole, FileRecords.Settings settings, Configuration hadoop) {
    this.whole = whole;
    this.records =
        new FileRecords(
            new FileSplit(whole.file(), 0, Long.MAX_VALUE, false),
            settings.readAs(whole.shape()),
            hadoop);
  }

  /**
   * Begins to read a file of a list.
   *
   * @param split of the list; its start is the number of the file in it
   */
  static RereadRecords of(FileSplit split, FileRecords.Settings settings, Configuration hadoop)
      throws IOException {
    Rereading list = Rereading.read(new Path(split.path()).getParent(), hadoop);
    return new RereadRecords(list.files().get((int) split.start()), settings, hadoop);
  }

  @Override
  boolean next() throws IOException {
    while (records.next()) {
      if (!whole.isWritten(records.offset)) {
        take(records);
        return true;
      }
    }
    return false;
  }

  @Override
  long repeatedHeaders() {
    return records.repeatedHeaders();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
