package io.github.millrace.datagen.clickstream;

import io.github.millrace.datagen.record.JsonObject;
import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A shop's app: what customers view, put into the cart, buy, and follow of what is recommended. A
 * customer's visit is eight events, and so many visits are under way at a time.
 */
final class AppLogs implements Sender {
  private static final String TYPE = "eventType";
  private static final String CUSTOMER = "customerId";
  private static final String PRODUCT = "productId";
  private static final String TIMESTAMP = "timestamp";
  private static final String QUANTITY = "quantity";
  private static final String METADATA = "metadata";

  private static final int VISITS = 64;
  private static final int CUSTOMERS = 2_000;
  private static final int PRODUCTS = 50;
  private static final int MOST_QUANTITY = 6;
  private static final double MOST_PRICE = 90;

  private static final List<String> CATEGORIES =
      List.of("Electronics", "Books", "Clothing", "Home", "Toys");
  private static final List<String> SOURCES = List.of("Search", "Advertisement", "Direct");
  private static final List<String> METHODS =
      List.of("Credit Card", "Debit Card", "PayPal", "Cash");
  private static final List<String> ALGORITHMS =
      List.of("collaborative_filtering", "content_based", "popularity");

  /** The steps of a visit: what is done with the first product, the recommended one, or another. */
  private enum Step {
    VIEW_FIRST,
    VIEW_OTHER,
    CART_FIRST,
    FOLLOW,
    VIEW_RECOMMENDED,
    CART_RECOMMENDED,
    BUY_FIRST,
    BUY_RECOMMENDED
  }

  private final long seed;

  AppLogs(long seed) {
    this.seed = seed;
  }

  @Override
  public Good good(long index, long micros, SplittableRandom random) {
    long steps = Step.values().length;
    Step step = Step.values()[(int) (index / VISITS % steps)];
    long visit = index % VISITS + index / (VISITS * steps) * VISITS;
    SplittableRandom ofVisit = SeededRandom.of(seed, Stream.IDENTITY, visit);
    String customer = Integer.toString(1000 + ofVisit.nextInt(CUSTOMERS));
    int first = ofVisit.nextInt(PRODUCTS);
    int recommended = ofVisit.nextInt(PRODUCTS);
    return switch (step) {
      case VIEW_FIRST -> view(customer, first, micros, random);
      case VIEW_OTHER -> view(customer, random.nextInt(PRODUCTS), micros, random);
      case VIEW_RECOMMENDED -> view(customer, recommended, micros, random);
      case CART_FIRST -> cart(customer, first, micros, random);
      case CART_RECOMMENDED -> cart(customer, recommended, micros, random);
      case BUY_FIRST -> purchase(customer, first, micros, random);
      case BUY_RECOMMENDED -> purchase(customer, recommended, micros, random);
      case FOLLOW -> follow(customer, recommended, micros, random);
    };
  }

  private static String category(int product) {
    return CATEGORIES.get(product % CATEGORIES.size());
  }

  private Good view(String customer, int product, long micros, SplittableRandom random) {
    JsonObject metadata = new JsonObject();
    metadata.add("category", category(product));
    metadata.add("source", SeededRandom.pick(SOURCES, random));
    JsonObject json = event("productView", customer);
    json.add(PRODUCT, Integer.toString(product));
    json.add(TIMESTAMP, time(micros));
    json.add(METADATA, metadata);
    return good(json, micros, Map.of(PRODUCT, "" + product, "category", category(product)));
  }

  private Good cart(String customer, int product, long micros, SplittableRandom random) {
    int quantity = random.nextInt(1, MOST_QUANTITY);
    JsonObject json = event("addToCart", customer);
    json.add(PRODUCT, Integer.toString(product));
    json.add(QUANTITY, Sender.number(quantity));
    json.add(TIMESTAMP, time(micros));
    return good(json, micros, Map.of(PRODUCT, "" + product, QUANTITY, "" + quantity));
  }

  private Good purchase(String customer, int product, long micros, SplittableRandom random) {
    int quantity = random.nextInt(1, MOST_QUANTITY);
    double amount = quantity * (1 + random.nextDouble() * MOST_PRICE);
    String method = SeededRandom.pick(METHODS, random);
    JsonObject json = event("purchase", customer);
    json.add(PRODUCT, Integer.toString(product));
    json.add(QUANTITY, Sender.number(quantity));
    json.add("totalAmount", Sender.number(amount));
    json.add("paymentMethod", method);
    json.add(TIMESTAMP, time(micros));
    return good(
        json,
        micros,
        Map.of(
            PRODUCT,
            "" + product,
            QUANTITY,
            "" + quantity,
            "totalAmount",
            Double.toString(amount),
            "paymentMethod",
            method));
  }

  private Good follow(String customer, int product, long micros, SplittableRandom random) {
    String algorithm = SeededRandom.pick(ALGORITHMS, random);
    JsonObject json = event("recommendationClick", customer);
    json.add("recommendedProductId", Integer.toString(product));
    json.add("algorithm", algorithm);
    json.add(TIMESTAMP, time(micros));
    return good(json, micros, Map.of("recommendedProductId", "" + product, "algorithm", algorithm));
  }

  private static JsonObject event(String type, String customer) {
    JsonObject json = new JsonObject();
    json.add(TYPE, type);
    json.add(CUSTOMER, customer);
    return json;
  }

  private static Good good(JsonObject json, long micros, Map<String, String> more) {
    Map<String, String> says = new HashMap<>(more);
    says.put(TYPE, (String) json.get(TYPE));
    says.put(CUSTOMER, (String) json.get(CUSTOMER));
    return new Good(json, micros, says);
  }

  @Override
  public List<String> required() {
    return List.of(TYPE, CUSTOMER);
  }

  @Override
  public String time(long micros) {
    return Times.iso(micros);
  }

  @Override
  public String timeField(JsonObject json) {
    return TIMESTAMP;
  }

  @Override
  public boolean changeField(Defect defect, JsonObject json, Good good, SplittableRandom random) {
    switch (defect) {
      case WRONG_TYPE -> {
        if (json.has(METADATA)) {
          json.set(METADATA, "none");
        } else {
          json.set(CUSTOMER, new JsonObject());
        }
      }
      case OUT_OF_RANGE -> {
        if (!json.has(QUANTITY)) {
          return false;
        }
        json.set(QUANTITY, Sender.number(0));
      }
      case DUPLICATE_KEY -> json.add(CUSTOMER, json.get(CUSTOMER));
      case UNKNOWN_TYPE -> json.set(TYPE, "wishList");
      default -> {
        return false;
      }
    }
    return true;
  }
}
