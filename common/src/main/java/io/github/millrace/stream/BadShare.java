package io.github.millrace.stream;

import io.github.millrace.ledger.Counts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges whether too many of a run's records are bad: after each batch by the last {@value #LAST}
 * records, and at the end of a bounded run with fewer by all of them. So one bad record in a small
 * batch ends no stream. Late records do not count.
 */
final class BadShare {
  /** How many records are enough to judge by; whole batches are taken, so there may be more. */
  static final long LAST = 10_000;

  private final Double most;
  private final Deque<Share> recent = new ArrayDeque<>();
  private Share inRecent = Share.NONE;
  private Share inRun = Share.NONE;
  private boolean isLateInRun;

  /**
   * Creates a judge of a run.
   *
   * @param most the share of records, 0 to 1, that may be bad; null where any may but all of a
   *     bounded run
   */
  BadShare(Double most) {
    this.most = most;
  }

  /** Records, and how many of them are bad. */
  private record Share(long records, long bad) {
    static final Share NONE = new Share(0, 0);

    Share plus(Share other) {
      return new Share(records + other.records, bad + other.bad);
    }

    Share minus(Share other) {
      return new Share(records - other.records, bad - other.bad);
    }
  }

  /** Takes a batch in. */
  void add(Counts counts) {
    Share batch = new Share(counts.read() - counts.late() - counts.reread(), counts.quarantined());
    isLateInRun |= counts.late() > 0;
    if (batch.records() == 0) {
      return;
    }
    inRun = inRun.plus(batch);
    recent.addLast(batch);
    inRecent = inRecent.plus(batch);
    while (inRecent.records() - recent.getFirst().records() >= LAST) {
      inRecent = inRecent.minus(recent.removeFirst());
    }
  }

  /** What is wrong with the records up to now, if there are enough to judge by. */
  Optional<String> fault() {
    return inRecent.records() < LAST ? Optional.empty() : fault(inRecent, "the last ");
  }

  /** What is wrong with the records of a run that has come to its end. */
  Optional<String> faultAtEnd() {
    if (most == null) {
      // A late record is no bad one, so the contract fits what is sent.
      return !isLateInRun && inRun.records() > 0 && inRun.bad() == inRun.records()
          ? Optional.of(
              String.format(
                  Locale.ROOT, "all %,d records that were read break the contract", inRun.bad()))
          : Optional.empty();
    }
    return inRun.records() < LAST ? fault(inRun, "") : fault();
  }

  private Optional<String> fault(Share share, String which) {
    if (most == null || share.bad() <= most * share.records()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d of %s%,d records (%.2f %%) break the contract, maxBadShare allows %.2f %%",
            share.bad(),
            which,
            share.records(),
            100.0 * share.bad() / share.records(),
            100 * most));
  }
}
