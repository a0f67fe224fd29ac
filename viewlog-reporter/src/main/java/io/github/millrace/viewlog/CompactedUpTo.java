package io.github.millrace.viewlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import io.github.millrace.window.TumblingWindows;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Where the compacted reports end: windows that start before it are read from the files {@link
 * Filing#BY_DAY}, all others from those {@link Filing#BY_WINDOW}. It stands in one small file, and
 * so moves in one step for all readers.
 *
 * @param before microseconds since 1970-01-01 UTC
 */
record CompactedUpTo(long before) {
  static final String DIRECTORY = "_compacted";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The form in the file, a time in ISO-8601. */
  private record Content(String before) {}

  /** As it stands; before all time if nothing has been compacted. */
  static CompactedUpTo of(String output, Configuration hadoop) throws IOException {
    Path file = file(output);
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      Instant before = Instant.parse(JSON.readValue(in, Content.class).before());
      return new CompactedUpTo(DateTimeUtils.instantToMicros(before));
    } catch (FileNotFoundException e) {
      return new CompactedUpTo(TumblingWindows.BEGINNING);
    }
  }

  static Path file(String output) {
    return new Path(new Path(output, DIRECTORY), "before.json");
  }

  /** Whether the window that starts then is compacted. */
  boolean covers(long start) {
    return start < before;
  }

  /** Moves the boundary here, once the files of the unit are there. */
  void move(Unit unit, String output) throws IOException {
    Content content = new Content(DateTimeUtils.microsToInstant(before).toString());
    unit.replaceFile(file(output), JSON.writeValueAsBytes(content));
  }
}
