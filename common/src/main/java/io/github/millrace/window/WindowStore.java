package io.github.millrace.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.publish.Unit;
import io.github.millrace.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where a checkpoint keeps its open windows: {@code windows/<batch>-<revision>.json}, each visible
 * with the unit that it belongs to.
 *
 * @param columns of the totals, by whose names they stand in a file
 */
public record WindowStore(String checkpoint, WindowColumns columns, Configuration hadoop) {
  private static final int KEPT_BATCHES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the batches up to one have left.
   *
   * @throws JobException with {@link ExitCode#INTEGRITY} if it is gone
   */
  public OpenWindows after(long batch) throws IOException {
    if (batch < 0) {
      return OpenWindows.NONE;
    }
    Saved last =
        files().stream()
            .filter(file -> file.batch() == batch)
            .reduce((earlier, later) -> later)
            .orElseThrow(() -> gone(batch));
    return read(last);
  }

  /** What all batches have left; empty if there was none. */
  public Optional<OpenWindows> latest() throws IOException {
    List<Saved> files = files();
    return files.isEmpty() ? Optional.empty() : Optional.of(read(files.get(files.size() - 1)));
  }

  /** Adds windows to a unit, and forgets those that no batch will ask for again. */
  public void save(Unit unit, OpenWindows open) throws IOException {
    Path directory = directory();
    FileSystem fs = Storage.of(directory, hadoop);
    for (Saved old : files()) {
      if (old.batch() <= open.batch() - KEPT_BATCHES) {
        fs.delete(old.path(), false);
      }
    }
    Path file = new Path(directory, "%08d-%d.json".formatted(open.batch(), open.revision()));
    unit.file(file, directory, json(open));
  }

  private JobException gone(long batch) {
    return new JobException(
        ExitCode.INTEGRITY,
        ("checkpoint %s lacks the windows that batch %d left open (windows/%08d-*.json); restore them,"
                + " or begin anew with an empty checkpoint and output")
            .formatted(checkpoint, batch, batch));
  }

  /** A saved file. */
  private record Saved(Path path, long batch, int revision) {}

  private List<Saved> files() throws IOException {
    Path directory = directory();
    FileSystem fs = Storage.of(directory, hadoop);
    List<Saved> files = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(directory)) {
        String name = status.getPath().getName();
        if (!name.startsWith(".")) {
          String[] parts = name.replace(".json", "").split("-", 2);
          files.add(
              new Saved(status.getPath(), Long.parseLong(parts[0]), Integer.parseInt(parts[1])));
        }
      }
    } catch (FileNotFoundException e) {
      return files;
    }
    files.sort(Comparator.comparingLong(Saved::batch).thenComparingInt(Saved::revision));
    return files;
  }

  private Path directory() {
    return new Path(checkpoint, "windows");
  }

  private OpenWindows read(Saved file) throws IOException {
    try (InputStream in = Storage.of(file.path(), hadoop).open(file.path())) {
      JsonNode content = JSON.readTree(in);
      List<WindowTotal> totals = new ArrayList<>();
      for (JsonNode total : content.get("windows")) {
        totals.add(
            new WindowTotal(
                total.get(WindowColumns.START).longValue(),
                values(columns.keys(), total),
                values(columns.sums(), total),
                values(columns.maxima(), total).stream().map(Long.class::cast).toList()));
      }
      return new OpenWindows(
          file.batch(),
          file.revision(),
          content.get("watermark").longValue(),
          WindowTotals.of(totals));
    }
  }

  private static List<Object> values(StructType schema, JsonNode total) {
    List<Object> values = new ArrayList<>();
    for (StructField field : schema.fields()) {
      JsonNode value = total.get(field.name());
      if (field.dataType().equals(DataTypes.StringType)) {
        values.add(value.textValue());
      } else if (field.dataType().equals(WindowColumns.DECIMAL)) {
        values.add(new BigDecimal(value.textValue()));
      } else {
        values.add(value.longValue());
      }
    }
    return values;
  }

  private byte[] json(OpenWindows open) throws IOException {
    ObjectNode content = JSON.createObjectNode().put("watermark", open.watermark());
    ArrayNode windows = content.putArray("windows");
    for (WindowTotal total : open.totals().all()) {
      ObjectNode node = windows.addObject().put(WindowColumns.START, total.start());
      put(node, columns.keys(), total.keys());
      put(node, columns.sums(), total.sums());
      put(node, columns.maxima(), total.maxima());
    }
    return JSON.writeValueAsBytes(content);
  }

  private static void put(ObjectNode node, StructType schema, List<?> values) {
    for (int i = 0; i < schema.size(); i++) {
      Object value = values.get(i);
      if (value instanceof Long number) {
        node.put(schema.apply(i).name(), number);
      } else {
        // A decimal too: as a number, it would come back as a double.
        node.put(schema.apply(i).name(), text(value));
      }
    }
  }

  private static String text(Object value) {
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : (String) value;
  }
}
