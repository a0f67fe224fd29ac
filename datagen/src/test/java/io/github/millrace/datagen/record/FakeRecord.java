package io.github.millrace.datagen.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A record of no generator: its text is its only field in the truth. */
public record FakeRecord(String text, Outcome outcome, Optional<Reason> reason)
    implements SentRecord {
  /** Reasons, declared in an order that is not the alphabet's. */
  public enum Reason implements Labelled {
    TOO_SMALL,
    BLANK
  }

  public static FakeRecord good(String text) {
    return new FakeRecord(text, Outcome.GOOD, Optional.empty());
  }

  public static FakeRecord bad(String text, Reason reason) {
    return new FakeRecord(text, Outcome.BAD, Optional.of(reason));
  }

  @Override
  public byte[] value() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long sentMicros() {
    return 1_767_225_600_000_000L;
  }

  @Override
  public void writeTruth(JsonGenerator line) throws IOException {
    line.writeStringField("text", text);
  }
}
