package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.viewlog.Timestamp.Zone;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Makes the good view of an index; the same for the same options, whatever was made before. */
final class ViewGenerator {
  private static final long LEAST_DURATION = TimeUnit.SECONDS.toNanos(2);
  private static final long MOST_DURATION = TimeUnit.MINUTES.toNanos(4);
  private static final int MOST_DIGITS = 9;
  private static final int USUAL_BANNERS = 1_000_000;
  private static final long MOST_BANNERS = 1L << 62;
  private static final int ONE_LARGE_BANNER_IN = 50;

  // As often as it stands here.
  private static final Zone[] ZONES = {
    Zone.ZULU, Zone.NONE, Zone.ZULU, Zone.NONE, Zone.ZULU, Zone.ZULU, Zone.INDIA, Zone.PACIFIC
  };

  private final SendOptions options;
  private final long outOfOrderNanos;
  private final long lateNanos;

  ViewGenerator(SendOptions options) {
    this.options = options;
    this.outOfOrderNanos = options.outOfOrder().toNanos();
    this.lateNanos = options.lateBy().toNanos();
  }

  /**
   * Makes a view.
   *
   * @param late whether it ends long before it is sent
   */
  View view(long index, boolean late) {
    SplittableRandom random = SeededRandom.of(options.seed(), Stream.CONTENT, index);
    long latest = options.sentMicros(index) * 1_000 - (late ? lateNanos : 0);
    Timestamp end = end(latest, random);
    long duration = random.nextLong(LEAST_DURATION, MOST_DURATION);
    Timestamp start =
        Timestamp.cut(end.nanos() - duration, random.nextInt(MOST_DIGITS + 1), zone(random));
    return new View(
        Uuids.of(SeededRandom.bits(options.seed(), Stream.IDENTITY, index), random.nextLong()),
        start,
        end,
        banner(random),
        Campaigns.id(random.nextInt(Campaigns.count())));
  }

  private Timestamp end(long latest, SplittableRandom random) {
    long moment = latest - random.nextLong(outOfOrderNanos + 1);
    int digits = random.nextInt(MOST_DIGITS + 1);
    Zone zone = zone(random);
    Timestamp end = Timestamp.cut(moment, digits, zone);
    // What is cut off must not take it further back than it may be.
    while (end.nanos() < latest - outOfOrderNanos) {
      digits++;
      end = Timestamp.cut(moment, digits, zone);
    }
    return end;
  }

  private static Zone zone(SplittableRandom random) {
    return ZONES[random.nextInt(ZONES.length)];
  }

  /** A banner, now and then too large for an INT. */
  private static long banner(SplittableRandom random) {
    return random.nextInt(ONE_LARGE_BANNER_IN) == 0
        ? random.nextLong(MOST_BANNERS)
        : random.nextInt(USUAL_BANNERS);
  }
}
