package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.truth.Summary;
import io.github.millrace.datagen.truth.TruthFile;
import io.github.millrace.datagen.truth.TruthLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The truth about a generated view log: what a consumer that loses nothing must arrive at.
 *
 * @param summary the totals
 * @param records every record, in the order in which they were sent
 */
public record ViewLogTruth(Summary summary, List<Entry> records) {
  /** Keeps its own copy of the records. */
  public ViewLogTruth {
    records = List.copyOf(records);
  }

  /**
   * The truth about one record. What a bad record says is told as it was before it was spoilt.
   *
   * @param file name of the file that holds it; empty if it was sent to Kafka
   * @param partition the partition it was sent to; empty if it is in a file
   * @param ordinal its place, from 0, in the file or among the records sent to that partition
   * @param defect what is wrong with it; empty unless it is bad
   * @param startMicros microseconds since 1970
   * @param endMicros microseconds since 1970
   */
  public record Entry(
      Optional<String> file,
      OptionalInt partition,
      long ordinal,
      String viewId,
      Outcome outcome,
      Optional<Defect> defect,
      int campaignId,
      long startMicros,
      long endMicros) {
    static Entry of(TruthLine line) throws IOException {
      line.optionalText("reason"); // follows from the defect
      OptionalLong partition = line.optionalNumber("partition");
      return new Entry(
          line.optionalText("file"),
          partition.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) partition.getAsLong()),
          line.number("ordinal"),
          line.text("id"),
          line.label(Outcome.class, "outcome"),
          line.optionalLabel(Defect.class, "defect"),
          (int) line.number("campaign"),
          line.number("start"),
          line.number("end"));
    }

    /** Returns why it is bad; empty if it is not. */
    public Optional<Reason> reason() {
      return defect.map(Defect::reason);
    }
  }

  /** Reads a truth file that the generator wrote, all of it into memory. */
  public static ViewLogTruth read(Path file) throws IOException {
    return TruthFile.read(file, Summary::of, Entry::of, ViewLogTruth::new);
  }
}
