package io.github.millrace.clickstream.land;

import io.github.millrace.JobException;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.Publisher;
import io.github.millrace.publish.Unit;
import io.github.millrace.source.kafka.KafkaAccount;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.source.kafka.OffsetRanges;
import io.github.millrace.source.kafka.Offsets;
import io.github.millrace.stream.BatchWork;
import io.github.millrace.stream.Checkpoint;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A batch of a topic's messages. */
final class TopicWork implements BatchWork {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWork.class);

  private final FeedPlan plan;
  private final Landing landing;
  private final KafkaSource source;
  private final Admin admin;
  private final CompleteHours hours;
  private OffsetRanges ranges;
  private volatile long lagMessages;

  TopicWork(FeedPlan plan, Admin admin, CompleteHours hours) {
    this.plan = plan;
    this.landing = plan.landing();
    this.source = plan.topic();
    this.admin = admin;
    this.hours = hours;
  }

  @Override
  public Dataset<Row> rows(Dataset<Row> kafka, long batch) throws IOException {
    ranges = OffsetRanges.ofBatch(plan.checkpoint().path(), batch, plan.hadoop());
    // Not in the stream's own plan, which would copy each message with all these columns.
    return landing.rows(KafkaSource.messages(kafka), Instant.now());
  }

  @Override
  public void complete(Unit unit, long batch) throws IOException {
    KafkaAccount account = KafkaAccount.of(ranges, unit.input(), source.config());
    account.sources().forEach(unit::read);
    unit.gaps(account.gaps());
    hours.add(unit, batch, () -> source.unread(admin, ranges.until()));
  }

  @Override
  public void betweenBatches(Publisher publisher, Consumer<String> out) throws IOException {
    Optional<Offsets> landed = landed();
    if (landed.isPresent()) {
      hours.betweenBatches(publisher, () -> source.unread(admin, landed.get()), out);
    }
  }

  /** How far the topic is landed; empty if that is not known yet. */
  private Optional<Offsets> landed() throws IOException {
    if (ranges != null) {
      return Optional.of(ranges.until());
    }
    String checkpoint = plan.checkpoint().path();
    long last = Checkpoint.lastBatch(checkpoint, plan.hadoop());
    return last >= 0 && plan.checkpoint().hasPublished(last)
        ? Optional.of(OffsetRanges.reached(checkpoint, last, plan.hadoop()))
        : Optional.empty();
  }

  @Override
  public Map<String, Supplier<Number>> gauges() {
    return Map.of("lagMessages", () -> lagMessages);
  }

  @Override
  public String summary(LedgerEntry entry, double rate) {
    return String.format(Locale.ROOT, ", %,.0f/s; lag %s%s", rate, lag(), hours.summary(entry));
  }

  /** What waits; if Kafka does not say, that is no reason to stop. */
  private String lag() {
    try {
      KafkaSource.Lag lag = source.lag(admin, ranges.until());
      lagMessages = lag.all();
      return lag.toString();
    } catch (JobException e) {
      LOG.warn("the lag is not known: {}", e.getMessage());
      lagMessages = -1;
      return "unknown";
    }
  }
}
