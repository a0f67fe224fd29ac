package io.github.millrace.viewlog.job;

import io.github.millrace.JobException;
import io.github.millrace.contract.Contract;
import io.github.millrace.ledger.LedgerEntry;
import io.github.millrace.publish.PartialAggregate;
import io.github.millrace.publish.Unit;
import io.github.millrace.source.kafka.KafkaAccount;
import io.github.millrace.source.kafka.KafkaSource;
import io.github.millrace.source.kafka.OffsetRanges;
import io.github.millrace.stream.BatchWork;
import io.github.millrace.viewlog.config.ReportConfig;
import io.github.millrace.viewlog.view.Campaigns;
import io.github.millrace.viewlog.view.Duplicates;
import io.github.millrace.viewlog.view.Views;
import io.github.millrace.window.OpenWindows;
import io.github.millrace.window.TumblingWindows;
import io.github.millrace.window.WindowedBatch;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch of {@code report}: adds its views to the open windows, and reports those that its views
 * close.
 */
final class ReportWork implements BatchWork {
  private static final Logger LOG = LoggerFactory.getLogger(ReportWork.class);
  private static final double MILLIS = 1e3;

  private final ReportConfig config;
  private final Contract contract;
  private final KafkaSource source;
  private final WindowedBatch windowed;
  private final Configuration hadoop;
  private final Admin admin;
  private final Consumer<String> out;
  private Campaigns campaigns;
  private OpenWindows open;
  private OffsetRanges ranges;
  private Duplicates.Batch unique;
  private long lastSentMillis;

  private volatile long lagMessages;
  private volatile double lagSeconds;
  private volatile double watermarkSeconds;
  private volatile long stateRows;

  ReportWork(ReportPlan plan, Admin admin, Consumer<String> out) {
    this.config = plan.config();
    this.contract = plan.contract();
    this.campaigns = plan.campaigns();
    this.source = plan.source();
    this.windowed = plan.windowed();
    this.hadoop = plan.hadoop();
    this.admin = admin;
    this.out = out;
  }

  @Override
  public Dataset<Row> rows(Dataset<Row> kafka, long batch) throws IOException {
    campaigns = campaigns.current(hadoop, out);
    open = windowed.before(batch);
    ranges = OffsetRanges.ofBatch(config.stream().checkpoint().path(), batch, hadoop);
    // Not in the stream's own plan, which would copy each message with all these columns.
    Dataset<Row> messages = KafkaSource.messages(kafka);
    Dataset<Row> parts =
        Views.parts(messages, contract, new Views.Limits(config, campaigns, open.watermark()));
    if (!config.stream().deduplicate()) {
      return parts;
    }
    unique = Duplicates.batch(parts, batch, open, config, hadoop);
    return unique.parts();
  }

  @Override
  public void complete(Unit unit, long batch) throws IOException {
    open = windowed.complete(unit, batch, open, this::noteSent);
    if (config.stream().deduplicate()) {
      unit.move(unique.known(), unique.place());
    }
    account(unit);
  }

  private void noteSent(PartialAggregate partial) {
    lastSentMillis = Math.max(lastSentMillis, Views.sent(partial) / 1_000);
  }

  /** Where the job deduplicates, the tasks that write have no source: what came to them counts. */
  private void account(Unit unit) {
    long messages = config.stream().deduplicate() ? unit.seen() : unit.input();
    KafkaAccount account = KafkaAccount.of(ranges, messages, config.kafka());
    account.sources().forEach(unit::read);
    unit.gaps(account.gaps());
  }

  @Override
  public Map<String, Supplier<Number>> gauges() {
    return Map.of(
        "lagMessages",
        () -> lagMessages,
        "lagSeconds",
        () -> lagSeconds,
        "watermarkSeconds",
        () -> watermarkSeconds,
        "stateRows",
        () -> stateRows);
  }

  @Override
  public String summary(LedgerEntry entry, double rate) throws IOException {
    Optional<KafkaSource.Lag> lag = lag();
    lagMessages = lag.map(KafkaSource.Lag::all).orElse(-1L);
    lagSeconds =
        lastSentMillis == 0 ? 0 : Math.max(0, System.currentTimeMillis() - lastSentMillis) / MILLIS;
    watermarkSeconds = open.watermark() / 1e6;
    stateRows = open.totals().size();
    return String.format(
        Locale.ROOT,
        ", %,.0f/s; lag %s, %.1f s; watermark %s, %,d open rows",
        rate,
        lag.map(KafkaSource.Lag::toString).orElse("unknown messages"),
        lagSeconds,
        open.watermark() == TumblingWindows.BEGINNING
            ? "none"
            : DateTimeUtils.microsToInstant(open.watermark()),
        open.totals().size());
  }

  /** What waits; empty if Kafka does not say, which is no reason to stop. */
  private Optional<KafkaSource.Lag> lag() {
    try {
      return Optional.of(source.lag(admin, ranges.until()));
    } catch (JobException e) {
      LOG.warn("the lag is not known: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
