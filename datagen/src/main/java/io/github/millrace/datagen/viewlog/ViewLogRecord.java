package io.github.millrace.datagen.viewlog;

import java.util.Optional;

/** A record as a consumer meets it, and the truth about it. */
public final class ViewLogRecord {
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

  /** The record's bytes, not to be changed; null for a tombstone. */
  public byte[] value() {
    return value;
  }

  /** What a consumer must make of it. */
  public Outcome outcome() {
    return outcome;
  }

  /** What is wrong with it; empty unless it is bad. */
  public Optional<Defect> defect() {
    return defect;
  }

  /** When it is sent, in microseconds since 1970: not before the end of any good view before it. */
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
}
