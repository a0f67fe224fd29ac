package io.github.millrace.datagen.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.millrace.datagen.record.Shares.Fate;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharesTest {
  private static final int RECORDS = 50_000;
  private static final Shares SHARES = new Shares(0.1, 0.02, 0.05);

  @Test
  void everyFateHasItsShare() {
    List<Fate> fates = fates(SHARES, 7);

    assertThat(count(fates, Outcome.BAD) / (double) RECORDS).isCloseTo(0.05, within(0.005));
    assertThat(count(fates, Outcome.LATE) / (double) RECORDS).isCloseTo(0.1, within(0.005));
    assertThat(count(fates, Outcome.GOOD) / (double) RECORDS).isCloseTo(0.85, within(0.01));
    List<Fate> repeated = fates.stream().filter(Fate::repeated).toList();
    assertThat(repeated).extracting(Fate::outcome).containsOnly(Outcome.GOOD);
    assertThat(repeated.size() / (double) count(fates, Outcome.GOOD))
        .isCloseTo(0.02, within(0.003));
  }

  @Test
  void aFateDependsOnSeedAndIndexOnly() {
    List<Fate> fates = fates(SHARES, 7);

    for (int index = RECORDS - 1; index >= 0; index -= 7) {
      Fate again = SHARES.fate(7, index);
      assertThat(again.outcome()).isEqualTo(fates.get(index).outcome());
      assertThat(again.repeated()).isEqualTo(fates.get(index).repeated());
      assertThat(again.random().nextLong()).isEqualTo(fates.get(index).random().nextLong());
    }
    assertThat(fates(SHARES, 8)).extracting(Fate::outcome).isNotEqualTo(outcomes(fates));
  }

  @Test
  void moreBadOnesLeaveTheBadOnesBad() {
    List<Fate> few = fates(new Shares(0, 0, 0.05), 7);
    List<Fate> many = fates(new Shares(0, 0, 0.2), 7);

    for (int index = 0; index < RECORDS; index++) {
      if (few.get(index).outcome() == Outcome.BAD) {
        assertThat(many.get(index).outcome()).isEqualTo(Outcome.BAD);
      }
    }
  }

  @Test
  void allAndNoneAreExact() {
    assertThat(fates(Shares.NONE, 1))
        .allMatch(fate -> fate.outcome() == Outcome.GOOD && !fate.repeated());
    assertThat(fates(new Shares(0, 0, 1), 1)).allMatch(fate -> fate.outcome() == Outcome.BAD);
    assertThat(fates(new Shares(0, 1, 0), 1)).allMatch(Fate::repeated);
  }

  @Test
  void theFirstIsNeverLate() {
    List<Fate> fates = fates(new Shares(1, 0, 0), 1);

    assertThat(fates.get(0).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(fates.subList(1, RECORDS)).allMatch(fate -> fate.outcome() == Outcome.LATE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -0.1 | 0    | 0   | --late-share is -0.1: give a share from 0 to 1
          0    | 1.01 | 0   | --duplicate-share is 1.01: give a share from 0 to 1
          0    | 0    | NaN | --bad-share is NaN: give a share from 0 to 1
          0.6  | 0    | 0.6 | --late-share and --bad-share are 0.6 and 0.6: together they can be 1
          """)
  void aWrongShareIsNamedWithItsRemedy(double late, double duplicate, double bad, String message) {
    assertThatThrownBy(() -> new Shares(late, duplicate, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static List<Fate> fates(Shares shares, long seed) {
    return LongStream.range(0, RECORDS).mapToObj(index -> shares.fate(seed, index)).toList();
  }

  private static long count(List<Fate> fates, Outcome outcome) {
    return fates.stream().filter(fate -> fate.outcome() == outcome).count();
  }

  private static List<Outcome> outcomes(List<Fate> fates) {
    return fates.stream().map(Fate::outcome).toList();
  }
}
