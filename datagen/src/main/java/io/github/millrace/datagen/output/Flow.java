package io.github.millrace.datagen.output;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * How records are sent.
 *
 * @param paced whether each record waits for its time, counted from that of the first
 * @param stopped whether to end before the last
 * @param progress gets how many records are sent
 */
public record Flow(boolean paced, BooleanSupplier stopped, LongConsumer progress) {
  /** As fast as it goes, to the end, in silence. */
  public static final Flow FREE = new Flow(false, () -> false, sent -> {});
}
