package io.github.millrace.datagen.invoice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.millrace.datagen.invoice.Invoice.Address;
import io.github.millrace.datagen.invoice.Invoice.LineItem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Renders invoices as UTF-8 JSON: on one line, or indented for a document of its own. */
final class InvoiceJson {
  private static final int TYPICAL_BYTES = 2048;

  // Characters beyond the basic plane as the four bytes that real producers write, not as escapes;
  // doubles with the fewest digits that distinguish them, on every JDK.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

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
    json.writeNumberField("TotalAmount", invoice.total());
    json.writeNumberField("NumberOfItems", invoice.items().size());
    json.writeStringField("PaymentMethod", invoice.paymentMethod());
    json.writeNumberField("TaxableAmount", invoice.total());
    json.writeNumberField("CGST", invoice.gst());
    json.writeNumberField("SGST", invoice.gst());
    json.writeNumberField("CESS", invoice.cess());
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
    json.writeNumberField("ItemPrice", item.price());
    json.writeNumberField("ItemQty", item.quantity());
    json.writeNumberField("TotalValue", item.total());
    json.writeEndObject();
  }
}
