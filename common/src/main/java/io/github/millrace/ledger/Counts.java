package io.github.millrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What became of a unit's input records.
 *
 * @param reread quarantined records that are closed, for their file is read again as a whole
 * @param gaps places in the source at which there is no record, such as Kafka's offsets of aborted
 *     messages; they are none that were read
 */
public record Counts(
    long read,
    long written,
    long quarantined,
    long late,
    long deduplicated,
    long reread,
    long gaps) {

  /** Nothing read. */
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /** No gaps. */
  public Counts(
      long read, long written, long quarantined, long late, long deduplicated, long reread) {
    this(read, written, quarantined, late, deduplicated, reread, 0);
  }

  /** None of them closed, and no gaps. */
  public Counts(long read, long written, long quarantined, long late, long deduplicated) {
    this(read, written, quarantined, late, deduplicated, 0);
  }

  /** Both together. */
  public Counts plus(Counts other) {
    return new Counts(
        read + other.read,
        written + other.written,
        quarantined + other.quarantined,
        late + other.late,
        deduplicated + other.deduplicated,
        reread + other.reread,
        gaps + other.gaps);
  }

  /** Whether every record read is accounted for. */
  @JsonIgnore
  public boolean balanced() {
    return read == written + quarantined + late + deduplicated + reread;
  }
}
