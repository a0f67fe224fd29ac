package io.github.millrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** What became of a unit's input records. */
public record Counts(long read, long written, long quarantined, long late, long deduplicated) {

  /** Nothing read. */
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /** Both together. */
  public Counts plus(Counts other) {
    return new Counts(
        read + other.read,
        written + other.written,
        quarantined + other.quarantined,
        late + other.late,
        deduplicated + other.deduplicated);
  }

  /** Whether every record read is accounted for. */
  @JsonIgnore
  public boolean balanced() {
    return read == written + quarantined + late + deduplicated;
  }
}
