package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.truth.TruthFile;
import io.github.millrace.datagen.truth.TruthLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The truth about generated clicks or events.
 *
 * @param summary the totals
 * @param records every record, in the order in which they were sent
 */
public record EventTruth(Summary summary, List<Entry> records) {
  /** Keeps its own copy of the records. */
  public EventTruth {
    records = List.copyOf(records);
  }

  /**
   * The truth about one record. What a bad record says is told as it was before it was spoilt.
   *
   * @param file name of the file that holds it; empty if it was sent to Kafka
   * @param partition the partition it was sent to; empty if it is in a file
   * @param ordinal its place, from 0, in the file or among the records sent to that partition
   * @param defect what is wrong with it; empty unless it is bad
   * @param micros the event's time, in microseconds since 1970
   * @param says further fields, as text
   */
  public record Entry(
      Optional<String> file,
      OptionalLong partition,
      long ordinal,
      Outcome outcome,
      Optional<Defect> defect,
      long micros,
      Map<String, String> says) {
    static Entry of(TruthLine line) throws IOException {
      line.optionalText("reason"); // follows from the defect
      return new Entry(
          line.optionalText("file"),
          line.optionalNumber("partition"),
          line.number("ordinal"),
          line.label(Outcome.class, "outcome"),
          line.optionalLabel(Defect.class, "defect"),
          line.number("time"),
          line.texts("says"));
    }
  }

  /** Reads a truth file that the generator wrote, all of it into memory. */
  public static EventTruth read(Path file) throws IOException {
    return TruthFile.read(file, Summary::of, Entry::of, EventTruth::new);
  }
}
