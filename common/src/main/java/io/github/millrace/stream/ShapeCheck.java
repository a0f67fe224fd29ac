package io.github.millrace.stream;

import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.source.file.Shape;
import io.github.millrace.source.file.ShapeGuess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Warns of files that are nearly all bad and look like another shape than the input's. */
public final class ShapeCheck implements BatchWork {
  private static final double NEARLY_ALL = 0.9;
  private static final int MOST_OPENED = 20;

  private final Shape shape;
  private final String remedy;
  private final Configuration hadoop;

  /**
   * Creates the check.
   *
   * @param shape by which the input is read
   * @param remedy the command line by which a file is read again so, but for {@code =<shape>} at
   *     its end
   */
  public ShapeCheck(Shape shape, String remedy, Configuration hadoop) {
    this.shape = shape;
    this.remedy = remedy;
    this.hadoop = hadoop;
  }

  @Override
  public List<String> warnings(LedgerEntry entry) {
    List<LedgerEntry.Source> bad =
        entry.sources().stream()
            .filter(source -> source.records() > 0)
            .filter(source -> source.quarantined() >= NEARLY_ALL * source.records())
            .toList();
    List<String> warnings = new ArrayList<>();
    for (LedgerEntry.Source source : bad.subList(0, Math.min(MOST_OPENED, bad.size()))) {
      Set<Shape> looksLike = ShapeGuess.of(new Path(source.file()), hadoop);
      if (isAnother(looksLike)) {
        warnings.add(warning(source, looksLike.iterator().next()));
      }
    }
    return warnings.isEmpty() || bad.size() == 1
        ? warnings
        : List.of(summary(warnings, bad.size()));
  }

  /** Whether it is known which other shape a file has. */
  private boolean isAnother(Set<Shape> looksLike) {
    return !looksLike.isEmpty()
        && !looksLike.contains(shape)
        && (looksLike.size() == 1 || looksLike.contains(Shape.CSV));
  }

  private String warning(LedgerEntry.Source source, Shape other) {
    String warning =
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d records are bad, and it looks like shape %s, not %s",
            source.file(),
            source.quarantined(),
            source.records(),
            other,
            shape);
    // A job of JSON reads no CSV by whatever shape.
    return other.isCsv() == shape.isCsv()
        ? warning + "; start '" + remedy + "=" + other + "' to read it again so"
        : warning;
  }

  private static String summary(List<String> warnings, int files) {
    return warnings.size() == 1
        ? warnings.get(0)
        : String.format(
            Locale.ROOT,
            "%s (and %,d more of %,d bad files)",
            warnings.get(0),
            warnings.size() - 1,
            files);
  }
}
