package io.github.millrace.invoice;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.millrace.datagen.invoice.InvoiceTruth;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What must come out of a data set, worked out without Millrace: which invoices are good says the
 * truth file, what is in them says Jackson's tree, amounts with all their digits.
 */
final class ExpectedRows {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private ExpectedRows() {}

  /** The rows, in no particular order; null for a missing value. */
  static List<List<String>> of(Path directory, InvoiceTruth truth) throws IOException {
    Map<String, Map<String, JsonNode>> byFile = new HashMap<>();
    List<List<String>> rows = new ArrayList<>();
    for (InvoiceTruth.Entry entry : truth.records()) {
      if (entry.good()) {
        Map<String, JsonNode> invoices = byFile.get(entry.file());
        if (invoices == null) {
          invoices = invoices(directory.resolve(entry.file()));
          byFile.put(entry.file(), invoices);
        }
        rows.addAll(rows(invoices.get(entry.id().orElseThrow())));
      }
    }
    return rows;
  }

  /** Every invoice in a file that can be read at all, by its number. */
  private static Map<String, JsonNode> invoices(Path file) throws IOException {
    byte[] bytes;
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      bytes = in.readAllBytes();
    }
    Map<String, JsonNode> invoices = new HashMap<>();
    String text = new String(bytes, StandardCharsets.UTF_8).replace("\uFEFF", "");
    if (text.startsWith("[")) {
      elements(text).forEach(element -> put(invoices, element));
    } else if (text.startsWith("{\n") || text.startsWith("{\r") || text.startsWith("{ ")) {
      put(invoices, JSON.readTree(text));
    } else {
      for (String line : text.split("\n", -1)) {
        try {
          put(invoices, JSON.readTree(line));
        } catch (JsonProcessingException e) {
          // A bad line; the truth file knows it.
        }
      }
    }
    return invoices;
  }

  private static List<JsonNode> elements(String array) throws IOException {
    List<JsonNode> elements = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(array)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        elements.add(JSON.readTree(parser));
      }
    } catch (JsonProcessingException e) {
      // The last element is bad; the truth file knows it.
    }
    return elements;
  }

  private static void put(Map<String, JsonNode> invoices, JsonNode invoice) {
    invoices.put(invoice.path("InvoiceNumber").asText(), invoice);
  }

  private static List<List<String>> rows(JsonNode invoice) {
    List<List<String>> rows = new ArrayList<>();
    JsonNode address = invoice.path("DeliveryAddress");
    for (JsonNode item : invoice.get("InvoiceLineItems")) {
      List<String> row = new ArrayList<>();
      for (String field :
          List.of(
              "InvoiceNumber",
              "CreatedTime",
              "StoreID",
              "PosID",
              "CustomerType",
              "PaymentMethod",
              "DeliveryType")) {
        row.add(invoice.path(field).asText(null));
      }
      for (String field : List.of("City", "State", "PinCode")) {
        row.add(address.path(field).asText(null));
      }
      for (String field :
          List.of("ItemCode", "ItemDescription", "ItemPrice", "ItemQty", "TotalValue")) {
        row.add(item.path(field).asText(null));
      }
      rows.add(row);
    }
    return rows;
  }
}
