package io.github.millrace.contract;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * What a record is: fields, types and rules, read from an ODCS document by {@link ContractReader}.
 *
 * @param id the document's id
 * @param version the document's version
 * @param name the schema object's name, or with variants the document's; and that of the SQL
 *     function {@code millrace.<name>}
 * @param variantBy the field whose value chooses the variant that a record is, or null. The record
 *     then has a field for each variant: its name is a column, its physical name the value
 */
public record Contract(
    String id,
    String version,
    String name,
    String variantBy,
    FieldType.Group record,
    List<Rule> rules)
    implements Serializable {
  public Contract {
    rules = List.copyOf(rules);
  }

  /** The schema of a parsed record: the kept fields. */
  public StructType schema() {
    return record.sparkType();
  }

  /** Names of the columns that identify a record: the primary key, else the unique columns. */
  public List<String> key() {
    List<String> primary =
        record.fields().stream().filter(Field::primaryKey).map(Field::name).toList();
    return primary.isEmpty()
        ? record.fields().stream().filter(Field::unique).map(Field::name).toList()
        : primary;
  }

  /** All names that columns of this contract's records may have in a CSV file's header. */
  public Set<String> columnNames() {
    Stream<Field> fields = record.fields().stream();
    if (variantBy != null) {
      fields = fields.flatMap(variant -> ((FieldType.Group) variant.type()).fields().stream());
    }
    return fields
        .flatMap(field -> Stream.concat(Stream.of(field.physicalName()), field.aliases().stream()))
        .collect(Collectors.toSet());
  }

  /** The columns that row rules speak of, as in {@link #keeping}. */
  List<String> ruleColumns() {
    List<String> columns = new ArrayList<>();
    for (Rule rule : rules) {
      String prefix = rule.variant() == null ? "" : rule.variant() + ".";
      FieldType.Group group =
          rule.variant() == null ? record : (FieldType.Group) field(rule.variant()).type();
      group.fields().stream()
          .map(Field::name)
          .filter(rule::mentions)
          .forEach(column -> columns.add(prefix + column));
    }
    return columns;
  }

  /**
   * The same contract with only the named columns in the parsed record; the others are judged but
   * not built, which is much of a parse's cost.
   *
   * @param paths columns to keep, such as {@code InvoiceNumber} or {@code DeliveryAddress.City};
   *     inside an array the item's fields follow its name: {@code InvoiceLineItems.ItemCode}
   * @throws IllegalArgumentException if the contract has no such column
   */
  public Contract keeping(Collection<String> paths) {
    for (String path : paths) {
      if (field(path) == null) {
        throw new IllegalArgumentException(
            "contract " + id + " has no column '" + path + "' to keep");
      }
    }
    return new Contract(
        id,
        version,
        name,
        variantBy,
        keep(record, paths.stream().map(p -> List.of(p.split("\\.", -1))).toList()),
        rules);
  }

  private static FieldType.Group keep(FieldType.Group group, List<List<String>> paths) {
    List<Field> fields = new ArrayList<>();
    for (Field field : group.fields()) {
      List<List<String>> inside =
          paths.stream()
              .filter(p -> p.get(0).equals(field.name()))
              .map(p -> p.subList(1, p.size()))
              .toList();
      boolean keep = field.kept() && !inside.isEmpty();
      boolean whole = inside.stream().anyMatch(List::isEmpty);
      fields.add(field.withKept(keep, whole ? field.type() : keep(field.type(), inside)));
    }
    return new FieldType.Group(fields);
  }

  private static FieldType keep(FieldType type, List<List<String>> paths) {
    if (type instanceof FieldType.Group group) {
      return keep(group, paths);
    }
    if (type instanceof FieldType.Many many) {
      return new FieldType.Many(
          keep(many.item(), paths), many.spelling(), many.minItems(), many.maxItems());
    }
    return type;
  }

  /**
   * The field at a path as in {@link #keeping}, or null.
   *
   * @param path such as {@code InvoiceLineItems.ItemCode}
   */
  public Field field(String path) {
    FieldType at = record;
    Field found = null;
    for (String part : Arrays.asList(path.split("\\.", -1))) {
      FieldType inside = at instanceof FieldType.Many many ? many.item() : at;
      if (!(inside instanceof FieldType.Group group)) {
        return null;
      }
      found = group.fields().stream().filter(f -> f.name().equals(part)).findFirst().orElse(null);
      if (found == null) {
        return null;
      }
      at = found.type();
    }
    return found;
  }
}
