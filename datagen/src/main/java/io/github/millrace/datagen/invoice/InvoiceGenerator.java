package io.github.millrace.datagen.invoice;

import io.github.millrace.datagen.invoice.Invoice.Address;
import io.github.millrace.datagen.invoice.Invoice.LineItem;
import io.github.millrace.datagen.invoice.Vocabulary.Place;
import io.github.millrace.datagen.invoice.Vocabulary.Product;
import io.github.millrace.datagen.record.Digits;
import io.github.millrace.datagen.record.SeededRandom;
import io.github.millrace.datagen.record.SeededRandom.Stream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes the good invoice of an index; the same for the same seed, whatever was made before. */
final class InvoiceGenerator {
  private static final long FIRST_CREATED = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
  private static final int MILLIS_BETWEEN_INVOICES = 250;
  private static final int JITTER_MILLIS = 5000;
  private static final int MOST_ITEMS = 5;
  private static final double HOSTILE_DESCRIPTIONS = 0.03;
  private static final double HOSTILE_CITIES = 0.03;
  private static final List<String> PAYMENT_METHODS = List.of("CASH", "CARD", "UPI");

  private final long seed;
  private final long firstNumber;

  InvoiceGenerator(long seed) {
    this.seed = seed;
    // At least eight digits, and room to count on with eight.
    this.firstNumber = SeededRandom.of(seed, Stream.DATA_SET, 0).nextLong(10_000_000, 90_000_000);
  }

  Invoice invoice(long index) {
    SplittableRandom random = SeededRandom.of(seed, Stream.CONTENT, index);
    boolean prime = random.nextBoolean();
    return new Invoice(
        Long.toString(firstNumber + index),
        FIRST_CREATED + index * MILLIS_BETWEEN_INVOICES + random.nextInt(JITTER_MILLIS),
        "STR" + random.nextInt(1000, 10_000),
        "POS" + random.nextInt(100, 1000),
        "OAS" + random.nextInt(100, 1000),
        prime ? "PRIME" : "NONPRIME",
        prime || random.nextBoolean() ? Optional.of(tenDigits(random)) : Optional.empty(),
        SeededRandom.pick(PAYMENT_METHODS, random),
        random.nextInt(4) > 0 ? Optional.of(address(random)) : Optional.empty(),
        items(random));
  }

  private static List<LineItem> items(SplittableRandom random) {
    LineItem[] items = new LineItem[1 + random.nextInt(MOST_ITEMS)];
    for (int i = 0; i < items.length; i++) {
      Product product = Vocabulary.product(random);
      String description =
          random.nextDouble() < HOSTILE_DESCRIPTIONS
              ? Vocabulary.hostileDescription(random)
              : product.description();
      items[i] = new LineItem(product.code(), description, product.price(), 1 + random.nextInt(9));
    }
    return List.of(items);
  }

  private static Address address(SplittableRandom random) {
    Place place = Vocabulary.place(random);
    return new Address(
        "Flat "
            + (1 + random.nextInt(999))
            + ", "
            + Vocabulary.street(random)
            + ", "
            + Vocabulary.landmark(random),
        random.nextDouble() < HOSTILE_CITIES ? Vocabulary.hostileCity(random) : place.city(),
        place.state(),
        Digits.padded(random.nextInt(1_000_000), 6),
        tenDigits(random));
  }

  private static String tenDigits(SplittableRandom random) {
    return Long.toString(random.nextLong(1_000_000_000L, 10_000_000_000L));
  }
}
