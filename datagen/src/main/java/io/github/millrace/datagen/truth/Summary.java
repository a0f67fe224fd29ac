package io.github.millrace.datagen.truth;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The totals of a data set.
 *
 * @param records {@code good + late + duplicates + bad}
 * @param good records that count
 * @param late well-formed records whose time is long past
 * @param duplicates good records for the second time
 * @param reasons the bad records by the label of the reason, in the order in which it declares them
 */
public record Summary(
    long seed,
    long records,
    long good,
    long late,
    long duplicates,
    long bad,
    Map<String, Long> reasons) {
  /** Keeps its own copy of the reasons, in their order. */
  public Summary {
    reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
  }

  /** Reads what {@link #writeTo} writes. */
  public static Summary of(TruthLine line) throws IOException {
    return new Summary(
        line.number("seed"),
        line.number("records"),
        line.number("good"),
        line.number("late"),
        line.number("duplicates"),
        line.number("bad"),
        line.counts("reasons"));
  }

  /** Writes the totals as fields of the summary. */
  public void writeTo(JsonGenerator line) throws IOException {
    line.writeNumberField("seed", seed);
    line.writeNumberField("records", records);
    line.writeNumberField("good", good);
    line.writeNumberField("late", late);
    line.writeNumberField("duplicates", duplicates);
    line.writeNumberField("bad", bad);
    TruthFile.writeCounts(line, "reasons", reasons);
  }
}
