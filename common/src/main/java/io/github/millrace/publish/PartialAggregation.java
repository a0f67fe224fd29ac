package io.github.millrace.publish;

import java.io.Serializable;
import java.util.List;

/**
 * Says that good rows are not written but aggregated: of all with equal keys one is left, which the
 * driver gets from {@link Unit#partials}. The columns are never null.
 *
 * @param keys columns that distinguish rows: INT, BIGINT, DATE, TIMESTAMP or STRING
 * @param sums columns that are added up: INT, BIGINT or DECIMAL
 * @param maxima columns of which the largest value is kept: INT, BIGINT, DATE or TIMESTAMP
 */
public record PartialAggregation(List<String> keys, List<String> sums, List<String> maxima)
    implements Serializable {

  public PartialAggregation {
    keys = List.copyOf(keys);
    sums = List.copyOf(sums);
    maxima = List.copyOf(maxima);
  }
}
