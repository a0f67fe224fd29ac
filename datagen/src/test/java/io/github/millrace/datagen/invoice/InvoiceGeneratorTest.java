package io.github.millrace.datagen.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.millrace.datagen.invoice.Invoice.LineItem;
import io.github.millrace.datagen.record.Digits;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class InvoiceGeneratorTest {
  private static final int INVOICES = 5000;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

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
  void moneyIsExact() throws IOException {
    InvoiceJson json = new InvoiceJson(Shape.LINES);
    for (Invoice invoice : invoices) {
      JsonNode read = MAPPER.readTree(json.render(invoice));
      BigDecimal total = BigDecimal.ZERO;
      for (JsonNode item : read.get("InvoiceLineItems")) {
        BigDecimal value =
            item.get("ItemPrice").decimalValue().multiply(item.get("ItemQty").decimalValue());
        assertThat(item.get("TotalValue").decimalValue()).isEqualByComparingTo(value);
        total = total.add(value);
      }
      assertThat(read.get("TotalAmount").decimalValue()).isEqualByComparingTo(total);
      assertThat(read.get("TaxableAmount").decimalValue()).isEqualByComparingTo(total);
      BigDecimal gst = share(total, "0.025");
      assertThat(read.get("CGST").decimalValue()).isEqualByComparingTo(gst);
      assertThat(read.get("SGST").decimalValue()).isEqualByComparingTo(gst);
      assertThat(read.get("CESS").decimalValue()).isEqualByComparingTo(share(total, "0.00125"));
      assertThat(read.get("NumberOfItems").intValue())
          .isEqualTo(read.get("InvoiceLineItems").size());
    }
  }

  @Test
  void moneyIsWrittenWithTwoDecimals() {
    assertThat(Digits.money(109950)).isEqualTo("1099.50");
    assertThat(Digits.money(5)).isEqualTo("0.05");
    assertThat(Digits.money(100)).isEqualTo("1.00");
  }

  @Test
  void everyValueOfTheEnumeratedFieldsOccurs() {
    assertThat(invoices).extracting(Invoice::paymentMethod).contains("CASH", "CARD", "UPI");
    assertThat(invoices).extracting(Invoice::customerType).contains("PRIME", "NONPRIME");
    assertThat(invoices).extracting(i -> i.items().size()).contains(1, 2, 3, 4, 5);
    assertThat(invoices)
        .extracting(Invoice::deliveryType)
        .containsOnly("HOME-DELIVERY", "TAKE-AWAY")
        .contains("HOME-DELIVERY", "TAKE-AWAY");
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

  private List<LineItem> items() {
    return invoices.stream().flatMap(invoice -> invoice.items().stream()).toList();
  }

  private static BigDecimal share(BigDecimal amount, String rate) {
    return amount.multiply(new BigDecimal(rate)).setScale(2, RoundingMode.HALF_UP);
  }
}
