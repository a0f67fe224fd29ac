package io.github.millrace.viewlog;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.unbase64;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.Storage;
import io.github.millrace.cli.Job;
import io.github.millrace.ledger.Entry;
import io.github.millrace.ledger.Ledger;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.SinkColumns;
import io.github.millrace.publish.Unit;
import io.github.millrace.stream.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Judges quarantined views again. What is good now comes into its report: that of a closed window
 * is made anew, one that is open yet is added to. What is bad still is quarantined anew.
 */
record ReplayJob(ReportPlan plan) implements Job {
  private static final String WINDOW = SinkColumns.GOOD + ".window";

  @Override
  public Map<String, String> sessionSettings() {
    return plan.sessionSettings();
  }

  @Override
  public String describe() {
    return "would judge the views in %s again".formatted(plan.config().destination().quarantine());
  }

  @Override
  @SuppressWarnings("try") // A lease is held, not used.
  public void run(SparkSession session, Consumer<String> out) throws IOException {
    Amendments amendments = new Amendments(plan);
    Publisher publisher = new Publisher(plan.config().destination(), plan.hadoop());
    try (Lease lease = amendments.take()) {
      amendments.complete(publisher, out);
      List<Path> files = quarantined(publisher.ledger());
      if (files.isEmpty()) {
        out.accept("nothing is quarantined in " + plan.config().destination().quarantine());
        return;
      }
      Dataset<Row> judged = judged(session, files);
      if (!addsToOpenWindows(judged)) {
        publish(session, publisher, amendments, lease, files, judged, false, out);
        return;
      }
      // Open windows are added to besides report, which must not be running.
      try (Lease ofReport = Lease.take(plan.config().checkpoint(), plan.hadoop())) {
        publish(session, publisher, amendments, lease, files, judged, true, out);
      }
    }
  }

  private boolean addsToOpenWindows(Dataset<Row> judged) throws IOException {
    OpenWindows open = plan.openWindows();
    return windows(judged).stream().anyMatch(start -> isOpen(start, open));
  }

  private boolean isOpen(long start, OpenWindows open) {
    return start + plan.config().window().micros() > open.watermark();
  }

  /** The windows of what is good now. */
  private static TreeSet<Long> windows(Dataset<Row> judged) {
    TreeSet<Long> windows = new TreeSet<>();
    judged
        .where(col(SinkColumns.GOOD).isNotNull())
        .select(unix_micros(col(WINDOW)))
        .distinct()
        .collectAsList()
        .forEach(row -> windows.add(row.getLong(0)));
    return windows;
  }

  /** The closed windows, to be made anew; where there is none, a range of no length. */
  private Recomputation work(Dataset<Row> judged) throws IOException {
    OpenWindows open = plan.openWindows();
    TreeSet<Long> closed = windows(judged);
    closed.removeIf(start -> isOpen(start, open));
    Recomputation.Range range =
        closed.isEmpty()
            ? new Recomputation.Range(0, 0)
            : new Recomputation.Range(
                closed.first(), closed.last() + plan.config().window().micros());
    return new Recomputation(plan, open, range, closed);
  }

  private List<Path> quarantined(Ledger ledger) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Entry entry : ledger.committed()) {
      for (Entry.PublishedFile file : entry.files()) {
        Path path = new Path(file.path());
        if (file.destination().equals(Entry.PublishedFile.QUARANTINE)
            && Storage.of(path, plan.hadoop()).exists(path)) {
          files.add(path);
        }
      }
    }
    return files;
  }

  private Dataset<Row> judged(SparkSession session, List<Path> files) {
    Dataset<Row> lines =
        session
            .read()
            .schema(SinkColumns.QUARANTINED)
            .json(files.stream().map(Path::toString).toArray(String[]::new));
    Dataset<Row> stored =
        lines.select(
            coalesce(
                    when(col("encoding").equalTo("base64"), unbase64(col("raw"))),
                    col("raw").cast("binary"))
                .as(KafkaTopic.VALUE),
            col("source.topic").as("topic"),
            col("source.partition").as(KafkaTopic.PARTITION),
            col("source.offset").as(KafkaTopic.OFFSET),
            current_timestamp().as(KafkaTopic.TIMESTAMP));
    return Views.parts(
        KafkaTopic.messages(stored, col("topic")),
        plan.contract(),
        new Views.Limits(plan.config().withoutArchive(), plan.campaigns(), OpenWindows.BEGINNING));
  }

  private void publish(
      SparkSession session,
      Publisher publisher,
      Amendments amendments,
      Lease lease,
      List<Path> files,
      Dataset<Row> judged,
      boolean adds,
      Consumer<String> out)
      throws IOException {
    Recomputation work = work(judged);
    Dataset<Row> rows = judged.where(col(SinkColumns.BAD).isNotNull());
    if (!work.only().isEmpty()) {
      rows = rows.unionByName(work.parts(session));
    }
    if (adds) {
      long length = plan.config().window().micros();
      rows =
          rows.unionByName(
              judged.where(unix_micros(col(WINDOW)).gt(work.open().watermark() - length)));
    }
    Windows before = work.published(session);
    List<String> changes = new ArrayList<>();
    Entry entry =
        publisher.publish(
            rows,
            amendments.publication("replay", work.open(), lease),
            unit -> changes.addAll(complete(unit, files, work, before, adds)));
    changes.forEach(out);
    out.accept(
        "%,d views are bad still; %,d networks and windows changed"
            .formatted(entry.counts().quarantined(), changes.size()));
    out.accept("ledger: unit " + entry.unit());
  }

  private List<String> complete(
      Unit unit, List<Path> files, Recomputation work, Windows before, boolean adds)
      throws IOException {
    unit.read(new Entry.Source("quarantine, and messages of " + work.range(), unit.seen()));
    for (Path file : files) {
      unit.move(file, new Path(plan.config().destination().replayed(), file.getName()));
    }
    Windows folded = Windows.folded(unit.folded());
    if (adds) {
      Windows added = folded.starting(start -> !work.isMeant(start));
      work.open()
          .revised(work.open().windows().plus(added), OpenWindows.BEGINNING)
          .save(unit, plan.config().checkpoint(), plan.hadoop());
    }
    return work.write(unit, before, folded.starting(work::isMeant));
  }
}
