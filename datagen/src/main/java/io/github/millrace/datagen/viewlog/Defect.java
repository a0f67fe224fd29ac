package io.github.millrace.datagen.viewlog;

import io.github.millrace.datagen.record.Damage;
import io.github.millrace.datagen.record.JsonObject;
import io.github.millrace.datagen.record.JsonObject.Numeral;
import io.github.millrace.datagen.record.Labelled;
import io.github.millrace.datagen.record.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A way to spoil a good view. Each makes exactly one reason true. */
public enum Defect implements Labelled {
  /** No bytes; in a file, an empty line. */
  EMPTY(Reason.BLANK),
  /** No value at all, which only Kafka has. */
  TOMBSTONE(Reason.BLANK),
  /** Text, XML, a dump. */
  NOT_JSON(Reason.MALFORMED),
  /** The record ends in the middle. */
  TRUNCATED(Reason.TRUNCATED),
  /** JSON, but no object. */
  OTHER_KIND(Reason.TYPE),
  /** The campaign's number in quotes. */
  TEXT_CAMPAIGN(Reason.TYPE),
  /** A timestamp that is none, such as the 30th of February. */
  NO_TIMESTAMP(Reason.TYPE),
  /** A banner below 0. */
  NEGATIVE_BANNER(Reason.RANGE),
  /** A campaign below 0. */
  NEGATIVE_CAMPAIGN(Reason.RANGE),
  /** A field that is not there. */
  MISSING_FIELD(Reason.REQUIRED),
  /** A field that is null. */
  NULL_FIELD(Reason.REQUIRED),
  /** A field that is there twice. */
  DUPLICATE_KEY(Reason.DUPLICATE_KEY),
  /** A start within a minute after the end. */
  END_BEFORE_START(Reason.END_BEFORE_START),
  /** An end in 2099. */
  FUTURE(Reason.FUTURE),
  /** A campaign that does not exist. */
  UNKNOWN_CAMPAIGN(Reason.UNKNOWN_CAMPAIGN);

  private static final long MOST_SECONDS_BEFORE_START = 60;
  private static final List<String> FIELDS =
      List.of(
          ViewJson.VIEW_ID, ViewJson.START, ViewJson.END, ViewJson.BANNER_ID, ViewJson.CAMPAIGN_ID);
  private static final List<String> OTHER_TEXTS =
      List.of("view ended", "<view campaign=\"30\"/>", "{view_id=7, campaign_id=30}", "}{");
  private static final List<String> OTHER_KINDS =
      List.of("[]", "[10,20,30]", "42", "-1.5e3", "\"view\"", "true");
  private static final List<String> NO_TIMESTAMPS =
      List.of("2026-02-30T10:00:00Z", "2026-13-01T10:00:00", "yesterday", "", "10:15:30");

  private final Reason reason;

  Defect(Reason reason) {
    this.reason = reason;
  }

  /** Why a record with it is bad. */
  public Reason reason() {
    return reason;
  }

  /**
   * Returns the value of a bad record, null for a tombstone.
   *
   * @param good the bytes of a good one
   * @param view what they say
   */
  byte[] damage(byte[] good, View view, ViewJson json, SplittableRandom random) {
    return switch (this) {
      case EMPTY -> new byte[0];
      case TOMBSTONE -> null;
      case NOT_JSON -> ascii(SeededRandom.pick(OTHER_TEXTS, random));
      case OTHER_KIND -> ascii(SeededRandom.pick(OTHER_KINDS, random));
      case TRUNCATED -> Damage.truncate(good, random);
      case TEXT_CAMPAIGN,
          NO_TIMESTAMP,
          NEGATIVE_BANNER,
          NEGATIVE_CAMPAIGN,
          MISSING_FIELD,
          NULL_FIELD,
          DUPLICATE_KEY,
          END_BEFORE_START,
          FUTURE,
          UNKNOWN_CAMPAIGN -> {
        JsonObject object = JsonObject.parse(good);
        changeField(object, view, json, random);
        yield object.render();
      }
    };
  }

  private void changeField(JsonObject object, View view, ViewJson json, SplittableRandom random) {
    switch (this) {
      case TEXT_CAMPAIGN -> object.set(ViewJson.CAMPAIGN_ID, Integer.toString(view.campaignId()));
      case NO_TIMESTAMP ->
          object.set(
              random.nextBoolean() ? ViewJson.START : ViewJson.END,
              SeededRandom.pick(NO_TIMESTAMPS, random));
      case NEGATIVE_BANNER -> object.set(ViewJson.BANNER_ID, new Numeral("-1"));
      case NEGATIVE_CAMPAIGN ->
          object.set(ViewJson.CAMPAIGN_ID, new Numeral("-" + view.campaignId()));
      case MISSING_FIELD -> object.remove(SeededRandom.pick(FIELDS, random));
      case NULL_FIELD -> object.set(SeededRandom.pick(FIELDS, random), null);
      case DUPLICATE_KEY -> {
        String field = SeededRandom.pick(FIELDS, random);
        object.add(field, object.get(field));
      }
      case END_BEFORE_START -> {
        long behind = TimeUnit.SECONDS.toNanos(random.nextLong(1, MOST_SECONDS_BEFORE_START));
        Timestamp end = view.end();
        object.set(
            ViewJson.START,
            json.text(new Timestamp(end.nanos() + behind, end.digits(), end.zone())));
      }
      case FUTURE ->
          object.set(
              ViewJson.END,
              "2099-06-30T12:00:" + random.nextInt(10, 60) + view.end().zone().text());
      case UNKNOWN_CAMPAIGN ->
          object.set(ViewJson.CAMPAIGN_ID, new Numeral(Integer.toString(Campaigns.UNKNOWN)));
      default -> throw new IllegalStateException(this + " is no change of a field");
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
