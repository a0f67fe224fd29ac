package io.github.millrace.source.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A record that was found, in values that can be compared. */
record Found(Long offset, String value, String problem) {

  static Found good(long offset, String value) {
    return new Found(offset, value, null);
  }

  static Found bad(Long offset, String problem) {
    return new Found(offset, null, problem);
  }

  /** The records that a scanner finds. */
  static List<Found> all(RecordScanner scanner) throws IOException {
    List<Found> found = new ArrayList<>();
    while (scanner.next()) {
      ByteScanner in = scanner.in;
      found.add(
          scanner.problem == null
              ? good(
                  scanner.offset,
                  new String(in.bytes(), in.recordStart(), in.recordLength(), UTF_8))
              : bad(scanner.offset, scanner.problem));
    }
    return found;
  }

  /** The records that a reader gives. */
  static List<Found> all(RawReader reader) throws IOException {
    List<Found> found = new ArrayList<>();
    try (reader) {
      while (reader.next()) {
        String value = reader.value == null ? null : reader.value.toString();
        found.add(new Found(reader.offset, value, reader.problem));
      }
    }
    return found;
  }

  /** The records of a whole file. */
  static List<Found> inFile(String path, Shape shape, int maxRecordBytes, Configuration hadoop)
      throws IOException {
    FileSplit whole = new FileSplit(path, 0, Long.MAX_VALUE, false);
    return all(new FileRecords(whole, new FileRecords.Settings(shape, maxRecordBytes), hadoop));
  }
}
