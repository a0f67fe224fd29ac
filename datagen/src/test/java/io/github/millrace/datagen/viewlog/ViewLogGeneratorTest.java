package io.github.millrace.datagen.viewlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SendOptions;
import io.github.millrace.datagen.record.SentRecords;
import io.github.millrace.datagen.record.Shares;
import io.github.millrace.datagen.viewlog.StrictViewReader.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ViewLogGeneratorTest {
  private static final int VIEWS = 20_000;
  private static final Instant START = Instant.parse("2026-01-31T23:59:50.123456Z");
  private static final Shares SHARES = new Shares(0.05, 0.1, 0.15);

  private final List<ViewLogRecord> records = records(options(VIEWS, 7, SHARES));

  @Test
  void theSameOptionsGiveTheSameRecords() {
    List<ViewLogRecord> again = records(options(VIEWS, 7, SHARES));
    assertThat(again).hasSameSizeAs(records);
    for (int i = 0; i < records.size(); i++) {
      assertThat(again.get(i).value()).isEqualTo(records.get(i).value());
      assertThat(again.get(i).sentMicros()).isEqualTo(records.get(i).sentMicros());
      assertThat(again.get(i).outcome()).isEqualTo(records.get(i).outcome());
    }
    assertThat(records(options(1, 8, Shares.NONE)).get(0).value())
        .isNotEqualTo(records(options(1, 7, Shares.NONE)).get(0).value());
  }

  @Test
  void everyOutcomeHasItsShare() {
    assertThat(of(Outcome.BAD).size() / (double) VIEWS).isEqualTo(0.15, within(0.01));
    assertThat(of(Outcome.LATE).size() / (double) VIEWS).isEqualTo(0.05, within(0.005));
    assertThat(of(Outcome.GOOD).size() / (double) VIEWS).isEqualTo(0.8, within(0.01));
    assertThat(of(Outcome.DUPLICATE).size() / (double) of(Outcome.GOOD).size())
        .isEqualTo(0.1, within(0.01));
    Map<Defect, Integer> defects = new HashMap<>();
    of(Outcome.BAD)
        .forEach(record -> defects.merge(record.defect().orElseThrow(), 1, Integer::sum));
    int each = of(Outcome.BAD).size() / Defect.values().length;
    assertThat(defects).hasSize(Defect.values().length);
    assertThat(defects.values()).allMatch(number -> number == each || number == each + 1);
  }

  @Test
  void aStrictReaderSeesWhatTheTruthSays() throws IOException {
    for (ViewLogRecord record : records) {
      Set<Reason> reasons =
          StrictViewReader.reasons(
              record.value(), Instant.EPOCH.plus(record.sentMicros(), ChronoUnit.MICROS));
      if (record.outcome() == Outcome.BAD) {
        assertThat(reasons)
            .as("%s: %s", record.defect(), text(record))
            .containsExactly(record.defect().orElseThrow().reason());
      } else {
        assertThat(reasons).as(text(record)).isEmpty();
        Read read = StrictViewReader.read(record.value());
        assertThat(read.id()).isEqualTo(record.viewId());
        assertThat(read.startMicros()).isEqualTo(record.startMicros());
        assertThat(read.endMicros()).isEqualTo(record.endMicros());
        assertThat(read.campaignId()).isEqualTo(record.campaignId());
      }
    }
  }

  @Test
  void viewsEndShortlyBeforeTheyAreSentOrLongBefore() {
    long previous = Long.MIN_VALUE;
    for (ViewLogRecord record : records) {
      assertThat(record.sentMicros()).isGreaterThanOrEqualTo(previous);
      previous = record.sentMicros();
      long behind = record.sentMicros() - record.endMicros();
      long latest = record.outcome() == Outcome.LATE ? 300_000_000L : 0;
      long repeat = record.outcome() == Outcome.DUPLICATE ? 1_000_000L : 0;
      assertThat(behind).isBetween(latest, latest + repeat + 3_000_001L);
      assertThat(record.endMicros() - record.startMicros()).isBetween(2_000_000L, 241_000_000L);
    }
    assertThat(records.get(0).sentMicros())
        .isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, START));
    assertThat(of(Outcome.GOOD).stream().map(ViewLogRecord::endMicros).toList())
        .isNotEqualTo(of(Outcome.GOOD).stream().map(ViewLogRecord::endMicros).sorted().toList());
  }

  @Test
  void withoutJitterViewsEndWhenTheyAreSent() {
    SendOptions options =
        new SendOptions(1000, 1, START, 3, Shares.NONE, Duration.ofMinutes(5), Duration.ZERO);
    assertThat(records(options)).allMatch(record -> record.endMicros() == record.sentMicros());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1000, 1_000_000})
  void theRateIsThatOfTheSendingTimes(long rate) {
    SendOptions options = SendOptions.of(2 * rate + 1, 1, START, rate, Shares.NONE);
    List<ViewLogRecord> views = records(options);
    assertThat(views.get((int) rate).sentMicros() - views.get(0).sentMicros()).isEqualTo(1_000_000);
    assertThat(views.get((int) (2 * rate)).sentMicros() - views.get(0).sentMicros())
        .isEqualTo(2_000_000);
  }

  @Test
  void aDuplicateHasTheBytesOfAGoodViewBeforeIt() {
    Map<String, byte[]> good = new HashMap<>();
    for (ViewLogRecord record : records) {
      if (record.outcome() == Outcome.DUPLICATE) {
        assertThat(good.remove(record.viewId())).isEqualTo(record.value());
      } else if (record.outcome() == Outcome.GOOD) {
        good.put(record.viewId(), record.value());
      }
    }
  }

  @Test
  void everyViewHasItsOwnUuid() {
    Set<String> ids = new HashSet<>();
    for (ViewLogRecord record : records) {
      if (record.outcome() != Outcome.DUPLICATE) {
        assertThat(ids.add(record.viewId())).isTrue();
      }
      assertThat(record.viewId())
          .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }
  }

  @Test
  void timestampsAreWrittenInEveryWay() {
    Set<Integer> digits = new HashSet<>();
    Set<String> zones = new HashSet<>();
    for (ViewLogRecord record : of(Outcome.GOOD)) {
      String start = text(record).replaceFirst(".*\"start_timestamp\":\"([^\"]*)\".*", "$1");
      assertThat(start).matches("2026-0[12]-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-].*)?");
      String fraction = start.replaceFirst("^[^.]*\\.?", "").replaceFirst("(Z|[+-].*)$", "");
      digits.add(start.contains(".") ? fraction.length() : 0);
      zones.add(start.substring(19).replaceFirst("^[.0-9]*", ""));
    }
    assertThat(digits).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(zones).containsExactlyInAnyOrder("", "Z", "+05:30", "-08:00");
  }

  @Test
  void bannersAndCampaignsCoverTheirRanges() throws IOException {
    Set<Integer> campaigns = new HashSet<>();
    long largest = 0;
    for (ViewLogRecord record : of(Outcome.GOOD)) {
      Read read = StrictViewReader.read(record.value());
      campaigns.add(read.campaignId());
      largest = Math.max(largest, read.bannerId());
    }
    assertThat(campaigns).hasSize(14).contains(10, 140);
    assertThat(largest).isGreaterThan(Integer.MAX_VALUE);
  }

  @Test
  void filesHaveNoTombstones() {
    SentRecords<ViewLogRecord> generator =
        ViewLogGenerator.forFiles(options(1000, 1, new Shares(0, 0, 1)));
    Set<Defect> defects = EnumSet.noneOf(Defect.class);
    generator.forEachRemaining(record -> defects.add(record.defect().orElseThrow()));
    assertThat(defects).isEqualTo(EnumSet.complementOf(EnumSet.of(Defect.TOMBSTONE)));
  }

  private List<ViewLogRecord> of(Outcome outcome) {
    return records.stream().filter(record -> record.outcome() == outcome).toList();
  }

  private static SendOptions options(long count, long seed, Shares shares) {
    return SendOptions.of(count, seed, START, 100, shares);
  }

  private static List<ViewLogRecord> records(SendOptions options) {
    List<ViewLogRecord> records = new ArrayList<>();
    ViewLogGenerator.forKafka(options).forEachRemaining(records::add);
    return records;
  }

  private static String text(ViewLogRecord record) {
    return record.value() == null ? "null" : new String(record.value(), StandardCharsets.UTF_8);
  }
}
