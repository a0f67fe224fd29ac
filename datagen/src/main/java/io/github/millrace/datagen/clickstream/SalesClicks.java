package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A shop's sums of a moment, its prices computed in doubles. */
final class SalesClicks implements Sender {
  private static final String DATETIME = "datetime";
  private static final String SALES = "sales";
  private static final String ANALYTICS = "analytics";
  private static final int WHOLE_SECOND_IN = 20;
  private static final int MOST_QUANTITY = 12;
  private static final int MOST_CENTS = 10_000;
  private static final int MOST_CLICKS = 10;
  private static final int MOST_IMPRESSIONS = 30;
  private static final int CENTS = 100;

  @Override
  public Good good(long index, long micros, SplittableRandom random) {
    long at =
        random.nextInt(WHOLE_SECOND_IN) == 0 ? micros - micros % Times.MICROS_OF_SECOND : micros;
    int quantity = random.nextInt(1, MOST_QUANTITY);
    double price = quantity * (random.nextInt(1, MOST_CENTS) / (double) CENTS);
    int clicks = random.nextInt(MOST_CLICKS);
    int impressions = clicks + random.nextInt(MOST_IMPRESSIONS);
    JsonObject sales = new JsonObject();
    sales.add("quantity", Sender.number(quantity));
    sales.add("total_price", Sender.number(price));
    JsonObject analytics = new JsonObject();
    analytics.add("clicks", Sender.number(clicks));
    analytics.add("impressions", Sender.number(impressions));
    JsonObject json = new JsonObject();
    json.add(DATETIME, time(at));
    json.add(SALES, sales);
    json.add(ANALYTICS, analytics);
    return new Good(
        json,
        at,
        Map.of(
            "quantity", Integer.toString(quantity),
            "total_price", Double.toString(price),
            "clicks", Integer.toString(clicks),
            "impressions", Integer.toString(impressions)));
  }

  @Override
  public List<String> required() {
    return List.of(SALES, ANALYTICS);
  }

  @Override
  public String time(long micros) {
    return Times.iso(micros);
  }

  @Override
  public String timeField(JsonObject json) {
    return DATETIME;
  }

  @Override
  public boolean changeField(Defect defect, JsonObject json, Good good, SplittableRandom random) {
    switch (defect) {
      case WRONG_TYPE -> json.set(random.nextBoolean() ? SALES : ANALYTICS, "none");
      case OUT_OF_RANGE -> ((JsonObject) json.get(ANALYTICS)).set("clicks", Sender.number(-1));
      case DUPLICATE_KEY -> json.add(SALES, json.get(SALES));
      default -> {
        return false;
      }
    }
    return true;
  }
}
