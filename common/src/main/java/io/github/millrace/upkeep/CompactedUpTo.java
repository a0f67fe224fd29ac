package io.github.millrace.upkeep;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Up to when an output is compacted: rows of a time before it are read from the compacted files,
 * all others from those that were there before. It stands in one small file, and so moves in one
 * step for all readers.
 *
 * @param before microseconds since 1970-01-01 UTC
 */
public record CompactedUpTo(long before) {
  /** The directory, in an output, of this file and of what is compacted. */
  public static final String DIRECTORY = "_compacted";

  /** Before all time. */
  private static final long BEGINNING = Long.MIN_VALUE / 2;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The form in the file, a time in ISO-8601. */
  private record Content(String before) {}

  /** As it stands; before all time if nothing has been compacted. */
  public static CompactedUpTo of(String output, Configuration hadoop) throws IOException {
    Path file = file(output);
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      Instant before = Instant.parse(JSON.readValue(in, Content.class).before());
      return new CompactedUpTo(DateTimeUtils.instantToMicros(before));
    } catch (FileNotFoundException e) {
      return new CompactedUpTo(BEGINNING);
    }
  }

  static Path file(String output) {
    return new Path(new Path(output, DIRECTORY), "before.json");
  }

  /** Whether what is of a time is compacted. */
  public boolean covers(long start) {
    return start < before;
  }

  /** Moves the boundary here, once the files of the unit are there. */
  void move(Unit unit, String output) throws IOException {
    Content content = new Content(DateTimeUtils.microsToInstant(before).toString());
    unit.replaceFile(file(output), JSON.writeValueAsBytes(content));
  }
}
