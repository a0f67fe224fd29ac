package io.github.millrace.ledger;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.millrace.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The entries of one output, a file each. An entry's name tells its state: {@code
 * <unit>.prepared.json} until every file of the unit is in place, {@code <unit>.json} from then on;
 * the rename between them is the commit.
 */
public final class Ledger {
  private static final String PREPARED = ".prepared.json";
  private static final String COMMITTED = ".json";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final FileSystem fs;
  private final Path directory;
  private final Configuration hadoop;

  public Ledger(String directory, Configuration hadoop) throws IOException {
    this.directory = new Path(directory);
    this.hadoop = hadoop;
    this.fs = Storage.of(this.directory, hadoop);
  }

  /** The entry of a unit that is published. */
  public Optional<Entry> committed(String unit) throws IOException {
    return readIfExists(committedPath(unit));
  }

  /** The entry of a unit whose publication has begun and not ended. */
  public Optional<Entry> prepared(String unit) throws IOException {
    return readIfExists(preparedPath(unit));
  }

  /** All published units, in the order in which they were prepared. */
  public List<Entry> committed() throws IOException {
    return entries(false);
  }

  /** The units whose publication has begun and not ended. */
  public List<Entry> prepared() throws IOException {
    return entries(true);
  }

  /** Writes an entry down, whole or not at all. From here on the unit will be published. */
  public void prepare(Entry entry) throws IOException {
    Storage.writeNew(preparedPath(entry.unit()), JSON.writeValueAsBytes(entry), hadoop);
  }

  /** Marks a prepared unit as published. */
  public void commit(String unit) throws IOException {
    if (!fs.rename(preparedPath(unit), committedPath(unit))) {
      throw new IOException(
          "cannot rename %s to %s".formatted(preparedPath(unit), committedPath(unit)));
    }
  }

  private List<Entry> entries(boolean prepared) throws IOException {
    List<Entry> entries = new ArrayList<>();
    FileStatus[] files;
    try {
      files = fs.listStatus(directory);
    } catch (FileNotFoundException e) {
      return entries;
    }
    for (FileStatus file : files) {
      String name = file.getPath().getName();
      boolean entry = name.endsWith(COMMITTED) && !name.startsWith(".") && !name.startsWith("_");
      if (entry && name.endsWith(PREPARED) == prepared) {
        entries.add(read(file.getPath()));
      }
    }
    entries.sort(Comparator.comparing(Entry::preparedAt).thenComparing(Entry::unit));
    return entries;
  }

  private Optional<Entry> readIfExists(Path path) throws IOException {
    try {
      return Optional.of(read(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private Entry read(Path path) throws IOException {
    try (InputStream in = fs.open(path)) {
      return JSON.readValue(in, Entry.class);
    }
  }

  /** The entries as one JSON array. */
  public static String json(List<Entry> entries) throws IOException {
    return JSON.writeValueAsString(entries);
  }

  private Path preparedPath(String unit) {
    return new Path(directory, unit + PREPARED);
  }

  private Path committedPath(String unit) {
    return new Path(directory, unit + COMMITTED);
  }
}
