package io.github.millrace.datagen.record;

/** A record that is sent at a time of its own. */
public interface SentRecord extends DataRecord {
  /** When it is sent, in microseconds since 1970. */
  long sentMicros();
}
