package io.github.millrace.clickstream.land;

import static java.util.stream.Collectors.toMap;

import io.github.millrace.clickstream.config.Feed;
import io.github.millrace.contract.Contract;
import io.github.millrace.contract.Field;
import io.github.millrace.contract.FieldType;
import io.github.millrace.publish.Format;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What is landed of a contract's records: of each kind, the columns and the fields that they are
 * of.
 *
 * @param kinds the columns of each kind by its name; of a contract with one kind that is {@link
 *     #ONLY}
 */
record Columns(Map<String, Map<String, String>> kinds) {
  /** The name of the kind where there is one. */
  static final String ONLY = "";

  /** The directories in which a landed file lies. */
  static final String DATE = "event_date";

  static final String HOUR = "event_hour";

  /** Both. */
  static final StructType PARTITIONS =
      new StructType().add(DATE, DataTypes.DateType).add(HOUR, DataTypes.StringType);

  /** The kind of records that are landed as they came. */
  static final String UNKNOWN = "unknown";

  static Columns of(Contract contract, Feed feed) {
    if (contract.variantBy() == null) {
      return new Columns(
          Map.of(
              ONLY, feed.columns().isEmpty() ? all(contract.record(), "", null) : feed.columns()));
    }
    Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
    for (Field kind : contract.record().fields()) {
      kinds.put(
          kind.name(), all((FieldType.Group) kind.type(), kind.name() + ".", contract.variantBy()));
    }
    return new Columns(kinds);
  }

  private static Map<String, String> all(FieldType.Group group, String prefix, String but) {
    return group.fields().stream()
        .map(Field::name)
        .filter(name -> !name.equals(but))
        .collect(toMap(name -> name, name -> prefix + name, (a, b) -> a, LinkedHashMap::new));
  }

  /**
   * The columns of each kind's files.
   *
   * @param contract of which {@link #needed} is kept
   */
  Map<String, StructType> types(Contract contract) {
    Map<String, StructType> types = new LinkedHashMap<>();
    kinds.forEach(
        (kind, columns) -> {
          StructType type = new StructType();
          for (Map.Entry<String, String> column : columns.entrySet()) {
            type = type.add(column.getKey(), contract.field(column.getValue()).type().sparkType());
          }
          types.put(kind, type);
        });
    return types;
  }

  /** The Hive table of a kind, whose name has no case and nothing but letters, digits and _. */
  static String table(Feed feed, String kind) {
    return kind.equals(ONLY)
        ? feed.table()
        : feed.table() + "_" + kind.toLowerCase(Locale.ROOT).replaceAll("\\W", "_");
  }

  /** The event's time in each kind. */
  static List<String> eventTimes(Contract contract, Feed feed) {
    return contract.variantBy() == null
        ? List.of(feed.eventTime())
        : contract.record().fields().stream()
            .map(kind -> kind.name() + "." + feed.eventTime())
            .toList();
  }

  /** The fields that a parsed record must hold. */
  static List<String> needed(Contract contract, Feed feed) {
    List<String> needed = new ArrayList<>(eventTimes(contract, feed));
    of(contract, feed).kinds().values().forEach(kind -> needed.addAll(kind.values()));
    return needed.stream().distinct().toList();
  }

  /** What keeps a feed's records from being landed, a message each, by the feed's keys. */
  static List<String> problems(Contract contract, Feed feed) {
    List<String> problems = new ArrayList<>();
    for (String time : eventTimes(contract, feed)) {
      Field field = contract.field(time);
      if (field == null || !field.required() || !(field.type() instanceof FieldType.Instant)) {
        problems.add(
            "eventTime: is '%s', but the contract has no required timestamp %s"
                .formatted(feed.eventTime(), time));
      }
    }
    if (contract.variantBy() != null && !feed.columns().isEmpty()) {
      problems.add(
          "columns: are of one kind of record, and the contract has several; leave them out");
      return problems;
    }
    if (contract.variantBy() != null && contract.field(UNKNOWN) != null) {
      problems.add(
          "contract: has a kind '%s', which is where records of no kind are landed; rename it"
              .formatted(UNKNOWN));
    }
    Map<String, Map<String, String>> kinds = of(contract, feed).kinds();
    if (feed.table() != null
        && kinds.keySet().stream().map(kind -> table(feed, kind)).distinct().count()
            < kinds.size()) {
      problems.add(
          "table: would be one of several kinds, of which Hive does not tell the names apart; rename a kind in the contract, or leave the table out");
    }
    kinds
        .values()
        .forEach(
            kind ->
                kind.forEach(
                    (name, path) -> check(name, contract.field(path), path, feed, problems)));
    return problems;
  }

  private static void check(
      String name, Field field, String path, Feed feed, List<String> problems) {
    if (field == null) {
      problems.add("columns.%s: is '%s', which is no field of the contract".formatted(name, path));
    } else if (Set.of(DATE, HOUR).contains(name.toLowerCase(Locale.ROOT))) {
      problems.add(
          "columns.%s: is the name of a directory of the landed files; give it another"
              .formatted(name));
    } else if (feed.format() == Format.CSV
        && (field.type() instanceof FieldType.Group || field.type() instanceof FieldType.Many)) {
      problems.add(
          "columns.%s: is '%s', which has fields of its own and no form in CSV; name these, or set format to parquet"
              .formatted(name, path));
    }
  }
}
