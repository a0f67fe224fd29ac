package io.github.millrace.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.millrace.contract.Contract;
import io.github.millrace.contract.ContractReader;
import io.github.millrace.record.SinkColumns;
import io.github.millrace.testkit.SparkExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SparkExtension.class)
class LineItemsTest {
  private static final String ADDRESS =
      "named_struct('City', 'Pune', 'State', 'MH', 'PinCode', '007')";
  private static final String ITEMS =
      "array(named_struct('ItemCode', '1', 'ItemDescription', 'a', 'ItemPrice', '1099.50', 'ItemQty', 1,"
          + " 'TotalValue', '1099.50'), named_struct('ItemCode', '2', 'ItemDescription', null, 'ItemPrice',"
          + " '0.1', 'ItemQty', 3, 'TotalValue', '0.30000000000000004'))";

  @Test
  void givesARowForEachItem(SparkSession spark) {
    List<Row> rows = LineItems.flatten(judged(spark), true).collectAsList();
    assertThat(rows).hasSize(5);

    Row first = rows.get(0).getStruct(0);
    assertThat(first.schema().fieldNames())
        .containsExactly(
            "InvoiceNumber",
            "CreatedTime",
            "StoreID",
            "PosID",
            "CustomerType",
            "PaymentMethod",
            "DeliveryType",
            "City",
            "State",
            "PinCode",
            "ItemCode",
            "ItemDescription",
            "ItemPrice",
            "ItemQty",
            "TotalValue",
            "line_number");
    assertThat(first.mkString("|"))
        .isEqualTo("A|1|S|P|T|CARD|HOME|Pune|MH|007|1|a|1099.50|1|1099.50|1");
    assertThat(rows.get(1).getStruct(0).mkString("|"))
        .isEqualTo("A|1|S|P|T|CARD|HOME|Pune|MH|007|2|null|0.1|3|0.30000000000000004|2");
    assertThat(rows.get(2).getStruct(0).getString(7)).as("take-away has no city").isNull();
  }

  @Test
  void marksTheFirstRowOfEachRecordAndLetsTheOthersPass(SparkSession spark) {
    List<Row> rows = LineItems.flatten(judged(spark), false).collectAsList();
    assertThat(rows.stream().map(row -> row.getBoolean(row.fieldIndex(SinkColumns.FIRST))))
        .containsExactly(true, false, true, false, true);
    Row bad = rows.get(4);
    assertThat(bad.isNullAt(bad.fieldIndex(SinkColumns.GOOD))).isTrue();
    assertThat(bad.getString(bad.fieldIndex(SinkColumns.BAD))).isEqualTo("bad");
  }

  @Test
  void refusesAContractThatCouldLoseInvoices() throws Exception {
    String yaml = Files.readString(Path.of("src/main/resources/contracts/invoice.odcs.yaml"));
    assertThat(LineItems.lacks(contract(yaml), true)).isEmpty();
    assertThat(LineItems.lacks(contract(yaml.replace("minItems: 1", "minItems: 0")), true))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("InvoiceLineItems must be a required array");
    assertThat(LineItems.lacks(contract(yaml.replace("name: ItemQty", "name: Quantity")), true))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("has no field InvoiceLineItems.ItemQty");
    String keyless = yaml.replace("        primaryKey: true\n", "");
    assertThat(LineItems.lacks(contract(keyless), false)).isEmpty();
    assertThat(LineItems.lacks(contract(keyless), true))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("has no primaryKey");
  }

  private static Contract contract(String yaml) {
    List<String> problems = new ArrayList<>();
    return ContractReader.read("test", yaml, problems)
        .orElseThrow(() -> new AssertionError(problems));
  }

  /** A delivered invoice, a taken-away one, each of two items, and a bad record. */
  private static Dataset<Row> judged(SparkSession spark) {
    return spark.sql(
        """
        SELECT named_struct('InvoiceNumber', id, 'CreatedTime', 1L, 'StoreID', 'S', 'PosID', 'P',
            'CustomerType', 'T', 'PaymentMethod', 'CARD', 'DeliveryType', 'HOME',
            'DeliveryAddress', IF(id = 'A', %1$s, NULL), 'InvoiceLineItems', %2$s) AS record,
          CAST(NULL AS STRING) AS bad, named_struct('unknownFields', 0, 'rounded', 0) AS counted,
          CAST(NULL AS STRING) AS tally
        FROM VALUES ('A'), ('B') AS t(id)
        UNION ALL
        SELECT NULL, 'bad', named_struct('unknownFields', 0, 'rounded', 0), NULL
        """
            .formatted(ADDRESS, ITEMS));
  }
}
