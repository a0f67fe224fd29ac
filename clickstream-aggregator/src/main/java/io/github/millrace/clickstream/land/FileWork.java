package io.github.millrace.clickstream.land;

import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Unit;
import io.github.millrace.stream.BatchWork;
import io.github.millrace.stream.ShapeCheck;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A batch of files. */
final class FileWork implements BatchWork {
  private final Landing landing;
  private final ShapeCheck shapes;
  private final CompleteHours hours;

  FileWork(FeedPlan plan, CompleteHours hours) {
    this.hours = hours;
    this.landing = plan.landing();
    this.shapes =
        new ShapeCheck(
            plan.feed().files().shape(),
            "replay %s --set feeds.%s.files.shape".formatted(plan.name(), plan.name()),
            plan.hadoop());
  }

  @Override
  public Dataset<Row> rows(Dataset<Row> raw, long batch) {
    return landing.rows(raw, Instant.now());
  }

  @Override
  public void complete(Unit unit, long batch) throws IOException {
    hours.add(unit, batch, Set::of);
  }

  @Override
  public void betweenBatches(Publisher publisher, Consumer<String> out) throws IOException {
    hours.betweenBatches(publisher, Set::of, out);
  }

  @Override
  public String summary(LedgerEntry entry, double rate) {
    return hours.summary(entry);
  }

  @Override
  public List<String> warnings(LedgerEntry entry) {
    return shapes.warnings(entry);
  }
}
