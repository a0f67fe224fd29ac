package io.github.millrace.datagen.invoice;

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
import java.util.OptionalLong;

/**
 * The truth about a generated data set: what a consumer that loses nothing must arrive at.
 *
 * @param summary the totals
 * @param records every record, in the order of files and of records in them
 */
public record InvoiceTruth(Summary summary, List<Entry> records) {
  /** The truth file's name, in the directory of the data. */
  public static final String FILE_NAME = "_truth.jsonl";

  private static final JsonFactory FACTORY = new JsonFactory();

  /** Keeps its own copy of the records. */
  public InvoiceTruth {
    records = List.copyOf(records);
  }

  /**
   * The totals of a data set.
   *
   * @param count the invoices asked for
   * @param records {@code good + bad}: lines, documents or array elements, and one for each file
   *     that is bad as a whole
   * @param good good records, repeated ones included
   * @param lineItems line items of the good records, repeated ones included
   * @param duplicates those of the good records that are the second copy of an invoice
   * @param reasons the bad records by reason
   */
  public record Summary(
      long seed,
      long count,
      Shape shape,
      long records,
      long good,
      long bad,
      long lineItems,
      long duplicates,
      Map<Reason, Long> reasons) {
    /** Keeps its own copy of the reasons, in their declared order. */
    public Summary {
      Map<Reason, Long> ordered = new EnumMap<>(Reason.class);
      ordered.putAll(reasons);
      reasons = Collections.unmodifiableMap(ordered);
    }
  }

  /**
   * The truth about one record.
   *
   * @param file name of the file that holds it
   * @param ordinal its place in the file, from 0; empty if it stands for the whole file
   * @param id the invoice's number, unless the damage took it
   * @param items its line items; 0 if it is bad
   * @param reason why it is bad; empty if it is good
   * @param duplicate whether it is the second copy of an invoice
   */
  public record Entry(
      String file,
      OptionalLong ordinal,
      Optional<String> id,
      int items,
      Optional<Reason> reason,
      boolean duplicate) {
    /** Returns whether a consumer must deliver it. */
    public boolean good() {
      return reason.isEmpty();
    }
  }

  /** Reads the truth file of a directory that the generator wrote, all of it into memory. */
  public static InvoiceTruth read(Path directory) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(directory.resolve(FILE_NAME));
        JsonParser json = FACTORY.createParser(reader)) {
      json.nextToken();
      Summary summary = readSummaryLine(json);
      List<Entry> records = new ArrayList<>();
      while (json.nextToken() != null) {
        records.add(readEntry(json));
      }
      return new InvoiceTruth(summary, records);
    }
  }

  private static Summary readSummaryLine(JsonParser json) throws IOException {
    json.nextToken(); // the field name
    json.nextToken(); // the object
    long seed = 0;
    long count = 0;
    Shape shape = Shape.LINES;
    long good = 0;
    long bad = 0;
    long records = 0;
    long lineItems = 0;
    long duplicates = 0;
    Map<Reason, Long> reasons = new EnumMap<>(Reason.class);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "seed" -> seed = json.getLongValue();
        case "count" -> count = json.getLongValue();
        case "shape" -> shape = Shape.of(json.getText());
        case "records" -> records = json.getLongValue();
        case "good" -> good = json.getLongValue();
        case "bad" -> bad = json.getLongValue();
        case "lineItems" -> lineItems = json.getLongValue();
        case "duplicates" -> duplicates = json.getLongValue();
        case "reasons" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            reasons.put(Reason.of(json.currentName()), json.nextLongValue(0));
          }
        }
        default -> throw new IOException("Unknown summary field " + field);
      }
    }
    json.nextToken(); // the end of the line's object
    return new Summary(seed, count, shape, records, good, bad, lineItems, duplicates, reasons);
  }

  private static Entry readEntry(JsonParser json) throws IOException {
    String file = null;
    OptionalLong ordinal = OptionalLong.empty();
    Optional<String> id = Optional.empty();
    int items = 0;
    Optional<Reason> reason = Optional.empty();
    boolean duplicate = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      if (json.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (field) {
        case "file" -> file = json.getText();
        case "ordinal" -> ordinal = OptionalLong.of(json.getLongValue());
        case "id" -> id = Optional.of(json.getText());
        case "good" -> {} // follows from the reason
        case "items" -> items = json.getIntValue();
        case "reason" -> reason = Optional.of(Reason.of(json.getText()));
        case "duplicate" -> duplicate = json.getBooleanValue();
        default -> throw new IOException("Unknown record field " + field);
      }
    }
    return new Entry(file, ordinal, id, items, reason, duplicate);
  }
}
