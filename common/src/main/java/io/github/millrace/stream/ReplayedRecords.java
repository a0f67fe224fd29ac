package io.github.millrace.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.stream.Rereading.Again;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The records of a quarantine file, as they were before they were quarantined. One that was kept by
 * name only (its file could not be read, or it was too long) is read from its file again; one whose
 * file is read again as a whole is closed.
 */
final class ReplayedRecords extends RawReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileRecords lines;
  private final FileRecords.Settings settings;
  private final Configuration hadoop;
  private final Map<String, Again> rereading;
  private FileRecords again;
  private long closed;

  ReplayedRecords(FileSplit split, FileRecords.Settings settings, Configuration hadoop)
      throws IOException {
    this.lines =
        new FileRecords(
            split, new FileRecords.Settings(Shape.LINES, Integer.MAX_VALUE - 16), hadoop);
    this.settings = settings;
    this.hadoop = hadoop;
    Path directory = new Path(split.path()).getParent();
    this.rereading =
        Rereading.isDirectory(directory) ? Rereading.read(directory, hadoop).byFile() : Map.of();
  }

  @Override
  boolean next() throws IOException {
    while (true) {
      if (again != null) {
        if (again.next()) {
          take(again);
          return true;
        }
        again.close();
        again = null;
      }
      if (!lines.next()) {
        return false;
      }
      if (lines.problem != null) {
        take(lines);
        return true;
      }
      JsonNode quarantined = JSON.readTree(lines.value.getBytes());
      JsonNode source = quarantined.path("source");
      if (isClosed(source)) {
        closed++;
      } else if (quarantined.hasNonNull("raw")) {
        problem = null;
        value = UTF8String.fromBytes(raw(quarantined));
        file = source.path("file").asText(null);
        offset = source.hasNonNull("offset") ? source.get("offset").longValue() : null;
        shape = UTF8String.fromString(source.path("shape").asText(null));
        return true;
      } else {
        again = readAgain(source);
      }
    }
  }

  /** Whether its file is read again as a whole, by another shape than this record was. */
  private boolean isClosed(JsonNode source) {
    Again whole = rereading.get(source.path("file").asText());
    return whole != null
        && source.hasNonNull("shape")
        && !source.get("shape").asText().equals(whole.shape().toString());
  }

  @Override
  long closed() {
    return closed;
  }

  private FileRecords readAgain(JsonNode source) {
    String origin = source.path("file").asText();
    return source.hasNonNull("offset")
        ? new FileRecords(origin, source.get("offset").longValue(), settings, hadoop)
        : new FileRecords(new FileSplit(origin, 0, Long.MAX_VALUE, false), settings, hadoop);
  }

  private void take(RawReader from) {
    value = from.value;
    problem = from.problem;
    file = from.file;
    offset = from.offset;
    shape = from.shape;
  }

  private static byte[] raw(JsonNode quarantined) {
    String raw = quarantined.get("raw").textValue();
    return quarantined.path("encoding").asText().equals(Judge.BASE64)
        ? Base64.getMimeDecoder().decode(raw)
        : raw.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    lines.close();
    if (again != null) {
      again.close();
    }
  }
}
