package io.github.millrace.publish;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;

/** Writes rows to one file. */
interface RowWriter extends Closeable {

  void write(InternalRow row) throws IOException;

  /** Opens files of one format and schema; made on the driver, used in tasks. */
  interface Factory extends Serializable {

    /** The end of a file's name, with its dot. */
    String extension();

    RowWriter open(Path path) throws IOException;
  }
}
