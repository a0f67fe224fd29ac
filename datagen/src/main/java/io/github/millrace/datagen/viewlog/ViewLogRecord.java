package io.github.millrace.datagen.viewlog;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.millrace.datagen.record.Outcome;
import io.github.millrace.datagen.record.SentRecord;
import java.io.IOException;
import java.util.Optional;

/** A record as a consumer meets it, and the truth about it. */
public final class ViewLogRecord implements SentRecord {
  private final byte[] value;
  private final Outcome outcome;
  private final Optional<Defect> defect;
  private final View view;
  private final long sentMicros;

  private ViewLogRecord(
      byte[] value, Outcome outcome, Optional<Defect> defect, View view, long sentMicros) {
    this.value = value;
    this.outcome = outcome;
    this.defect = defect;
    this.view = view;
    this.sentMicros = sentMicros;
  }

  static ViewLogRecord wellFormed(byte[] value, Outcome outcome, View view, long sentMicros) {
    return new ViewLogRecord(value, outcome, Optional.empty(), view, sentMicros);
  }

  static ViewLogRecord bad(byte[] value, Defect defect, View view, long sentMicros) {
    return new ViewLogRecord(value, Outcome.BAD, Optional.of(defect), view, sentMicros);
  }

  /** Returns this record as it is sent a second time. */
  ViewLogRecord again(long laterMicros) {
    return new ViewLogRecord(value, Outcome.DUPLICATE, defect, view, laterMicros);
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

  /** When it is sent, in microseconds since 1970: not before the end of any good view before it. */
  @Override
  public long sentMicros() {
    return sentMicros;
  }

  /** When the view started, in microseconds since 1970; of a bad record, before it was spoilt. */
  public long startMicros() {
    return view.start().micros();
  }

  /** When the view ended, in microseconds since 1970; of a bad record, before it was spoilt. */
  public long endMicros() {
    return view.end().micros();
  }

  /** The view's campaign; of a bad record, before it was spoilt. */
  public int campaignId() {
    return view.campaignId();
  }

  /** The view's UUID; of a bad record, before it was spoilt. */
  public String viewId() {
    return view.id();
  }

  @Override
  public void writeTruth(JsonGenerator line) throws IOException {
    line.writeStringField("id", viewId());
    line.writeStringField("outcome", outcome.label());
    if (defect.isPresent()) {
      line.writeStringField("reason", defect.get().reason().label());
      line.writeStringField("defect", defect.get().label());
    }
    line.writeNumberField("campaign", campaignId());
    line.writeNumberField("start", startMicros());
    line.writeNumberField("end", endMicros());
  }
}
