package io.github.millrace.datagen.viewlog;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.output.TruthFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Counts the records as they are written and, if asked, writes the truth about each. */
final class ViewLogTruthWriter implements Closeable {
  private final long seed;
  private final Optional<TruthFile> file;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Reason, Long> reasons = new EnumMap<>(Reason.class);

  /**
   * Begins the truth.
   *
   * @param path the truth file; without one, records are only counted
   */
  ViewLogTruthWriter(long seed, Optional<Path> path) throws IOException {
    this.seed = seed;
    this.file = path.isPresent() ? Optional.of(TruthFile.create(path.get())) : Optional.empty();
  }

  void inFile(String name, long ordinal, ViewLogRecord record) throws IOException {
    count(record);
    if (file.isPresent()) {
      JsonGenerator line = file.get().lines();
      line.writeStartObject();
      line.writeStringField("file", name);
      finish(line, ordinal, record);
    }
  }

  void inPartition(int partition, long ordinal, ViewLogRecord record) throws IOException {
    count(record);
    if (file.isPresent()) {
      JsonGenerator line = file.get().lines();
      line.writeStartObject();
      line.writeNumberField("partition", partition);
      finish(line, ordinal, record);
    }
  }

  /** Writes the summary and makes the file visible. */
  ViewLogTruth.Summary finish() throws IOException {
    ViewLogTruth.Summary summary =
        new ViewLogTruth.Summary(
            seed,
            outcomes.values().stream().mapToLong(Long::longValue).sum(),
            outcomes.getOrDefault(Outcome.GOOD, 0L),
            outcomes.getOrDefault(Outcome.LATE, 0L),
            outcomes.getOrDefault(Outcome.DUPLICATE, 0L),
            outcomes.getOrDefault(Outcome.BAD, 0L),
            reasons);
    if (file.isPresent()) {
      file.get().finish(json -> write(summary, json));
    }
    return summary;
  }

  /** Leaves nothing behind unless the file was finished. */
  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }

  private void count(ViewLogRecord record) {
    outcomes.merge(record.outcome(), 1L, Long::sum);
    record.defect().ifPresent(defect -> reasons.merge(defect.reason(), 1L, Long::sum));
  }

  private static void finish(JsonGenerator line, long ordinal, ViewLogRecord record)
      throws IOException {
    line.writeNumberField("ordinal", ordinal);
    line.writeStringField("id", record.viewId());
    line.writeStringField("outcome", record.outcome().label());
    if (record.defect().isPresent()) {
      Defect defect = record.defect().get();
      line.writeStringField("reason", defect.reason().label());
      line.writeStringField("defect", defect.label());
    }
    line.writeNumberField("campaign", record.campaignId());
    line.writeNumberField("start", record.startMicros());
    line.writeNumberField("end", record.endMicros());
    line.writeEndObject();
  }

  private static void write(ViewLogTruth.Summary summary, JsonGenerator json) throws IOException {
    json.writeNumberField("seed", summary.seed());
    json.writeNumberField("records", summary.records());
    json.writeNumberField("good", summary.good());
    json.writeNumberField("late", summary.late());
    json.writeNumberField("duplicates", summary.duplicates());
    json.writeNumberField("bad", summary.bad());
    json.writeObjectFieldStart("reasons");
    for (Map.Entry<Reason, Long> reason : summary.reasons().entrySet()) {
      json.writeNumberField(reason.getKey().label(), reason.getValue());
    }
    json.writeEndObject();
  }
}
