package io.github.millrace.datagen.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
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

/**
 * A truth file in the making, a JSON object per line. The summary is the first line but known last,
 * so its place is reserved and filled at the end. The file appears only when it is complete.
 */
public final class TruthFile implements Closeable {
  // A summary is a dozen numbers and counted reasons; at their longest they are below 800 bytes.
  private static final int SUMMARY_BYTES = 1024;
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().rootValueSeparator("\n").build();

  private final Path path;
  private final Path hidden;
  private final FileChannel file;
  private final JsonGenerator lines;

  /** Writes the fields of an object. */
  @FunctionalInterface
  public interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private TruthFile(Path path, Path hidden, FileChannel file, JsonGenerator lines) {
    this.path = path;
    this.hidden = hidden;
    this.file = file;
    this.lines = lines;
  }

  /** Begins a file that replaces the one at that path, if there is one, when it is finished. */
  public static TruthFile create(Path path) throws IOException {
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

  /** Returns what writes the lines: each root object becomes one. */
  public JsonGenerator lines() {
    return lines;
  }

  /** Writes the summary's fields and makes the file visible. */
  public void finish(Fields summary) throws IOException {
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
