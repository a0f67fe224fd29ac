package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.JsonObject;
import io.github.millrace.datagen.record.JsonObject.Numeral;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What one of the senders writes. */
sealed interface Sender permits SalesClicks, CabClicks, AppLogs {

  /**
   * A good record.
   *
   * @param micros the time of its event, in microseconds since 1970
   * @param says what a test needs to know of it
   */
  record Good(JsonObject json, long micros, Map<String, String> says) {}

  /**
   * Makes the good record of an index.
   *
   * @param micros the time of its event at the latest; a sender of whole seconds cuts it
   */
  Good good(long index, long micros, SplittableRandom random);

  /** The fields of which each must be there. */
  List<String> required();

  /** How a time is written. */
  String time(long micros);

  /** The field of the time. */
  String timeField(JsonObject json);

  /**
   * Changes fields so that a record has a defect.
   *
   * @return false if one that says this cannot have it
   */
  boolean changeField(Defect defect, JsonObject json, Good good, SplittableRandom random);

  /** The same for all defects that are changes of fields. */
  default boolean change(Defect defect, JsonObject json, Good good, SplittableRandom random) {
    String time = timeField(json);
    switch (defect) {
      case NO_TIMESTAMP -> json.set(time, "2026-03-01 25:00:00");
      case FUTURE -> json.set(time, "2099-06-30 12:00:" + random.nextInt(10, 60));
      case PAST -> json.set(time, "1969-12-31 23:59:" + random.nextInt(10, 60));
      case MISSING_FIELD -> {
        List<String> fields = required();
        int at = random.nextInt(fields.size() + 1);
        json.remove(at == fields.size() ? time : fields.get(at));
      }
      default -> {
        return changeField(defect, json, good, random);
      }
    }
    return true;
  }

  /** A number as JSON has it. */
  static Numeral number(long value) {
    return new Numeral(Long.toString(value));
  }

  /** A number as a computer of doubles writes it. */
  static Numeral number(double value) {
    return new Numeral(Double.toString(value));
  }
}
