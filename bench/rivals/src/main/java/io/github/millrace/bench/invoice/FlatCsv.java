package io.github.millrace.bench.invoice;

import java.io.IOException;
import java.io.Writer;

/** Writes a CSV row for each line item. */
final class FlatCsv implements AutoCloseable {
  private static final String HEADER =
      "InvoiceNumber,CreatedTime,StoreID,PosID,CustomerType,PaymentMethod,DeliveryType,City,State,"
          + "PinCode,ItemCode,ItemDescription,ItemPrice,ItemQty,TotalValue\n";

  private final Writer out;
  private final StringBuilder row = new StringBuilder();

  FlatCsv(Writer out) throws IOException {
    this.out = out;
    out.write(HEADER);
  }

  void write(InvoiceReader invoice) throws IOException {
    row.setLength(0);
    add(invoice.head());
    add(invoice.address());
    int common = row.length();
    for (String[] item : invoice.items()) {
      row.setLength(common);
      add(item);
      row.setCharAt(row.length() - 1, '\n');
      out.append(row);
    }
  }

  private void add(String[] fields) {
    for (String field : fields) {
      if (field != null) {
        add(field);
      }
      row.append(',');
    }
  }

  private void add(String field) {
    if (isPlain(field)) {
      row.append(field);
    } else {
      row.append('"').append(field.replace("\"", "\"\"")).append('"');
    }
  }

  private static boolean isPlain(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == ',' || c == '"' || c == '\n' || c == '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
