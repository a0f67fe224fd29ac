package io.github.millrace.source.file;

import io.github.millrace.config.TimeSpan;
import io.github.millrace.csv.CsvFormat;
import io.github.millrace.record.RawRecords;
import io.github.millrace.storage.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A directory to be read as a stream of raw records.
 *
 * @param path the directory; files are found in it at any depth
 * @param maxFilesPerBatch most files in one batch, or null for all there are
 * @param maxRecordBytes a longer record is not read but quarantined by name
 * @param watchFor how long a file that was taken up is looked at for changes
 * @param replayed directory of quarantine files to be read again, or null
 * @param csv how CSV files are written; null for the standard
 */
public record FileInput(
    String path,
    Shape shape,
    Integer maxFilesPerBatch,
    int maxRecordBytes,
    TimeSpan watchFor,
    String replayed,
    CsvFormat csv) {

  public FileInput {
    csv = Objects.requireNonNullElse(csv, CsvFormat.STANDARD);
  }

  /** Of files that are not CSV, or standard. */
  public FileInput(
      String path,
      Shape shape,
      Integer maxFilesPerBatch,
      int maxRecordBytes,
      TimeSpan watchFor,
      String replayed) {
    this(path, shape, maxFilesPerBatch, maxRecordBytes, watchFor, replayed, null);
  }

  FileRecords.Settings settings() {
    return new FileRecords.Settings(shape, csv, maxRecordBytes);
  }

  /** The records as a stream of rows of {@link RawRecords}. */
  public Dataset<Row> stream(SparkSession session) {
    return session.readStream().format(FileSource.FORMAT).options(toOptions()).load();
  }

  private Map<String, String> toOptions() {
    Map<String, String> options = new java.util.HashMap<>();
    options.put("path", path);
    options.put("shape", shape.name());
    options.put("maxRecordBytes", Integer.toString(maxRecordBytes));
    options.put("watchFor", watchFor.toString());
    options.put("csv", csv.text());
    if (maxFilesPerBatch != null) {
      options.put("maxFilesPerBatch", maxFilesPerBatch.toString());
    }
    if (replayed != null) {
      options.put("replayed", replayed);
    }
    return options;
  }

  static FileInput fromOptions(CaseInsensitiveStringMap options) {
    return new FileInput(
        options.get("path"),
        Shape.valueOf(options.get("shape")),
        options.containsKey("maxFilesPerBatch") ? options.getInt("maxFilesPerBatch", 1) : null,
        options.getInt("maxRecordBytes", 0),
        TimeSpan.parse(options.get("watchFor")),
        options.get("replayed"),
        CsvFormat.of(options.get("csv")));
  }

  /** How the paths of quarantine files begin that are read again; null for none. */
  String replayedPrefix(Configuration hadoop) throws IOException {
    return replayed == null ? null : LocalName.place(Storage.qualified(replayed, hadoop)) + "/";
  }
}
