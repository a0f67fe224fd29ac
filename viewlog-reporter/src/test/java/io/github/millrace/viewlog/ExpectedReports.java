package io.github.millrace.viewlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.viewlog.Campaigns;
import io.github.millrace.datagen.viewlog.ViewLogRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reports as plain Java makes them: no Spark, no contract, another JSON reader. Fed batch by
 * batch, for what is late depends on the batches before.
 */
final class ExpectedReports {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DELAY = Duration.ofSeconds(10);

  private final Map<ReportRun.Key, ReportRun.Sum> open = new TreeMap<>();
  private final Map<ReportRun.Key, ReportRun.Sum> closed = new TreeMap<>();
  private Instant watermark = Instant.MIN;
  private long late;

  /** A batch of records; bad ones are left out by what the generator says. */
  void batch(Collection<ViewLogRecord> records) throws JsonProcessingException {
    Instant latest = Instant.MIN;
    for (ViewLogRecord record : records) {
      if (record.outcome() == Outcome.BAD) {
        continue;
      }
      JsonNode view =
          JSON.readTree(new String(record.value(), java.nio.charset.StandardCharsets.UTF_8));
      Instant start = instant(view.get("start_timestamp").textValue());
      Instant end = instant(view.get("end_timestamp").textValue());
      Instant minute = end.truncatedTo(ChronoUnit.MINUTES);
      if (!minute.plusSeconds(60).isAfter(watermark)) {
        late++;
        continue;
      }
      latest = end.isAfter(latest) ? end : latest;
      int campaign = view.get("campaign_id").intValue();
      long micros = ChronoUnit.MICROS.between(start, end);
      open.merge(
          new ReportRun.Key(Campaigns.network(campaign), minute, campaign),
          new ReportRun.Sum(micros, 1),
          ReportRun.Sum::plus);
    }
    if (latest.isAfter(Instant.MIN) && latest.minus(DELAY).isAfter(watermark)) {
      watermark = latest.minus(DELAY);
    }
    open.entrySet()
        .removeIf(
            entry -> {
              boolean isClosed = !entry.getKey().minute().plusSeconds(60).isAfter(watermark);
              if (isClosed) {
                closed.put(entry.getKey(), entry.getValue());
              }
              return isClosed;
            });
  }

  /** Cut to microseconds, as Spark's timestamps are; UTC where there is no zone. */
  private static Instant instant(String text) {
    String iso = text.replace(' ', 'T');
    boolean zoned =
        iso.endsWith("Z") || iso.substring(10).contains("+") || iso.substring(10).contains("-");
    Instant exact =
        zoned
            ? OffsetDateTime.parse(iso).toInstant()
            : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    return exact.truncatedTo(ChronoUnit.MICROS);
  }

  void flush() {
    closed.putAll(open);
    open.clear();
  }

  Map<ReportRun.Key, ReportRun.Sum> reports() {
    return closed;
  }

  long late() {
    return late;
  }
}
