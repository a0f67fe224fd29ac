package io.github.millrace.source.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.source.file.Rereading.Again;
import io.github.millrace.source.file.Rereading.Range;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The records of a quarantine file, as they were before they were quarantined. One that was kept by
 * name only (its file could not be read, or it was too long) is read from its file again; one whose
 * file is read again as a whole is closed.
 */
final class ReplayedRecords extends RawReader {
  /** A record may be longer than Jackson lets a text be. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  private final FileRecords lines;
  private final FileRecords.Settings settings;
  private final Configuration hadoop;
  private final Path directory;
  private final Map<String, Again> rereading;
  private Map<String, List<Range>> written;
  private RawReader again;

  /** On which line the record that is read again begins; null where that is not known. */
  private Long lineAgain;

  private long closed;
  private long repeatedHeaders;

  ReplayedRecords(FileSplit split, FileRecords.Settings settings, Configuration hadoop)
      throws IOException {
    this.lines =
        new FileRecords(
            split, new FileRecords.Settings(Shape.LINES, Integer.MAX_VALUE - 16), hadoop);
    this.settings = settings;
    this.hadoop = hadoop;
    this.directory = new Path(split.path()).getParent();
    this.rereading =
        Rereading.isDirectory(directory) ? Rereading.read(directory, hadoop).byFile() : Map.of();
  }

  @Override
  boolean next() throws IOException {
    while (true) {
      if (again != null) {
        if (again.next()) {
          take(again);
          line = line == null ? lineAgain : line;
          return true;
        }
        repeatedHeaders += again.repeatedHeaders();
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
      if (isClosed(quarantined)) {
        closed++;
      } else if (quarantined.hasNonNull("raw")) {
        problem = null;
        value = UTF8String.fromBytes(raw(quarantined));
        file = source.path("file").asText(null);
        offset = source.hasNonNull("offset") ? source.get("offset").longValue() : null;
        line = line(source);
        header = UTF8String.fromString(source.path("header").textValue());
        shape = UTF8String.fromString(source.path("shape").asText(null));
        return true;
      } else {
        lineAgain = line(source);
        again = readAgain(quarantined);
      }
    }
  }

  /**
   * Whether its file is read again as a whole, by another shape than this record was; or it is an
   * entry that was not opened, and what stands there now is read as new.
   */
  private boolean isClosed(JsonNode quarantined) throws IOException {
    JsonNode source = quarantined.path("source");
    if (FileSplit.isUnopened(source.path("file").asText())) {
      return !LocalListing.isLasting(reason(quarantined))
          && canBeOpened(new Path(source.get("file").asText()));
    }
    Again whole = rereading.get(source.path("file").asText());
    return whole != null
        && source.hasNonNull("shape")
        && !source.get("shape").asText().equals(whole.shape());
  }

  @Override
  long closed() {
    return closed;
  }

  @Override
  long repeatedHeaders() {
    return repeatedHeaders;
  }

  private boolean canBeOpened(Path path) throws IOException {
    FileSystem fs = LocalInput.of(path, hadoop);
    try {
      if (fs.getFileStatus(path).isDirectory()) {
        fs.listStatusIterator(path);
      } else {
        fs.open(path).close();
      }
      return true;
    } catch (FileNotFoundException
        | FileSystemException
        | AccessControlException
        | UnreadableException e) {
      return false;
    }
  }

  private static String reason(JsonNode quarantined) {
    return quarantined.path("reasons").path(0).asText();
  }

  private RawReader readAgain(JsonNode quarantined) throws IOException {
    JsonNode source = quarantined.path("source");
    String origin = source.path("file").asText();
    if (FileSplit.isUnopened(origin)) {
      return new FileRecords(FileSplit.unopened(origin, reason(quarantined)), settings, hadoop);
    }
    if (!source.hasNonNull("offset")) {
      return new RereadRecords(
          new Again(origin, settings.readAs(), written(origin)), settings, hadoop);
    }
    // It ends where it did when its file was read, whatever the input's shape is by now.
    FileRecords.Settings inFile =
        source.hasNonNull("shape") ? settings.readAs(source.get("shape").asText()) : settings;
    return new FileRecords(origin, source.get("offset").longValue(), inFile, hadoop);
  }

  private static Long line(JsonNode source) {
    return source.hasNonNull("line") ? source.get("line").longValue() : null;
  }

  /** What had come out of a file before it could not be read. */
  private List<Range> written(String file) throws IOException {
    if (written == null) {
      written = Rereading.written(ReplayedFiles.root(directory), hadoop);
    }
    return written.getOrDefault(file, List.of());
  }

  private static byte[] raw(JsonNode quarantined) {
    String raw = quarantined.get("raw").textValue();
    return quarantined.path("encoding").asText().equals(SinkColumns.BASE64)
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
