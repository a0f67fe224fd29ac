package io.github.millrace.bench.invoice;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** An invoice's schema and the transform, as anyone would write them with Spark alone. */
final class LineItems {
  static final StructType INVOICE =
      StructType.fromDDL(
          "InvoiceNumber STRING, CreatedTime BIGINT, StoreID STRING, PosID STRING,"
              + " CashierID STRING, CustomerType STRING, CustomerCardNo STRING,"
              + " TotalAmount DOUBLE, NumberOfItems INT, PaymentMethod STRING,"
              + " TaxableAmount DOUBLE, CGST DOUBLE, SGST DOUBLE,"
              + " CESS DOUBLE, DeliveryType STRING,"
              + " DeliveryAddress STRUCT<AddressLine: STRING, City: STRING, State: STRING,"
              + " PinCode: STRING, ContactNumber: STRING>,"
              + " InvoiceLineItems ARRAY<STRUCT<ItemCode: STRING, ItemDescription: STRING,"
              + " ItemPrice: DOUBLE, ItemQty: INT, TotalValue: DOUBLE>>");

  /** A header, and quotes doubled within a field, so that all sides write the same CSV. */
  static final Map<String, String> CSV = Map.of("header", "true", "escape", "\"");

  private static final Column[] COLUMNS =
      Stream.of(
              "InvoiceNumber",
              "CreatedTime",
              "StoreID",
              "PosID",
              "CustomerType",
              "PaymentMethod",
              "DeliveryType",
              "DeliveryAddress.City",
              "DeliveryAddress.State",
              "DeliveryAddress.PinCode",
              "item.ItemCode",
              "item.ItemDescription",
              "item.ItemPrice",
              "item.ItemQty",
              "item.TotalValue")
          .map(functions::col)
          .toArray(Column[]::new);

  private LineItems() {}

  static Dataset<Row> flatten(Dataset<Row> invoices) {
    return invoices.select(col("*"), explode(col("InvoiceLineItems")).as("item")).select(COLUMNS);
  }
}
