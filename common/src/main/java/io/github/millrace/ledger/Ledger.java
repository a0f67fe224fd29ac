package io.github.millrace.ledger;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.millrace.Storage;
import io.github.millrace.storage.Lease;
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
import org.apache.hadoop.fs.RemoteIterator;

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

  public Ledger(String directory, Configuration hadoop) throws IOException {
    this.directory = new Path(directory);
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

  /**
   * Writes an entry down, whole or not at all, if the lease is held at that moment. From here on
   * the unit will be published.
   *
   * @param lease of a role of this ledger
   */
  public void prepare(Entry entry, Lease lease) throws IOException {
    lease.publish(preparedPath(entry.unit()), JSON.writeValueAsBytes(entry));
  }

  /** Marks a prepared unit as published, unless another has. */
  public void commit(String unit) throws IOException {
    Path prepared = preparedPath(unit);
    Path committed = committedPath(unit);
    if (!Storage.renameIfThere(prepared, committed, fs) && !fs.exists(committed)) {
      throw new IOException("cannot rename %s to %s".formatted(prepared, committed));
    }
  }

  /** Whether nothing has been published or prepared. */
  public boolean isEmpty() throws IOException {
    try {
      RemoteIterator<FileStatus> files = fs.listStatusIterator(directory);
      while (files.hasNext()) {
        if (isEntry(files.next().getPath().getName())) {
          return false;
        }
      }
    } catch (FileNotFoundException e) {
      // Nothing was ever begun.
    }
    return true;
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
      if (isEntry(name) && name.endsWith(PREPARED) == prepared) {
        // One that was prepared may be committed by now.
        readIfExists(file.getPath()).ifPresent(entries::add);
      }
    }
    entries.sort(Comparator.comparing(Entry::preparedAt).thenComparing(Entry::unit));
    return entries;
  }

  private static boolean isEntry(String name) {
    return name.endsWith(COMMITTED) && !name.startsWith(".") && !name.startsWith("_");
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
