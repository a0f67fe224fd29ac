package io.github.millrace.datagen.invoice;

import java.util.List;
import java.util.Optional;

/** A good invoice. Money is in cents, so that sums and products are exact. */
record Invoice(
    String number,
    long createdTime,
    String storeId,
    String posId,
    String cashierId,
    String customerType,
    Optional<String> customerCardNo,
    String paymentMethod,
    Optional<Address> deliveryAddress,
    List<LineItem> items) {

  record Address(
      String addressLine, String city, String state, String pinCode, String contactNumber) {}

  record LineItem(String code, String description, long priceCents, int quantity) {
    long totalCents() {
      return priceCents * quantity;
    }
  }

  long totalCents() {
    long total = 0;
    for (LineItem item : items) {
      total += item.totalCents();
    }
    return total;
  }

  /** Central and state goods and services tax, each: 2.5 %, rounded half up. */
  long gstCents() {
    return (totalCents() * 25 + 500) / 1000;
  }

  /** Cess: 0.125 %, rounded half up. */
  long cessCents() {
    return (totalCents() * 125 + 50_000) / 100_000;
  }

  String deliveryType() {
    return deliveryAddress.isPresent() ? "HOME-DELIVERY" : "TAKE-AWAY";
  }
}
