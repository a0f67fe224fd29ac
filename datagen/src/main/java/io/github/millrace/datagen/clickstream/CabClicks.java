package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.Digits;
import io.github.millrace.datagen.record.JsonObject;
import io.github.millrace.datagen.record.SeededRandom;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** An app that calls cabs: its keys and values are spelt in odd ways, and not always the same. */
final class CabClicks implements Sender {
  private static final String CUSTOMER = "customer_id";
  private static final String PAGE = "page_id";
  private static final String BUTTON = "button_id";
  private static final String LAT = "lat";
  private static final String TIMESTAMP = "timestamp";
  private static final String TIMESTAMP_ON_A_LINE = "timestamp\n";
  private static final List<String> FLAGS =
      List.of("is_button_click", "is_page_view", "is_scroll_up", "is_scroll_down");
  private static final List<String> SYSTEMS = List.of("Android", "iOS");
  private static final List<String> VERSIONS = List.of("2.4.9", "3.0.0", "3.1.1", "3.2.2");
  private static final int CUSTOMERS = 100_000_000;
  private static final int PAGES = 20;
  private static final int BUTTONS = 50;
  private static final int PLAIN_IN = 10;
  private static final int WIDTH = 4;
  private static final int MOST_LATITUDE = 90;
  private static final int MOST_LONGITUDE = 180;
  private static final double DEGREES = 10_000_000;

  @Override
  public Good good(long index, long micros, SplittableRandom random) {
    long at = micros - Math.floorMod(micros, Times.MICROS_OF_SECOND);
    String customer = Integer.toString(random.nextInt(CUSTOMERS / PLAIN_IN, CUSTOMERS));
    String page = "page-" + Digits.padded(random.nextInt(1, PAGES), WIDTH);
    // As this sender mostly writes them, and as they were meant.
    boolean plain = random.nextInt(PLAIN_IN) == 0;
    JsonObject json = new JsonObject();
    json.add(CUSTOMER, customer);
    json.add("app_version", SeededRandom.pick(VERSIONS, random));
    json.add(plain ? "os_version" : "OS_version", SeededRandom.pick(SYSTEMS, random));
    json.add(LAT, degrees(MOST_LATITUDE, plain, random));
    json.add("lon", degrees(MOST_LONGITUDE, plain, random));
    json.add(PAGE, page);
    json.add(BUTTON, "button-" + Digits.padded(random.nextInt(1, BUTTONS), WIDTH));
    int views = 0;
    for (String flag : FLAGS) {
      boolean set = random.nextBoolean();
      views += set && flag.equals("is_page_view") ? 1 : 0;
      json.add(flag, set ? "Yes" : "No");
    }
    json.add(plain ? TIMESTAMP : TIMESTAMP_ON_A_LINE, plain ? time(at) : time(at) + "\n");
    return new Good(
        json, at, Map.of("customer", customer, "page", page, "pageViews", Integer.toString(views)));
  }

  private static Object degrees(int most, boolean plain, SplittableRandom random) {
    double degrees = Math.rint((random.nextDouble() * 2 - 1) * most * DEGREES) / DEGREES;
    return plain ? Sender.number(degrees) : Double.toString(degrees);
  }

  @Override
  public List<String> required() {
    return List.of(CUSTOMER, LAT, "lon", PAGE, BUTTON, FLAGS.get(0));
  }

  @Override
  public String time(long micros) {
    return Times.seconds(micros);
  }

  @Override
  public String timeField(JsonObject json) {
    return json.has(TIMESTAMP) ? TIMESTAMP : TIMESTAMP_ON_A_LINE;
  }

  @Override
  public boolean changeField(Defect defect, JsonObject json, Good good, SplittableRandom random) {
    switch (defect) {
      case WRONG_TYPE -> json.set(PAGE, new JsonObject());
      case NO_FLAG -> json.set(SeededRandom.pick(FLAGS, random), "maybe");
      case OUT_OF_RANGE -> json.set(LAT, random.nextBoolean() ? "900" : Sender.number(-91));
      case DUPLICATE_KEY ->
          json.add(json.has("os_version") ? "OS_version" : "os_version", "Symbian");
      default -> {
        return false;
      }
    }
    return true;
  }
}
