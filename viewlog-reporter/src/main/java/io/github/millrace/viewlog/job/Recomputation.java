package io.github.millrace.viewlog.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.github.millrace.record.SinkColumns;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.source.kafka.OffsetRanges;
import io.github.millrace.source.kafka.Offsets;
import io.github.millrace.viewlog.report.Reports;
import io.github.millrace.viewlog.view.Duplicates;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.TumblingWindows;
import io.github.millrace.window.WindowColumns;
import io.github.millrace.window.WindowTotal;
import io.github.millrace.window.WindowTotals;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;

/**
 * Reports made anew from every message that {@code report} has read.
 *
 * @param range the time that all windows meant lie in
 * @param only the windows meant, by their start; empty for all of the range
 */
public record Recomputation(ReportPlan plan, OpenWindows open, Range range, Set<Long> only) {

  private static final String START = SinkColumns.GOOD + "." + WindowColumns.START;

  private static final long DAY = TimeUnit.DAYS.toMicros(1);

  /** From the start of one window to the end of another: microseconds since 1970-01-01 UTC. */
  public record Range(long from, long to) {
    boolean contains(long start) {
      return start >= from && start < to;
    }

    /** As much of it as lies before a time; of no length if there is nothing. */
    Range upTo(long end) {
      return new Range(from, Math.max(from, Math.min(to, end)));
    }

    boolean isWithinADay() {
      return to <= from || Reports.day(from).equals(Reports.day(to - 1));
    }

    /** As much of it as lies in a day (UTC). */
    Range on(LocalDate day) {
      long begin = day.toEpochDay() * DAY;
      return new Range(Math.max(from, begin), Math.min(to, begin + DAY));
    }

    @Override
    public String toString() {
      return DateTimeUtils.microsToInstant(from) + "/" + DateTimeUtils.microsToInstant(to);
    }
  }

  boolean isMeant(long start) {
    return range.contains(start) && (only.isEmpty() || only.contains(start));
  }

  /** The parts of the reports that are meant; nothing is late now. */
  Dataset<Row> parts(SparkSession session) throws IOException {
    Views.Limits limits =
        new Views.Limits(plan.config(), plan.campaigns(), TumblingWindows.BEGINNING)
            .notBefore(plan.published(open));
    Dataset<Row> all =
        Views.parts(messages(session), plan.contract(), limits).drop(SinkColumns.ARCHIVE);
    Dataset<Row> parts =
        (plan.config().stream().deduplicate() ? Duplicates.marked(all) : all)
            .where(
                col(SinkColumns.GOOD)
                    .isNotNull()
                    .and(col(START).geq(timestamp_micros(lit(range.from()))))
                    .and(col(START).lt(timestamp_micros(lit(range.to())))));
    return only.isEmpty()
        ? parts
        : parts.where(col(START).isin(only.stream().map(Recomputation::timestamp).toArray()));
  }

  private static java.sql.Timestamp timestamp(long micros) {
    return java.sql.Timestamp.from(DateTimeUtils.microsToInstant(micros));
  }

  private Dataset<Row> messages(SparkSession session) throws IOException {
    // When it was published, a good message was not of a time that had not come.
    long published = sentFrom() - plan.config().allowedFuture().micros() / 1_000;
    Optional<Archive> archive = Archive.of(plan, open, Instant.ofEpochMilli(published));
    if (archive.isPresent()) {
      List<Path> files = archive.get().files();
      return KafkaSource.messages(archived(session, files), lit(plan.topic()));
    }
    KafkaSource source = plan.source();
    String checkpoint = plan.config().stream().checkpoint().path();
    Offsets until = OffsetRanges.reached(checkpoint, open.batch(), plan.hadoop());
    Offsets from = source.offsetsAt(sentFrom()).with(until, Math::min);
    checkComplete(source, from, OffsetRanges.initial(checkpoint, plan.hadoop()));
    return source.batch(session, new OffsetRanges(from, until));
  }

  /**
   * When the first message was sent, in milliseconds, that can matter: the timestamp that decides a
   * view's window is never later than when it was sent, but for what is allowed. Not below 0, which
   * Kafka takes for something else than a time.
   */
  private long sentFrom() {
    // A view before 1970 is never good; and from the first of all times nothing can be taken.
    long from = Math.max(0, range.from());
    return Math.max(0, from - plan.config().allowedFuture().micros()) / 1_000;
  }

  private static Dataset<Row> archived(SparkSession session, List<Path> files) {
    return files.isEmpty()
        ? session.createDataFrame(List.of(), SinkColumns.ARCHIVED)
        : session
            .read()
            .schema(SinkColumns.ARCHIVED)
            .parquet(files.stream().map(Path::toString).toArray(String[]::new));
  }

  /** Where Kafka begins only with the time asked for, it may have dropped what came before. */
  private void checkComplete(KafkaSource source, Offsets from, Offsets initial) {
    Offsets first = source.state().first();
    from.forEach(
        (partition, offset) -> {
          long kept = first.get(partition);
          if (offset <= kept && kept > initial.orBeginning(partition)) {
            throw KafkaSource.refused(
                partition,
                "Kafka's first offset is %d, and it was sent after %s, so messages of that time may be"
                        .formatted(kept, DateTimeUtils.microsToInstant(range.from()))
                    + " gone. Nothing was replaced. Set 'archive' to the directory that report has"
                    + " written the messages to, or choose a later --from");
          }
        });
  }

  /** What changes, a line for each network and window. */
  static List<String> changes(WindowTotals before, WindowTotals after) {
    Map<String, List<WindowTotal>> was = byPartition(before);
    Map<String, List<WindowTotal>> is = byPartition(after);
    Set<String> all = new TreeSet<>(was.keySet());
    all.addAll(is.keySet());
    List<String> changes = new ArrayList<>();
    for (String partition : all) {
      List<WindowTotal> old = was.getOrDefault(partition, List.of());
      List<WindowTotal> now = is.getOrDefault(partition, List.of());
      if (!old.equals(now)) {
        changes.add(
            "%s: %,d campaigns with %,d views, were %,d with %,d"
                .formatted(partition, now.size(), views(now), old.size(), views(old)));
      }
    }
    return changes;
  }

  private static String partition(WindowTotal total) {
    return "%s network %d"
        .formatted(DateTimeUtils.microsToInstant(total.start()), Reports.network(total));
  }

  private static Map<String, List<WindowTotal>> byPartition(WindowTotals windows) {
    return windows.all().stream().collect(Collectors.groupingBy(Recomputation::partition));
  }

  private static long views(List<WindowTotal> totals) {
    return totals.stream().mapToLong(Reports::views).sum();
  }
}
