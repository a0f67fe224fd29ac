package io.github.millrace.datagen.clickstream;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SentRecord;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A click or an event as a consumer meets it, and the truth about it. */
public final class Event implements SentRecord {
  private final byte[] value;
  private final Outcome outcome;
  private final Optional<Defect> defect;
  private final Sender.Good good;
  private final long sentMicros;

  Event(byte[] value, Outcome outcome, Optional<Defect> defect, Sender.Good good, long sentMicros) {
    this.value = value;
    this.outcome = outcome;
    this.defect = defect;
    this.good = good;
    this.sentMicros = sentMicros;
  }

  /** Returns this record as it is sent a second time. */
  Event again(long laterMicros) {
    return new Event(value, Outcome.DUPLICATE, defect, good, laterMicros);
  }

  @Override
  public byte[] value() {
    return value;
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  /** What is wrong with it; empty unless it is bad. */
  public Optional<Defect> defect() {
    return defect;
  }

  @Override
  public Optional<Reason> reason() {
    return defect.map(Defect::reason);
  }

  @Override
  public long sentMicros() {
    return sentMicros;
  }

  /** The time of the event, in microseconds since 1970; of a bad record, before it was spoilt. */
  public long micros() {
    return good.micros();
  }

  /** What it says, as in the truth; of a bad record, before it was spoilt. */
  public Map<String, String> says() {
    return good.says();
  }

  @Override
  public void writeTruth(JsonGenerator line) throws IOException {
    line.writeStringField("outcome", outcome.label());
    if (defect.isPresent()) {
      line.writeStringField("reason", defect.get().reason().label());
      line.writeStringField("defect", defect.get().label());
    }
    line.writeNumberField("time", micros());
    line.writeObjectFieldStart("says");
    for (Map.Entry<String, String> field : new TreeMap<>(says()).entrySet()) {
      line.writeStringField(field.getKey(), field.getValue());
    }
    line.writeEndObject();
  }
}
