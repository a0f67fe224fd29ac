package io.github.millrace.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.publish.BatchState;
import io.github.millrace.publish.Unit;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
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
    return read(state().after(batch).orElseThrow(() -> gone(batch)));
  }

  /** What all batches have left; empty if there was none. */
  public Optional<OpenWindows> latest() throws IOException {
    Optional<BatchState.Saved> latest = state().latest();
    return latest.isEmpty() ? Optional.empty() : Optional.of(read(latest.get()));
  }

  /** Adds windows to a unit. */
  public void save(Unit unit, OpenWindows open) throws IOException {
    state().save(unit, open.batch(), open.revision(), json(open));
  }

  private JobException gone(long batch) {
    return new JobException(
        ExitCode.INTEGRITY,
        ("checkpoint %s lacks the windows that batch %d left open (windows/%08d-*.json); restore them,"
                + " or begin anew with an empty checkpoint and output")
            .formatted(checkpoint, batch, batch));
  }

  private BatchState state() {
    return new BatchState(new Path(checkpoint, "windows"), hadoop);
  }

  private OpenWindows read(BatchState.Saved file) throws IOException {
    JsonNode content = JSON.readTree(state().read(file));
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
