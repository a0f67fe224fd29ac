package io.github.millrace.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.ledger.PostgreSqlStep;
import io.github.millrace.ledger.PostgreSqlTable;
import io.github.millrace.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Rows for a table, staged until their unit is published: a JSON array of texts on each line. */
final class RowFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RowFile() {}

  static PostgreSqlStep.Rows write(
      Path file, PostgreSqlTable table, Collection<? extends List<?>> rows, Configuration hadoop) {
    List<ColumnType> types =
        table.columns().stream().map(column -> ColumnType.of(column.type())).toList();
    try (OutputStream out = Storage.of(file, hadoop).create(file, true)) {
      for (List<?> row : rows) {
        out.write(JSON.writeValueAsBytes(texts(table, types, row)));
        out.write('\n');
      }
    } catch (IOException | FSError e) {
      throw Storage.cannotWrite(file, e);
    }
    return new PostgreSqlStep.Rows(table, file.toString(), rows.size());
  }

  private static String[] texts(PostgreSqlTable table, List<ColumnType> types, List<?> row) {
    if (row.size() != types.size()) {
      throw new IllegalArgumentException(
          "table %s has %d columns, a row for it %d values"
              .formatted(table.name(), types.size(), row.size()));
    }
    String[] texts = new String[types.size()];
    for (int i = 0; i < texts.length; i++) {
      String column = table.columns().get(i).name();
      try {
        texts[i] = types.get(i).text(row.get(i));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "table %s, column %s: %s".formatted(table.name(), column, e.getMessage()), e);
      }
      if (texts[i] == null && table.key().contains(column)) {
        throw new IllegalArgumentException(
            "table %s, column %s: a key cannot be null".formatted(table.name(), column));
      }
    }
    return texts;
  }

  /** Takes a row. */
  @FunctionalInterface
  interface Reader<E extends Exception> {
    void read(String[] row) throws E;
  }

  /**
   * Gives how many rows there are.
   *
   * @throws java.io.FileNotFoundException if there is no such file
   */
  static <E extends Exception> long read(Path file, Reader<E> reader, Configuration hadoop)
      throws IOException, E {
    long count = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(Storage.of(file, hadoop).open(file), UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        reader.read(JSON.readValue(line, String[].class));
        count++;
      }
    }
    return count;
  }
}
