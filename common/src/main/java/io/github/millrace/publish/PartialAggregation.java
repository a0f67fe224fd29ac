package io.github.millrace.publish;

import java.io.Serializable;
import java.util.List;

/**
 * Says that good rows are not written but folded: of all with equal keys one is left, which the
 * driver gets from {@link Unit#partials}. The columns are whole numbers, dates or timestamps, and
 * never null.
 *
 * @param keys columns that tell rows apart
 * @param sums columns that are added up
 * @param maxima columns of which the largest value is kept
 */
public record PartialAggregation(List<String> keys, List<String> sums, List<String> maxima)
    implements Serializable {

  public PartialAggregation {
    keys = List.copyOf(keys);
    sums = List.copyOf(sums);
    maxima = List.copyOf(maxima);
  }
}
