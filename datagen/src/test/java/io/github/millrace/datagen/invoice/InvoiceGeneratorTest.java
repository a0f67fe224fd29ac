package io.github.millrace.datagen.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.millrace.datagen.invoice.Invoice.LineItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class InvoiceGeneratorTest {
  private static final int INVOICES = 5000;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final InvoiceGenerator generator = new InvoiceGenerator(42);
  private final List<Invoice> invoices =
      LongStream.range(0, INVOICES).mapToObj(generator::invoice).toList();

  @Test
  void anIndexGivesTheSameInvoiceWhateverWasMadeBefore() {
    assertThat(new InvoiceGenerator(42).invoice(4321)).isEqualTo(invoices.get(4321));
    assertThat(new InvoiceGenerator(43).invoice(4321)).isNotEqualTo(invoices.get(4321));
  }

  @Test
  void numbersAreUniqueAndHaveEightDigits() {
    assertThat(invoices)
        .extracting(Invoice::number)
        .doesNotHaveDuplicates()
        .allSatisfy(number -> assertThat(number).matches("[1-9][0-9]{7}"));
  }

  @Test
  void amountsAreWhatATillComputesInDoubles() throws IOException {
    InvoiceJson json = new InvoiceJson(Shape.LINES);
    for (Invoice invoice : invoices) {
      JsonNode read = MAPPER.readTree(json.render(invoice));
      double total = 0;
      for (JsonNode item : read.get("InvoiceLineItems")) {
        assertThat(item.get("ItemPrice").decimalValue().scale()).isBetween(1, 2);
        double value = item.get("ItemPrice").doubleValue() * item.get("ItemQty").intValue();
        assertThat(item.get("TotalValue").doubleValue()).isEqualTo(value);
        total += value;
      }
      assertThat(read.get("TotalAmount").doubleValue()).isEqualTo(total);
      assertThat(read.get("TaxableAmount").doubleValue()).isEqualTo(total);
      assertThat(read.get("CGST").doubleValue()).isEqualTo(total * 0.025);
      assertThat(read.get("SGST").doubleValue()).isEqualTo(total * 0.025);
      assertThat(read.get("CESS").doubleValue()).isEqualTo(total * 0.00125);
      assertThat(read.get("NumberOfItems").intValue())
          .isEqualTo(read.get("InvoiceLineItems").size());
    }
  }

  @Test
  void amountsAreWrittenWithTheDigitsThatTillsSend() {
    assertThat(json(new LineItem("101", "Tea pot", 1373, 2), new LineItem("102", "Lamp", 628, 1)))
        .contains("\"TotalAmount\":3374.0,\"NumberOfItems\":2,")
        .contains("\"TaxableAmount\":3374.0,\"CGST\":84.35000000000001,")
        .contains("\"SGST\":84.35000000000001,\"CESS\":4.2175,\"DeliveryType\":\"TAKEAWAY\"")
        .contains("\"ItemPrice\":1373.0,\"ItemQty\":2,\"TotalValue\":2746.0}");
    assertThat(json(new LineItem("104", "Vase", 0.1, 3), new LineItem("105", "Spoon", 19.99, 7)))
        .contains("\"ItemPrice\":0.1,\"ItemQty\":3,\"TotalValue\":0.30000000000000004}")
        .contains("\"ItemPrice\":19.99,\"ItemQty\":7,\"TotalValue\":139.92999999999998}");
    assertThat(json(new LineItem("103", "Candle", 337.4, 1)))
        .contains("\"CGST\":8.435,\"SGST\":8.435,\"CESS\":0.42174999999999996,");
  }

  @Test
  void wholeAmountsHaveADecimalAndMostTaxesMoreThanTwo() throws IOException {
    InvoiceJson json = new InvoiceJson(Shape.LINES);
    int whole = 0;
    int manyDecimals = 0;
    for (Invoice invoice : invoices) {
      JsonNode read = MAPPER.readTree(json.render(invoice));
      String total = read.get("TotalAmount").asText();
      assertThat(total).contains(".").doesNotContain("E");
      whole += total.endsWith(".0") ? 1 : 0;
      manyDecimals += read.get("CGST").decimalValue().scale() > 2 ? 1 : 0;
    }
    assertThat(whole).isPositive();
    assertThat(manyDecimals).isGreaterThan(INVOICES * 9 / 10);
  }

  @Test
  void everyValueOfTheEnumeratedFieldsOccurs() {
    assertThat(invoices).extracting(Invoice::paymentMethod).contains("CASH", "CARD", "UPI");
    assertThat(invoices).extracting(Invoice::customerType).contains("PRIME", "NONPRIME");
    assertThat(invoices).extracting(i -> i.items().size()).contains(1, 2, 3, 4, 5);
    assertThat(invoices)
        .extracting(Invoice::deliveryType)
        .containsOnly("HOME-DELIVERY", "TAKEAWAY")
        .contains("HOME-DELIVERY", "TAKEAWAY");
    assertThat(invoices)
        .filteredOn(invoice -> invoice.customerCardNo().isEmpty())
        .isNotEmpty()
        .extracting(Invoice::customerType)
        .containsOnly("NONPRIME");
  }

  @Test
  void codesKeepTheirLeadingZeros() {
    assertThat(items()).extracting(LineItem::code).anyMatch(code -> code.startsWith("0"));
    assertThat(invoices)
        .flatExtracting(invoice -> invoice.deliveryAddress().stream().toList())
        .extracting(Invoice.Address::pinCode)
        .allMatch(pin -> pin.length() == 6)
        .anyMatch(pin -> pin.startsWith("0"));
  }

  @Test
  void someTextIsHostileToCsv() throws IOException {
    Set<String> written = new HashSet<>();
    InvoiceJson json = new InvoiceJson(Shape.LINES);
    for (Invoice invoice : invoices) {
      JsonNode read = MAPPER.readTree(json.render(invoice));
      read.findValues("ItemDescription").forEach(text -> written.add(text.textValue()));
      read.findValues("City").forEach(text -> written.add(text.textValue()));
    }
    for (String hostile : List.of("\"", ",", "\\", "\n", "\t")) {
      assertThat(written).anyMatch(text -> text.contains(hostile));
    }
    assertThat(written).contains("").anyMatch(text -> text.length() > text.codePoints().count());
    assertThat(items().stream().filter(item -> item.description().length() < 25).count())
        .isBetween(items().size() / 100L, items().size() / 20L);
  }

  @Test
  void sizeIsThatOfATypicalInvoice() {
    InvoiceJson json = new InvoiceJson(Shape.LINES);
    double average =
        invoices.stream().mapToInt(invoice -> json.render(invoice).length).average().orElseThrow();
    assertThat(average).isBetween(850.0, 1200.0);
  }

  private static String json(LineItem... items) {
    Invoice invoice =
        new Invoice(
            "70000001",
            1601000000123L,
            "STR1001",
            "POS038",
            "OAS607",
            "PRIME",
            Optional.empty(),
            "CARD",
            Optional.empty(),
            List.of(items));
    return new String(new InvoiceJson(Shape.LINES).render(invoice), StandardCharsets.UTF_8);
  }

  private List<LineItem> items() {
    return invoices.stream().flatMap(invoice -> invoice.items().stream()).toList();
  }
}
