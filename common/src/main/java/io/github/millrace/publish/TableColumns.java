package io.github.millrace.publish;

import io.github.millrace.ExitCode;
import io.github.millrace.JobException;
import io.github.millrace.ledger.HiveStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a Hive table beside those of a step's files; Hive's names have no case. */
final class TableColumns {
  private final String target;
  private final StructType columns;

  /** Those of the step's table. */
  TableColumns(HiveStep step, CatalogTable table) {
    this.target = step.target();
    this.columns = table.dataSchema();
  }

  /**
   * The columns that files have and the table has not.
   *
   * @throws JobException with {@link ExitCode#USAGE} if the table has one that they have not, or
   *     has as another type: its readers would find nulls, or fail
   */
  List<HiveStep.Column> lacking(StructType rows) {
    Map<String, StructField> written = byName(rows);
    for (StructField column : columns.fields()) {
      StructField same = written.remove(key(column.name()));
      if (same == null) {
        throw unfit(
            "has the column %s, which is not written; keep it in the contract, where it may be optional, or drop it from the table"
                .formatted(column.name()));
      }
      requireSame(column, same.dataType());
    }
    List<HiveStep.Column> lacking = new ArrayList<>();
    for (StructField column : rows.fields()) {
      if (written.containsKey(key(column.name()))) {
        lacking.add(new HiveStep.Column(column.name(), column.dataType().sql()));
      }
    }
    return lacking;
  }

  /**
   * The table's columns, and further ones that it may have by now.
   *
   * @throws JobException with {@link ExitCode#USAGE} if it has one of them as another type
   */
  StructType plus(Collection<HiveStep.Column> more) {
    Map<String, StructField> present = byName(columns);
    StructType all = columns;
    for (HiveStep.Column column : more) {
      DataType type = DataType.fromDDL(column.type());
      StructField same = present.get(key(column.name()));
      if (same == null) {
        all = all.add(column.name(), type);
      } else {
        requireSame(same, type);
      }
    }
    return all;
  }

  private void requireSame(StructField column, DataType written) {
    if (!column.dataType().catalogString().equalsIgnoreCase(written.catalogString())) {
      throw unfit(
          "has the column %s as %s, and %s is written; let it be %s in the contract, or change the column"
              .formatted(
                  column.name(), column.dataType().sql(), written.sql(), column.dataType().sql()));
    }
  }

  private JobException unfit(String fault) {
    return new JobException(ExitCode.USAGE, target + " " + fault);
  }

  private static Map<String, StructField> byName(StructType columns) {
    Map<String, StructField> byName = new HashMap<>();
    for (StructField column : columns.fields()) {
      byName.put(key(column.name()), column);
    }
    return byName;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
