package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.output.Flow;
import io.github.millrace.datagen.output.KafkaTarget;
import io.github.millrace.datagen.output.Layout;
import io.github.millrace.datagen.output.OutputDirectory;
import io.github.millrace.datagen.output.SentDataSet;
import io.github.millrace.datagen.record.Labelled;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.SentRecords;
import io.github.millrace.datagen.truth.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** The senders, by the names of their feeds, and what each writes. */
public enum EventLog implements Labelled {
  SALES_CLICKS,
  CAB_CLICKS,
  APP_LOGS;

  /** How its files hold records. */
  private Layout layout() {
    return this == SALES_CLICKS ? Layout.ARRAY : Layout.LINES;
  }

  private Sender sender(long seed) {
    return switch (this) {
      case SALES_CLICKS -> new SalesClicks();
      case CAB_CLICKS -> new CabClicks();
      case APP_LOGS -> new AppLogs(seed);
    };
  }

  /** Makes the records of these options, tombstones among them. */
  public SentRecords<Event> forKafka(SendOptions options) {
    return records(options, EnumSet.allOf(Defect.class));
  }

  /** Makes the records of these options for a file as this sender writes it. */
  public SentRecords<Event> forFiles(SendOptions options) {
    Set<Defect> defects = EnumSet.complementOf(EnumSet.of(Defect.TOMBSTONE));
    if (layout().equals(Layout.ARRAY)) {
      defects.removeIf(Defect::spoilsAnArray);
    }
    return records(options, defects);
  }

  private SentRecords<Event> records(SendOptions options, Set<Defect> defects) {
    return new SentRecords<>(
        options, new Maker(sender(options.seed()), options, List.copyOf(defects)));
  }

  /** The names of the files that {@link #write} makes, finished or not. */
  public Pattern fileNames() {
    return SentDataSet.fileNames(label());
  }

  /** Writes the records into files and, when they are complete, the truth file. */
  public Summary write(
      SendOptions options, long files, OutputDirectory directory, LongConsumer progress)
      throws IOException {
    return SentDataSet.write(
        options, forFiles(options), label(), files, layout(), directory, progress);
  }

  /** Sends the records to a topic, and returns when they have arrived. */
  public Summary send(SendOptions options, KafkaTarget target, Optional<Path> truthFile)
      throws IOException {
    return send(options, target, truthFile, Flow.FREE);
  }

  Summary send(SendOptions options, KafkaTarget target, Optional<Path> truthFile, Flow flow)
      throws IOException {
    return SentDataSet.send(options.seed(), forKafka(options), target, truthFile, flow);
  }

  /** Makes a sender's records. */
  private record Maker(Sender sender, SendOptions options, List<Defect> defects)
      implements SentRecords.Maker<Event> {

    @Override
    public Event wellFormed(long index, Outcome outcome) {
      Sender.Good good = good(index, outcome == Outcome.LATE);
      return new Event(
          good.json().render(), outcome, Optional.empty(), good, options.sentMicros(index));
    }

    private Sender.Good good(long index, boolean late) {
      SplittableRandom random = SeededRandom.of(options.seed(), Stream.CONTENT, index);
      long behind = random.nextLong(micros(options.outOfOrder().toNanos()) + 1);
      long latest = options.sentMicros(index) - (late ? micros(options.lateBy().toNanos()) : 0);
      return sender.good(index, latest - behind, random);
    }

    private static long micros(long nanos) {
      return nanos / 1_000;
    }

    @Override
    public Event bad(long index, long before) {
      Sender.Good good = good(index, false);
      for (int i = 0; ; i++) {
        Defect defect = defects.get((int) ((before + i) % defects.size()));
        if (defect == Defect.TOMBSTONE) {
          return bad(index, null, defect, good);
        }
        SplittableRandom random = SeededRandom.of(options.seed(), Stream.DAMAGE, index);
        Optional<byte[]> value = defect.damage(sender, good, random);
        if (value.isPresent()) {
          return bad(index, value.get(), defect, good);
        }
      }
    }

    private Event bad(long index, byte[] value, Defect defect, Sender.Good good) {
      return new Event(value, Outcome.BAD, Optional.of(defect), good, options.sentMicros(index));
    }

    @Override
    public Event again(Event event, long sentMicros) {
      return event.again(sentMicros);
    }
  }
}
