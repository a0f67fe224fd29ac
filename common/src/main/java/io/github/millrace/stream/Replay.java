package io.github.millrace.stream;

import io.github.millrace.Storage;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.publish.Output;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Gives quarantined records back to the job's input. A quarantine file is moved where the source
 * watches, which then takes it up once, as it does any file; what is bad still is quarantined anew.
 */
final class Replay {
  private Replay() {}

  /**
   * Moves every quarantine file of a committed unit that has not been moved yet.
   *
   * @return the number of records moved
   */
  static long returnToInput(Output output, Configuration hadoop) throws IOException {
    Path replayed = new Path(output.replayed());
    FileSystem fs = Storage.of(replayed, hadoop);
    fs.mkdirs(replayed);
    long records = 0;
    for (Entry entry : new Ledger(output.ledger(), hadoop).committed()) {
      for (Entry.PublishedFile file : entry.files()) {
        Path path = new Path(file.path());
        if (file.destination().equals(Entry.PublishedFile.QUARANTINE) && fs.exists(path)) {
          if (!fs.rename(path, new Path(replayed, path.getName()))) {
            throw new IOException("cannot move " + path + " into " + replayed);
          }
          records += file.rows();
        }
      }
    }
    return records;
  }
}
