package io.github.millrace.datagen.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Optional;

/** A record as a consumer meets it, and the truth about it. */
public interface DataRecord {
  /** The record's bytes, not to be changed; null for a tombstone, which only Kafka has. */
  byte[] value();

  /** What a consumer must make of it. */
  Outcome outcome();

  /** Why it is bad; empty unless it is. */
  Optional<? extends Labelled> reason();

  /** Writes the fields of its line in the truth file that follow its place. */
  void writeTruth(JsonGenerator line) throws IOException;
}
