package io.github.millrace.datagen.invoice;

import java.util.List;
import java.util.Optional;

/** A good invoice. Amounts are doubles, and computed as a till does: nothing is rounded. */
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

  record LineItem(String code, String description, double price, int quantity) {
    double total() {
      return price * quantity;
    }
  }

  double total() {
    double total = 0;
    for (LineItem item : items) {
      total += item.total();
    }
    return total;
  }

  /** Central and state goods and services tax, each: 2.5 %. */
  double gst() {
    return total() * 0.025;
  }

  /** Cess: 0.125 %. */
  double cess() {
    return total() * 0.00125;
  }

  String deliveryType() {
    return deliveryAddress.isPresent() ? "HOME-DELIVERY" : "TAKEAWAY";
  }
}
