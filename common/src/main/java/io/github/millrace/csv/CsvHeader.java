package io.github.millrace.csv;

import io.github.millrace.record.Reason;
import io.github.millrace.record.TextEncoding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of a CSV file's columns, without white space around them.
 *
 * @param fault why no record can be read by it, a whole reason; null if they can
 */
public record CsvHeader(List<String> names, String fault) {
  private static final int MOST_SHOWN = 60;

  public CsvHeader {
    names = List.copyOf(names);
  }

  /**
   * Reads the first record of a file.
   *
   * @param fields by whose dialect; what they hold is lost
   */
  public static CsvHeader of(byte[] record, CsvFields fields) {
    int from = TextEncoding.isMarked(record, 0, record.length) ? TextEncoding.MARK : 0;
    String broken = fields.split(record, from, CsvFields.end(record, from, record.length));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < fields.count(); i++) {
      names.add(fields.text(i).strip());
    }
    return new CsvHeader(
        names, broken == null ? twice(names) : Reason.MALFORMED.of("the header: " + broken));
  }

  /** Why no record can be read by it if none of its columns is known: a whole reason. */
  public String noneKnown() {
    String all = String.join(",", names);
    return Reason.MALFORMED.of(
        "the header has none of the contract's fields: \"%s\""
            .formatted(
                all.length() > MOST_SHOWN
                    ? all.substring(0, all.offsetByCodePoints(0, MOST_SHOWN - 1)) + "…"
                    : all));
  }

  /** Of columns without a name, as spreadsheets leave them, there may be several. */
  private static String twice(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream()
        .filter(name -> !name.isEmpty() && !seen.add(name))
        .findFirst()
        .map(name -> Reason.DUPLICATE_KEY.of(name, "stands twice in the header"))
        .orElse(null);
  }
}
