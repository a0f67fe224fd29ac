package io.github.millrace.bench.invoice;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes from an invoice what the output needs, as text; used again for each. */
final class InvoiceReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final List<String> HEAD =
      List.of(
          "InvoiceNumber",
          "CreatedTime",
          "StoreID",
          "PosID",
          "CustomerType",
          "PaymentMethod",
          "DeliveryType");
  private static final List<String> ADDRESS = List.of("City", "State", "PinCode");
  private static final List<String> ITEM =
      List.of("ItemCode", "ItemDescription", "ItemPrice", "ItemQty", "TotalValue");

  private final String[] head = new String[HEAD.size()];
  private final String[] address = new String[ADDRESS.size()];
  private final List<String[]> items = new ArrayList<>();

  /** Reads an invoice; false if it is not a JSON object. */
  boolean read(byte[] line, int length) throws IOException {
    Arrays.fill(head, null);
    Arrays.fill(address, null);
    items.clear();
    try (JsonParser json = JSON.createParser(line, 0, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("DeliveryAddress") && value == JsonToken.START_OBJECT) {
          readObject(json, ADDRESS, address);
        } else if (name.equals("InvoiceLineItems") && value == JsonToken.START_ARRAY) {
          readItems(json);
        } else {
          readValue(json, HEAD.indexOf(name), head);
        }
      }
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  String[] head() {
    return head;
  }

  String[] address() {
    return address;
  }

  List<String[]> items() {
    return items;
  }

  private void readItems(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.START_OBJECT) {
      String[] item = new String[ITEM.size()];
      readObject(json, ITEM, item);
      items.add(item);
    }
  }

  private static void readObject(JsonParser json, List<String> names, String[] values)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      int field = names.indexOf(json.currentName());
      json.nextToken();
      readValue(json, field, values);
    }
  }

  private static void readValue(JsonParser json, int field, String[] values) throws IOException {
    if (field >= 0 && json.currentToken().isScalarValue()) {
      values[field] = json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText();
    } else {
      json.skipChildren();
    }
  }
}
