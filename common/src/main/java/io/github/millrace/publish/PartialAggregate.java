package io.github.millrace.publish;

import java.io.Serializable;

/**
 * What is left of rows with equal keys, in the order of their {@link PartialAggregation}; dates in
 * days, timestamps in microseconds since 1970-01-01 UTC. The rows of two tasks are not yet put
 * together.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a list would box each number.
public record PartialAggregate(long[] keys, long[] sums, long[] maxima) implements Serializable {}
