package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.SentRecords;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Makes the records of a view log. The bad ones take every defect in turn. */
public final class ViewLogGenerator implements SentRecords.Maker<ViewLogRecord> {
  private final SendOptions options;
  private final ViewGenerator views;
  private final ViewJson json = new ViewJson();
  private final List<Defect> defects;

  private ViewLogGenerator(SendOptions options, Set<Defect> defects) {
    this.options = options;
    this.views = new ViewGenerator(options);
    this.defects = List.copyOf(defects);
  }

  /** Makes the records of these options, tombstones among them. */
  public static SentRecords<ViewLogRecord> forKafka(SendOptions options) {
    return new SentRecords<>(options, new ViewLogGenerator(options, EnumSet.allOf(Defect.class)));
  }

  /** Makes the records of these options for the lines of a file, so none is a tombstone. */
  public static SentRecords<ViewLogRecord> forFiles(SendOptions options) {
    return new SentRecords<>(
        options, new ViewLogGenerator(options, EnumSet.complementOf(EnumSet.of(Defect.TOMBSTONE))));
  }

  @Override
  public ViewLogRecord wellFormed(long index, Outcome outcome) {
    View view = views.view(index, outcome == Outcome.LATE);
    return ViewLogRecord.wellFormed(json.render(view), outcome, view, options.sentMicros(index));
  }

  @Override
  public ViewLogRecord bad(long index, long before) {
    View view = views.view(index, false);
    Defect defect = defects.get((int) (before % defects.size()));
    SplittableRandom damage = SeededRandom.of(options.seed(), Stream.DAMAGE, index);
    byte[] value = defect.damage(json.render(view), view, json, damage);
    return ViewLogRecord.bad(value, defect, view, options.sentMicros(index));
  }

  @Override
  public ViewLogRecord again(ViewLogRecord record, long sentMicros) {
    return record.again(sentMicros);
  }
}
