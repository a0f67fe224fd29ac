package io.github.millrace.clickstream.land;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.config.TimeSpan;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When hours are complete, by the words: the slowest part, idle parts, the clock. */
class HoursTest {
  private static final TimeSpan TEN_MINUTES = TimeSpan.parse("10 minutes");
  private static final HourRule TOPIC = new HourRule(ZoneId.of("UTC"), TEN_MINUTES, TEN_MINUTES);
  private static final HourRule FILES = new HourRule(ZoneId.of("UTC"), TEN_MINUTES, null);
  private static final Instant NOW = at("12:00");

  private static Instant at(String time) {
    return Instant.parse("2026-03-01T" + time + ":00Z");
  }

  private static LocalDateTime hour(int hour) {
    return LocalDateTime.of(2026, 3, 1, hour, 0);
  }

  private static Hours.Due due(Hours hours, HourRule rule, Instant now, Integer... unread) {
    return hours.due(rule, () -> Set.of(unread), now);
  }

  @Test
  void anHourIsCompleteWhenTheSlowestPartHasPassedItsEnd() {
    Hours read =
        Hours.NONE.plus(Map.of(0, at("12:00"), 1, at("11:09")), List.of(hour(10), hour(11)), NOW);
    assertThat(due(read, TOPIC, NOW).hours()).isEmpty();

    Hours further = read.plus(Map.of(1, at("11:10")), List.of(hour(11)), NOW);
    Hours.Due due = due(further, TOPIC, NOW);

    assertThat(due.hours()).containsExactly(hour(10));
    assertThat(due.after().isComplete(hour(10))).isTrue();
    assertThat(due.after().isComplete(hour(11))).isFalse();
    assertThat(due(due.after(), TOPIC, NOW).hours()).isEmpty();
  }

  @Test
  void aPartThatIsIdleDoesNotCountUnlessItHasMore() {
    Hours read = Hours.NONE.plus(Map.of(1, at("10:30")), List.of(hour(10)), at("11:45"));
    Hours further = read.plus(Map.of(0, at("11:50")), List.of(hour(11)), NOW);

    assertThat(due(further, TOPIC, NOW).hours()).containsExactly(hour(10));
    assertThat(due(further, TOPIC, NOW, 1).hours()).isEmpty();
    assertThat(due(further, FILES, NOW).hours()).isEmpty();
    // Of a part that was never read, nothing is known but that it has records.
    assertThat(due(further, TOPIC, NOW, 2).hours()).isEmpty();
  }

  /** Such as where a batch takes so much and no more, or a partition is new. */
  @Test
  void whatWasNeverReadHoldsHoursBackWhereItHasRecords() {
    Hours read = Hours.NONE.plus(Map.of(0, at("11:50")), List.of(hour(10)), NOW);

    assertThat(due(read, TOPIC, NOW, 1).hours()).isEmpty();
    assertThat(due(read, TOPIC, NOW).hours()).containsExactly(hour(10));
  }

  @Test
  void whereAllAreIdleTheClockCounts() {
    Hours read = Hours.NONE.plus(Map.of(0, at("09:05")), List.of(hour(9)), at("09:06"));

    assertThat(due(read, TOPIC, at("09:15")).hours()).isEmpty();
    assertThat(due(read, TOPIC, at("10:09")).hours()).isEmpty();
    assertThat(due(read, TOPIC, NOW).hours()).containsExactly(hour(9), hour(10));
    assertThat(due(read, FILES, NOW).hours()).isEmpty();
  }

  @Test
  void hoursWithoutARecordAreCompletedToo() {
    Hours read = Hours.NONE.plus(Map.of(0, at("11:30")), List.of(hour(8), hour(11)), NOW);

    Hours.Due due = due(read, TOPIC, NOW);

    assertThat(due.hours()).containsExactly(hour(8), hour(9), hour(10));
    Hours later = due.after().plus(Map.of(0, at("14:20")), List.of(hour(14)), at("14:21"));
    assertThat(due(later, TOPIC, at("14:21")).hours())
        .containsExactly(hour(11), hour(12), hour(13));
  }

  @Test
  void aLateRecordOpensItsHourAgain() {
    Hours complete =
        due(Hours.NONE.plus(Map.of(0, at("11:30")), List.of(hour(10)), NOW), TOPIC, NOW).after();
    assertThat(complete.isComplete(hour(10))).isTrue();

    Hours late = complete.plus(Map.of(0, at("10:59")), List.of(hour(10), hour(7)), NOW);

    assertThat(late.isComplete(hour(10))).isFalse();
    Hours.Due due = due(late, TOPIC, NOW);
    // Those between 7 and 10 were never asked for.
    assertThat(due.hours()).containsExactly(hour(7), hour(10));
    assertThat(due.after().isComplete(hour(10))).isTrue();
  }

  @Test
  void anEventOfLongAgoCompletesItsHourAlone() {
    LocalDateTime longAgo = LocalDateTime.of(1971, 1, 1, 0, 0);
    Hours read = Hours.NONE.plus(Map.of(0, at("11:30")), List.of(longAgo, hour(10)), NOW);

    assertThat(due(read, TOPIC, NOW).hours()).containsExactly(longAgo, hour(10));
  }

  @Test
  void whatOthersHaveLandedOpensHours() {
    Hours complete =
        due(Hours.NONE.plus(Map.of(0, at("11:30")), List.of(hour(10)), NOW), TOPIC, NOW).after();

    Hours.Due due = due(complete.reopened(List.of(hour(10)), Set.of("replay-1")), TOPIC, NOW);

    assertThat(due.hours()).containsExactly(hour(10));
    assertThat(due.after().taken()).containsExactly("replay-1");
  }

  /** In Berlin the hour of 2 came twice that night, and on the other there was none. */
  @Test
  void hoursAreThoseOfTheZone() {
    HourRule berlin = new HourRule(ZoneId.of("Europe/Berlin"), TEN_MINUTES, TEN_MINUTES);

    assertThat(berlin.firstOpen(Instant.parse("2026-10-25T00:15:00Z")))
        .isEqualTo("2026-10-25T02:00");
    assertThat(berlin.firstOpen(Instant.parse("2026-10-25T02:09:00Z")))
        .isEqualTo("2026-10-25T02:00");
    assertThat(berlin.firstOpen(Instant.parse("2026-10-25T02:10:00Z")))
        .isEqualTo("2026-10-25T03:00");
    assertThat(berlin.firstOpen(Instant.parse("2026-03-29T01:10:00Z")))
        .isEqualTo("2026-03-29T03:00");
  }
}
