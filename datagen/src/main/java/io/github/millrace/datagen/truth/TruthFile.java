package io.github.millrace.datagen.truth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A truth file, a JSON object per line. The summary is the first line but known last, so its place
 * is reserved and filled at the end. The file appears only when it is complete.
 */
public final class TruthFile implements Closeable {
  /** The truth file's name in a directory of data. */
  public static final String NAME = "_truth.jsonl";

  // A summary is a dozen numbers and counted reasons; at their longest they are below 800 bytes.
  private static final int SUMMARY_BYTES = 1024;
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().rootValueSeparator("\n").build();

  private final Path path;
  private final Path hidden;
  private final FileChannel file;
  private final JsonGenerator lines;

  private TruthFile(Path path, Path hidden, FileChannel file, JsonGenerator lines) {
    this.path = path;
    this.hidden = hidden;
    this.file = file;
    this.lines = lines;
  }

  /** Writes the fields of an object. */
  @FunctionalInterface
  public interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /**
   * Reads a truth file, all of it into memory.
   *
   * @param summary makes the summary of the first line
   * @param entry makes the truth about a record of each other line
   * @param truth puts the two together
   */
  public static <S, E, T> T read(
      Path path,
      TruthLine.Reader<S> summary,
      TruthLine.Reader<E> entry,
      BiFunction<S, List<E>, T> truth)
      throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(path);
        JsonParser json = FACTORY.createParser(reader)) {
      json.nextToken(); // the line's object
      json.nextToken(); // the field name
      json.nextToken(); // the summary
      S totals = TruthLine.read(json, "summary", summary);
      json.nextToken(); // the end of the line's object
      List<E> records = new ArrayList<>();
      while (json.nextToken() != null) {
        records.add(TruthLine.read(json, "record", entry));
      }
      return truth.apply(totals, records);
    }
  }

  /** Writes a field that is an object of numbers. */
  public static void writeCounts(JsonGenerator json, String field, Map<String, Long> counts)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      json.writeNumberField(count.getKey(), count.getValue());
    }
    json.writeEndObject();
  }

  /** Begins a file that replaces the one at that path, if there is one, when it is finished. */
  static TruthFile create(Path path) throws IOException {
    Path hidden = path.resolveSibling("." + path.getFileName());
    FileChannel file =
        FileChannel.open(
            hidden,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
    out.write((" ".repeat(SUMMARY_BYTES - 1) + "\n").getBytes(StandardCharsets.UTF_8));
    return new TruthFile(path, hidden, file, FACTORY.createGenerator(out));
  }

  /** Writes a line of two parts. */
  void add(Fields place, Fields record) throws IOException {
    lines.writeStartObject();
    place.writeTo(lines);
    record.writeTo(lines);
    lines.writeEndObject();
  }

  /** Writes the summary's fields and makes the file visible. */
  void finish(Fields summary) throws IOException {
    lines.writeRaw('\n');
    lines.flush();
    file.write(ByteBuffer.wrap(render(summary)), 0);
    file.close();
    Files.move(hidden, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Leaves nothing behind unless the file was finished. */
  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(hidden);
  }

  private static byte[] render(Fields summary) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(SUMMARY_BYTES);
    try (JsonGenerator json = FACTORY.createGenerator(line)) {
      json.writeStartObject();
      json.writeObjectFieldStart("summary");
      summary.writeTo(json);
      json.writeEndObject();
      json.writeEndObject();
    }
    return line.toByteArray();
  }
}
