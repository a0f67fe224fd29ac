package io.github.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.ledger.Counts;
import org.junit.jupiter.api.Test;

class BadShareTest {
  private static Counts batch(long read, long bad) {
    return new Counts(read, read - bad, bad, 0, 0);
  }

  @Test
  void oneBadRecordInASmallBatchEndsNoStream() {
    BadShare share = new BadShare(0.01);
    for (int i = 0; i < 99; i++) {
      share.add(batch(i % 50 == 0 ? 2 : 100, i % 50 == 0 ? 1 : 0));
      assertThat(share.fault()).isEmpty();
    }
    assertThat(share.faultAtEnd()).isEmpty();
  }

  @Test
  void theLastTenThousandAreJudged() {
    BadShare share = new BadShare(0.1);
    share.add(batch(9_999, 9_999));
    assertThat(share.fault()).as("too few to tell").isEmpty();

    share.add(batch(1, 0));
    assertThat(share.fault())
        .hasValue(
            "9,999 of the last 10,000 records (99.99 %) break the contract, maxBadShare allows"
                + " 10.00 %");

    share.add(batch(5_000, 0));
    assertThat(share.fault()).as("whole batches are taken").isPresent();

    share.add(batch(5_000, 1_000));
    assertThat(share.fault()).as("the first has gone out of sight, 1,000 of 10,001").isEmpty();
    share.add(batch(1_000, 1_000));
    assertThat(share.fault())
        .hasValueSatisfying(it -> assertThat(it).startsWith("2,000 of the last 11,000 records"));
  }

  @Test
  void aLargeBatchIsJudgedByItself() {
    BadShare share = new BadShare(0.5);
    share.add(batch(1_000_000, 600_000));
    share.add(batch(20_000, 100));
    assertThat(share.fault()).isEmpty();
    assertThat(share.faultAtEnd()).isEmpty();
  }

  @Test
  void aShortRunIsJudgedAtItsEnd() {
    BadShare share = new BadShare(0.25);
    share.add(batch(4, 1));
    share.add(batch(3, 2));
    assertThat(share.fault()).isEmpty();
    assertThat(share.faultAtEnd())
        .hasValue("3 of 7 records (42.86 %) break the contract, maxBadShare allows 25.00 %");
  }

  @Test
  void lateAndClosedRecordsDoNotCount() {
    BadShare share = new BadShare(0.25);
    share.add(new Counts(100, 3, 1, 90, 0, 6));
    assertThat(share.faultAtEnd()).isEmpty();
    share.add(new Counts(2, 0, 1, 0, 1, 0));
    assertThat(share.faultAtEnd()).hasValueSatisfying(it -> assertThat(it).startsWith("2 of 6"));
  }

  @Test
  void byDefaultOnlyARunWithoutAGoodRecordIsAtFault() {
    BadShare share = new BadShare(null);
    assertThat(share.faultAtEnd()).as("nothing read").isEmpty();
    share.add(batch(20_000, 20_000));
    assertThat(share.fault()).as("a stream goes on").isEmpty();
    assertThat(share.faultAtEnd()).hasValue("all 20,000 records that were read break the contract");
    share.add(batch(1, 0));
    assertThat(share.faultAtEnd()).isEmpty();
  }

  @Test
  void byDefaultALateRecordIsNoBadOne() {
    BadShare share = new BadShare(null);
    share.add(new Counts(2, 0, 1, 1, 0));
    share.add(batch(1, 1));
    assertThat(share.faultAtEnd()).isEmpty();
  }

  @Test
  void allMayBeBadIfTheUserSaysSo() {
    BadShare share = new BadShare(1.0);
    share.add(batch(20_000, 20_000));
    assertThat(share.fault()).isEmpty();
    assertThat(share.faultAtEnd()).isEmpty();
  }

  @Test
  void noneMayBeBadIfTheUserSaysSo() {
    BadShare share = new BadShare(0.0);
    share.add(batch(2, 0));
    assertThat(share.faultAtEnd()).isEmpty();
    share.add(batch(2, 1));
    assertThat(share.faultAtEnd()).isPresent();
  }
}
