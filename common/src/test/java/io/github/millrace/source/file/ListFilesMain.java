package io.github.millrace.source.file;

import io.github.millrace.stream.Readings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;

/**
 * Reads the directory {@code in} below the first argument as a stream does, in a process of its
 * own, and writes a line for each record to the file {@code read}.
 */
final class ListFilesMain {
  static final String IN = "in";
  static final String READ = "read";

  private ListFilesMain() {}

  public static void main(String[] args) throws IOException {
    Path dir = Path.of(args[0]);
    List<String> read = read(dir.resolve(IN), dir.resolve("checkpoint"), -1);
    Files.write(dir.resolve(READ), read, StandardCharsets.UTF_8);
  }

  /** What is new since an offset, a line for each record: file, then value or problem. */
  static List<String> read(Path in, Path checkpoint, int from) throws IOException {
    FileInput input =
        new FileInput(in.toString(), Shape.LINES, null, 1 << 20, Readings.WATCH_FOR, null);
    FileStream stream = new FileStream(input, checkpoint.toString(), () -> 2, new Configuration());
    Offset start = stream.deserializeOffset(Integer.toString(from));
    Offset end = stream.latestOffset(start, ReadLimit.allAvailable());
    List<String> read = new ArrayList<>();
    if (end == null) {
      return read;
    }
    for (InputPartition partition : stream.planInputPartitions(start, end)) {
      try (PartitionReader<InternalRow> reader =
          stream.createReaderFactory().createReader(partition)) {
        while (reader.next()) {
          InternalRow row = reader.get();
          if (row.isNullAt(3)) {
            String file = row.getStruct(1, 5).getUTF8String(0).toString();
            read.add(file + " " + row.getUTF8String(row.isNullAt(0) ? 2 : 0));
          }
        }
      }
    }
    return read;
  }
}
