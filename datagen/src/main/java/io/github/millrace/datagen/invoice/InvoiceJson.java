package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.millrace.datagen.invoice.Invoice.Address;
import io.github.millrace.datagen.invoice.Invoice.LineItem;
import io.github.millrace.datagen.record.Digits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Renders invoices as UTF-8 JSON: on one line, or indented for a document of its own. */
final class InvoiceJson {
  private static final int TYPICAL_BYTES = 2048;

  // Characters beyond the basic plane as the four bytes that real producers write, not as escapes.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  // Not the platform's line end: the bytes must not depend on where they are made.
  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

  private final boolean indented;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(TYPICAL_BYTES);

  InvoiceJson(Shape shape) {
    this.indented = shape == Shape.DOCUMENT;
  }

  /** Writes one JSON value to a generator. */
  @FunctionalInterface
  interface Value {
    void writeTo(JsonGenerator json) throws IOException;
  }

  byte[] render(Invoice invoice) {
    return render(json -> write(invoice, json));
  }

  byte[] render(Value value) {
    buffer.reset();
    try (JsonGenerator json = FACTORY.createGenerator(buffer)) {
      if (indented) {
        json.setPrettyPrinter(
            new DefaultPrettyPrinter().withObjectIndenter(INDENTER).withArrayIndenter(INDENTER));
      }
      value.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return buffer.toByteArray();
  }

  private static void write(Invoice invoice, JsonGenerator json) throws IOException {
    String total = Digits.money(invoice.totalCents());
    String gst = Digits.money(invoice.gstCents());
    json.writeStartObject();
    json.writeStringField("InvoiceNumber", invoice.number());
    json.writeNumberField("CreatedTime", invoice.createdTime());
    json.writeStringField("StoreID", invoice.storeId());
    json.writeStringField("PosID", invoice.posId());
    json.writeStringField("CashierID", invoice.cashierId());
    json.writeStringField("CustomerType", invoice.customerType());
    if (invoice.customerCardNo().isPresent()) {
      json.writeStringField("CustomerCardNo", invoice.customerCardNo().get());
    }
    writeMoney("TotalAmount", total, json);
    json.writeNumberField("NumberOfItems", invoice.items().size());
    json.writeStringField("PaymentMethod", invoice.paymentMethod());
    writeMoney("TaxableAmount", total, json);
    writeMoney("CGST", gst, json);
    writeMoney("SGST", gst, json);
    writeMoney("CESS", Digits.money(invoice.cessCents()), json);
    json.writeStringField("DeliveryType", invoice.deliveryType());
    if (invoice.deliveryAddress().isPresent()) {
      json.writeFieldName("DeliveryAddress");
      write(invoice.deliveryAddress().get(), json);
    }
    json.writeArrayFieldStart("InvoiceLineItems");
    for (LineItem item : invoice.items()) {
      write(item, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(Address address, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("AddressLine", address.addressLine());
    json.writeStringField("City", address.city());
    json.writeStringField("State", address.state());
    json.writeStringField("PinCode", address.pinCode());
    json.writeStringField("ContactNumber", address.contactNumber());
    json.writeEndObject();
  }

  private static void write(LineItem item, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("ItemCode", item.code());
    json.writeStringField("ItemDescription", item.description());
    writeMoney("ItemPrice", Digits.money(item.priceCents()), json);
    json.writeNumberField("ItemQty", item.quantity());
    writeMoney("TotalValue", Digits.money(item.totalCents()), json);
    json.writeEndObject();
  }

  private static void writeMoney(String field, String amount, JsonGenerator json)
      throws IOException {
    json.writeFieldName(field);
    json.writeNumber(amount);
  }
}
