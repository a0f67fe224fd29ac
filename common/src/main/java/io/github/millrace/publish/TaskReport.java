package io.github.millrace.publish;

import io.github.millrace.ledger.LedgerEntry;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * What one task has staged, with exact counts: its commit message to the driver.
 *
 * @param input rows that a source has handed out in this task, as Spark counts them
 * @param sources records read, by file
 * @param badSources records in quarantine, by the file that they were read from
 * @param latest event time of each part of the source, in microseconds since 1970-01-01 UTC
 */
record TaskReport(
    long input,
    long written,
    long quarantined,
    long late,
    long deduplicated,
    long reread,
    long rows,
    long unknownFields,
    long rounded,
    long repeatedHeaders,
    Map<String, Long> reasons,
    Map<String, Long> sources,
    Map<String, Long> badSources,
    List<StagedFile> files,
    PackedAggregates partials,
    Map<Integer, Long> latest)
    implements WriterCommitMessage {

  /** The same with files of these directories coming into others. */
  TaskReport moved(Map<Path, String> directories) {
    return new TaskReport(
        input,
        written,
        quarantined,
        late,
        deduplicated,
        reread,
        rows,
        unknownFields,
        rounded,
        repeatedHeaders,
        reasons,
        sources,
        badSources,
        files.stream().map(file -> file.moved(directories)).toList(),
        partials,
        latest);
  }

  /** A file in staging, and what it will be. */
  record StagedFile(String staged, String destination, String path, long rows, long bytes)
      implements java.io.Serializable {
    LedgerEntry.PublishedFile published() {
      return new LedgerEntry.PublishedFile(destination, path, rows, bytes);
    }

    private StagedFile moved(Map<Path, String> directories) {
      Path place = new Path(path);
      String directory = directories.get(place.getParent());
      return directory == null
          ? this
          : new StagedFile(
              staged, destination, new Path(directory, place.getName()).toString(), rows, bytes);
    }
  }
}
