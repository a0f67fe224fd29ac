package io.github.millrace.publish;

import java.util.List;

/**
 * What is left of a task's rows with equal keys, in the order of their {@link PartialAggregation}.
 * The rows of two tasks are not yet put together.
 *
 * @param keys each a {@link String} or a {@link Long}: dates in days, timestamps in microseconds
 *     since 1970-01-01 UTC
 * @param sums each a {@link Long} or a {@link java.math.BigDecimal}
 */
public record PartialAggregate(List<Object> keys, List<Object> sums, List<Long> maxima) {}
