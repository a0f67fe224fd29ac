package io.github.millrace.datagen.viewlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The truth about a generated view log: what a consumer that loses nothing must arrive at.
 *
 * @param summary the totals
 * @param records every record, in the order in which they were sent
 */
public record ViewLogTruth(Summary summary, List<Entry> records) {
  /** The truth file's name in a directory of data. */
  public static final String FILE_NAME = "_truth.jsonl";

  private static final JsonFactory FACTORY = new JsonFactory();

  /** Keeps its own copy of the records. */
  public ViewLogTruth {
    records = List.copyOf(records);
  }

  /**
   * The totals of a view log.
   *
   * @param records {@code good + late + duplicates + bad}
   * @param good views that count
   * @param late well-formed views whose time is long past
   * @param duplicates good views for the second time
   * @param reasons the bad records by reason
   */
  public record Summary(
      long seed,
      long records,
      long good,
      long late,
      long duplicates,
      long bad,
      Map<Reason, Long> reasons) {
    /** Keeps its own copy of the reasons, in their declared order. */
    public Summary {
      Map<Reason, Long> ordered = new EnumMap<>(Reason.class);
      ordered.putAll(reasons);
      reasons = Collections.unmodifiableMap(ordered);
    }
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
    /** Returns why it is bad; empty if it is not. */
    public Optional<Reason> reason() {
      return defect.map(Defect::reason);
    }
  }

  /** Reads a truth file that the generator wrote, all of it into memory. */
  public static ViewLogTruth read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file);
        JsonParser json = FACTORY.createParser(reader)) {
      json.nextToken();
      Summary summary = readSummaryLine(json);
      List<Entry> records = new ArrayList<>();
      while (json.nextToken() != null) {
        records.add(readEntry(json));
      }
      return new ViewLogTruth(summary, records);
    }
  }

  private static Summary readSummaryLine(JsonParser json) throws IOException {
    json.nextToken(); // the field name
    json.nextToken(); // the object
    long seed = 0;
    long records = 0;
    long good = 0;
    long late = 0;
    long duplicates = 0;
    long bad = 0;
    Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "seed" -> seed = json.getLongValue();
        case "records" -> records = json.getLongValue();
        case "good" -> good = json.getLongValue();
        case "late" -> late = json.getLongValue();
        case "duplicates" -> duplicates = json.getLongValue();
        case "bad" -> bad = json.getLongValue();
        case "reasons" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            reasons.put(Reason.of(json.currentName()), json.nextLongValue(0));
          }
        }
        default -> throw new IOException("Unknown summary field " + field);
      }
    }
    json.nextToken(); // the end of the line's object
    return new Summary(seed, records, good, late, duplicates, bad, reasons);
  }

  private static Entry readEntry(JsonParser json) throws IOException {
    Optional<String> file = Optional.empty();
    OptionalInt partition = OptionalInt.empty();
    long ordinal = 0;
    String viewId = null;
    Outcome outcome = null;
    Optional<Defect> defect = Optional.empty();
    int campaignId = 0;
    long startMicros = 0;
    long endMicros = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "file" -> file = Optional.of(json.getText());
        case "partition" -> partition = OptionalInt.of(json.getIntValue());
        case "ordinal" -> ordinal = json.getLongValue();
        case "id" -> viewId = json.getText();
        case "outcome" -> outcome = Outcome.of(json.getText());
        case "defect" -> defect = Optional.of(Defect.of(json.getText()));
        case "reason" -> {} // follows from the defect
        case "campaign" -> campaignId = json.getIntValue();
        case "start" -> startMicros = json.getLongValue();
        case "end" -> endMicros = json.getLongValue();
        default -> throw new IOException("Unknown record field " + field);
      }
    }
    return new Entry(
        file, partition, ordinal, viewId, outcome, defect, campaignId, startMicros, endMicros);
  }
}
