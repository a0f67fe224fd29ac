package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import io.github.millrace.datagen.record.Shares.Fate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The records of a view log in the order in which they are sent: equal options give equal records.
 * The bad ones take every defect in turn. It is for one thread.
 */
public final class ViewLogGenerator implements Iterator<ViewLogRecord> {
  /** A view is repeated within this time, so well before a watermark has passed it. */
  private static final int MOST_MICROS_TO_REPEAT = 1_000_000;

  private final ViewLogOptions options;
  private final ViewGenerator views;
  private final ViewJson json = new ViewJson();
  private final List<Defect> defects;
  private final PriorityQueue<ViewLogRecord> repeated =
      new PriorityQueue<>(Comparator.comparingLong(ViewLogRecord::sentMicros));
  private long index;
  private long badViews;

  private ViewLogGenerator(ViewLogOptions options, Set<Defect> defects) {
    this.options = options;
    this.views = new ViewGenerator(options);
    this.defects = List.copyOf(defects);
  }

  /** Makes the records of these options, tombstones among them. */
  public static ViewLogGenerator forKafka(ViewLogOptions options) {
    return new ViewLogGenerator(options, EnumSet.allOf(Defect.class));
  }

  /** Makes the records of these options for the lines of a file, so none is a tombstone. */
  public static ViewLogGenerator forFiles(ViewLogOptions options) {
    return new ViewLogGenerator(options, EnumSet.complementOf(EnumSet.of(Defect.TOMBSTONE)));
  }

  /**
   * Returns the records up to the one that follows so many views; those that are repeated behind
   * the last view belong to it.
   */
  Iterator<ViewLogRecord> until(long views) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        boolean last = views == options.count();
        return ViewLogGenerator.this.hasNext() && (last || index < views);
      }

      @Override
      public ViewLogRecord next() {
        return ViewLogGenerator.this.next();
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
  public ViewLogRecord next() {
    ViewLogRecord due = repeated.peek();
    boolean viewsAreLeft = index < options.count();
    if (!viewsAreLeft || (due != null && due.sentMicros() <= options.sentMicros(index))) {
      return repeated.remove();
    }
    return view(index++);
  }

  private ViewLogRecord view(long at) {
    long sent = options.sentMicros(at);
    Fate fate = options.shares().fate(options.seed(), at);
    View view = views.view(at, fate.outcome() == Outcome.LATE);
    byte[] value = json.render(view);
    if (fate.outcome() == Outcome.BAD) {
      Defect defect = defects.get((int) (badViews++ % defects.size()));
      SplittableRandom damage = SeededRandom.of(options.seed(), Stream.DAMAGE, at);
      return ViewLogRecord.bad(defect.damage(value, view, json, damage), defect, view, sent);
    }
    ViewLogRecord record = ViewLogRecord.wellFormed(value, fate.outcome(), view, sent);
    if (fate.repeated()) {
      repeated.add(record.again(sent + fate.random().nextInt(MOST_MICROS_TO_REPEAT)));
    }
    return record;
  }
}
