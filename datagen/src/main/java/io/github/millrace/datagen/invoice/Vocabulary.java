package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.record.Digits;
import io.github.millrace.datagen.record.SeededRandom;
import java.util.List;
import java.util.SplittableRandom;

/** The words of invoices: a shop's catalogue, Indian places, and text that breaks careless CSV. */
final class Vocabulary {
  private static final List<String> MATERIALS =
      List.of(
          "Teak Wood",
          "Handloom Cotton",
          "Stainless Steel",
          "Brass",
          "Rosewood",
          "Bamboo",
          "Jute",
          "Ceramic",
          "Terracotta",
          "Glass",
          "Leather",
          "Banarasi Silk",
          "Cane",
          "Copper",
          "Marble",
          "Woollen",
          "Recycled Plastic",
          "Acrylic",
          "Wrought Iron",
          "Khadi");

  private static final List<String> THINGS =
      List.of(
          "Bookshelf",
          "Dining Chair",
          "Side Table",
          "Wall Shelf",
          "Curtain",
          "Bed Sheet Set",
          "Cushion Cover",
          "Floor Lamp",
          "Table Lamp",
          "Serving Tray",
          "Wine Glass Set",
          "Dinner Plate",
          "Water Bottle",
          "Lunch Box",
          "Flower Vase",
          "Photo Frame",
          "Wall Clock",
          "Door Mat",
          "Laundry Basket",
          "Storage Box",
          "Shoe Rack",
          "Foot Stool",
          "Rocking Chair",
          "Study Desk",
          "Coffee Mug",
          "Spice Jar",
          "Incense Holder",
          "Candle Stand",
          "Planter",
          "Bath Towel");

  private static final List<String> VARIANTS =
      List.of(
          "Natural Finish with Gift Wrap",
          "Hand Painted in Festive Colours",
          "Classic Collection for Family Use",
          "Large Size with Matching Cover",
          "Small Size with Carry Handle",
          "Export Quality in Assorted Colours");

  private static final List<Product> CATALOGUE = catalogue();

  private static final List<Place> PLACES =
      List.of(
          new Place("Bhiwandi", "Maharashtra"),
          new Place("Mumbai", "Maharashtra"),
          new Place("Pune", "Maharashtra"),
          new Place("Nagpur", "Maharashtra"),
          new Place("Bengaluru", "Karnataka"),
          new Place("Mysuru", "Karnataka"),
          new Place("Chennai", "Tamil Nadu"),
          new Place("Coimbatore", "Tamil Nadu"),
          new Place("Hyderabad", "Telangana"),
          new Place("Warangal", "Telangana"),
          new Place("Vijayawada", "Andhra Pradesh"),
          new Place("Kolkata", "West Bengal"),
          new Place("Durgapur", "West Bengal"),
          new Place("Ahmedabad", "Gujarat"),
          new Place("Surat", "Gujarat"),
          new Place("Jaipur", "Rajasthan"),
          new Place("Jodhpur", "Rajasthan"),
          new Place("Lucknow", "Uttar Pradesh"),
          new Place("Kanpur", "Uttar Pradesh"),
          new Place("Patna", "Bihar"),
          new Place("Bhopal", "Madhya Pradesh"),
          new Place("Indore", "Madhya Pradesh"),
          new Place("Kochi", "Kerala"),
          new Place("Guwahati", "Assam"),
          new Place("Ludhiana", "Punjab"),
          new Place("New Delhi", "Delhi"));

  private static final List<String> STREETS =
      List.of(
          "Mahatma Gandhi Road",
          "Station Road",
          "Nehru Marg",
          "Subhash Chandra Bose Road",
          "Lake View Street",
          "Temple Street",
          "Old Market Lane",
          "Industrial Estate Road",
          "Ring Road",
          "University Road");

  private static final List<String> LANDMARKS =
      List.of(
          "Near Old Clock Tower",
          "Opposite Railway Station",
          "Behind City Hospital",
          "Next to Post Office",
          "Near Government High School");

  private static final List<String> HOSTILE_DESCRIPTIONS =
      List.of(
          "24\" Monitor Stand, black",
          "\"Quoted\"",
          "\"",
          "Set of 3, assorted, boxed",
          ",",
          "Shelf \\ Rack",
          "ends in a backslash\\",
          "\\\"both\\\"",
          "\\N",
          "first line\nsecond line",
          "\n",
          "width\theight",
          "Party Pack \uD83C\uDF89\uD83C\uDF88",
          "\uD835\uDCAF-shirt, \"L\"\n\u0939\u093E\u0925 \\ \u0938\u0947",
          "\u0939\u093F\u0928\u094D\u0926\u0940 \u0936\u093E\u0932",
          "  padded  ",
          "null",
          "");

  private static final List<String> HOSTILE_CITIES =
      List.of(
          "Bhiwandi, Thane",
          "\"Pink City\" Jaipur",
          "Navi\nMumbai",
          "Pune\t(East)",
          "Delhi\\New",
          "\u092A\u0941\u0923\u0947",
          "Kochi \uD83C\uDFD6",
          "");

  private Vocabulary() {}

  record Product(String code, String description, double price) {}

  record Place(String city, String state) {}

  static Product product(SplittableRandom random) {
    return SeededRandom.pick(CATALOGUE, random);
  }

  static Place place(SplittableRandom random) {
    return SeededRandom.pick(PLACES, random);
  }

  static String street(SplittableRandom random) {
    return SeededRandom.pick(STREETS, random);
  }

  static String landmark(SplittableRandom random) {
    return SeededRandom.pick(LANDMARKS, random);
  }

  static String hostileDescription(SplittableRandom random) {
    return SeededRandom.pick(HOSTILE_DESCRIPTIONS, random);
  }

  static String hostileCity(SplittableRandom random) {
    return SeededRandom.pick(HOSTILE_CITIES, random);
  }

  // The same for every seed: a product keeps its code and price, as in a shop.
  private static List<Product> catalogue() {
    SplittableRandom random = new SplittableRandom(1);
    Product[] products = new Product[MATERIALS.size() * THINGS.size()];
    for (int i = 0; i < products.length; i++) {
      String description =
          MATERIALS.get(i / THINGS.size())
              + " "
              + THINGS.get(i % THINGS.size())
              + " "
              + SeededRandom.pick(VARIANTS, random);
      // Steps of 13 over four digits: one code in eight starts with a zero.
      products[i] =
          new Product(
              Digits.padded(i * 13L + 7, 4), description, random.nextLong(1_00, 2500_00) / 100.0);
    }
    return List.of(products);
  }
}
