package io.github.millrace.datagen.record;

import io.github.millrace.datagen.record.Shares.Fate;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * Records in the order in which they are sent, late, repeated and bad ones among them: equal
 * options give equal records. It is for one thread.
 *
 * @param <R> the records
 */
public final class SentRecords<R extends SentRecord> implements Iterator<R> {
  /** A record is repeated within this time, so well before a watermark has passed it. */
  private static final int MOST_MICROS_TO_REPEAT = 1_000_000;

  /**
   * Makes the records of one kind, each the same whatever was made before.
   *
   * @param <R> the records
   */
  public interface Maker<R> {
    /** Makes the record of an index that is good, or late. */
    R wellFormed(long index, Outcome outcome);

    /**
     * Makes the record of an index that is bad.
     *
     * @param before how many bad ones were made before, so that defects can take turns
     */
    R bad(long index, long before);

    /** Makes the same record as it is sent a second time. */
    R again(R record, long sentMicros);
  }

  private final SendOptions options;
  private final Maker<R> maker;
  private final PriorityQueue<R> repeated =
      new PriorityQueue<>(Comparator.comparingLong(SentRecord::sentMicros));
  private long index;
  private long bad;

  /** Begins with the first record. */
  public SentRecords(SendOptions options, Maker<R> maker) {
    this.options = options;
    this.maker = maker;
  }

  /**
   * Returns the records up to the one that follows so many that are not repeated; those that are
   * repeated behind the last one belong to it.
   */
  public Iterator<R> until(long count) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        boolean last = count == options.count();
        return SentRecords.this.hasNext() && (last || index < count);
      }

      @Override
      public R next() {
        return SentRecords.this.next();
      }
    };
  }

  @Override
  public boolean hasNext() {
    return index < options.count() || !repeated.isEmpty();
  }

  /**
   * Returns the next record.
   *
   * @throws NoSuchElementException behind the last
   */
  @Override
  public R next() {
    R due = repeated.peek();
    boolean areLeft = index < options.count();
    if (!areLeft || (due != null && due.sentMicros() <= options.sentMicros(index))) {
      return repeated.remove();
    }
    return record(index++);
  }

  private R record(long at) {
    Fate fate = options.shares().fate(options.seed(), at);
    if (fate.outcome() == Outcome.BAD) {
      return maker.bad(at, bad++);
    }
    R record = maker.wellFormed(at, fate.outcome());
    if (fate.repeated()) {
      long later = options.sentMicros(at) + fate.random().nextInt(MOST_MICROS_TO_REPEAT);
      repeated.add(maker.again(record, later));
    }
    return record;
  }
}
