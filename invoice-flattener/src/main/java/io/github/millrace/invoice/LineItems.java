package io.github.millrace.invoice;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.posexplode_outer;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.contract.Contract;
import io.github.millrace.contract.Field;
import io.github.millrace.contract.FieldType;
import io.github.millrace.contract.Validation;
import io.github.millrace.record.SinkColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The transform: one row for each line item of an invoice. */
final class LineItems {
  private static final String ITEMS = "InvoiceLineItems";
  private static final String ITEM = "item";
  private static final String POSITION = "position";
  private static final String LINE_NUMBER = "line_number";

  /** The output's columns, in order, each by its place in an invoice. */
  private static final List<String> COLUMNS =
      List.of(
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
          ITEMS + ".ItemCode",
          ITEMS + ".ItemDescription",
          ITEMS + ".ItemPrice",
          ITEMS + ".ItemQty",
          ITEMS + ".TotalValue");

  private LineItems() {}

  /**
   * Flattens judged invoices.
   *
   * @param judged rows of {@link Validation}; a good invoice has at least one line item
   * @param lineNumber whether rows end with {@code line_number INT}, the item's position from 1
   * @return rows of {@link SinkColumns}, with {@code good} as {@link #COLUMNS} say
   */
  static Dataset<Row> flatten(Dataset<Row> judged, boolean lineNumber) {
    Stream<Column> columns = COLUMNS.stream().map(LineItems::column);
    Stream<Column> last =
        lineNumber ? Stream.of(col(POSITION).plus(1).as(LINE_NUMBER)) : Stream.empty();
    Column row = struct(Stream.concat(columns, last).toArray(Column[]::new));
    return judged
        .select(
            col("*"),
            posexplode_outer(col(Validation.RECORD + "." + ITEMS))
                .as(new String[] {POSITION, ITEM}))
        .select(
            when(col(Validation.RECORD).isNotNull(), row).as(SinkColumns.GOOD),
            col(SinkColumns.BAD),
            coalesce(col(POSITION).equalTo(0), lit(true)).as(SinkColumns.FIRST),
            col(SinkColumns.COUNTED),
            col(SinkColumns.TALLY));
  }

  private static Column column(String path) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    return path.startsWith(ITEMS + ".")
        ? col(ITEM + "." + name)
        : col(Validation.RECORD + "." + path).as(name);
  }

  /** The columns of an invoice that the transform needs, beside those that identify it. */
  static List<String> needed(Contract contract) {
    List<String> needed = new ArrayList<>(COLUMNS);
    needed.addAll(contract.key());
    return needed;
  }

  /** The columns of an invoice of which output is made, and what is kept of those that are done. */
  static List<String> written(Contract contract, boolean deduplicate) {
    return deduplicate ? needed(contract) : COLUMNS;
  }

  /** What a contract must have for the job to lose nothing; a message for each lack. */
  static List<String> lacks(Contract contract, boolean deduplicate) {
    List<String> lacks = new ArrayList<>();
    if (deduplicate && contract.key().isEmpty()) {
      lacks.add(
          "has no primaryKey or unique field, by which deduplicate could tell invoices apart");
    }
    for (String column : COLUMNS) {
      if (contract.field(column) == null) {
        lacks.add("has no field " + column + ", which is a column of the output");
      }
    }
    Field items = contract.field(ITEMS);
    boolean atLeastOne =
        items != null
            && items.required()
            && items.type() instanceof FieldType.Many many
            && many.minItems() >= 1;
    if (!atLeastOne) {
      lacks.add(
          ITEMS
              + " must be a required array with minItems of 1 or more: an invoice without items"
              + " would have no row, and so be lost");
    }
    return lacks;
  }
}
