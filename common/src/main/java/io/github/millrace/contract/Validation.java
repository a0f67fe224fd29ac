package io.github.millrace.contract;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.base64;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.is_valid_utf8;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.github.millrace.csv.CsvDialect;
import io.github.millrace.record.RawRecords;
import io.github.millrace.record.Reason;
import io.github.millrace.record.SinkColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.types.DataTypes;

/** Tells good records from bad ones by a contract. */
public final class Validation {
  /** The parsed record, null if it is bad. */
  public static final String RECORD = "record";

  /** A typed row as it came. */
  public static final String ROW = "row";

  /** Of a typed row: all that it holds, in forms that a contract reads. */
  private static final Map<String, String> JSON =
      Map.of(
          "ignoreNullFields", "false",
          "timeZone", "UTC",
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  private static final String REASONS = "reasons";
  private static final String PARSED = "_parsed";
  private static final String VIOLATIONS = "violations";
  private static final String FOUND = "found";
  private static final String ANSI = "spark.sql.ansi.enabled";

  private Validation() {}

  /**
   * Parses and judges raw records.
   *
   * @param raw rows of {@link RawRecords}
   * @return {@code record STRUCT} (null if bad), {@code bad STRUCT} (null if good), {@code counted
   *     STRUCT} and {@code tally}, the latter three as in {@link SinkColumns}
   */
  public static Dataset<Row> validate(Dataset<Row> raw, Contract contract) {
    return validate(raw, contract, List.of())
        .select(RECORD, SinkColumns.BAD, SinkColumns.COUNTED, SinkColumns.TALLY);
  }

  /**
   * Parses and judges raw records, by checks of the job's own too.
   *
   * @param raw rows of {@link RawRecords}, and any more columns
   * @param checks each gives the reason (STRING) why a record that is good so far is bad, or null;
   *     they see the raw columns and {@code record}. The first that finds something counts.
   * @return the raw columns, and those of {@link #validate(Dataset, Contract)}
   */
  public static Dataset<Row> validate(Dataset<Row> raw, Contract contract, List<Column> checks) {
    return validate(raw, contract.name(), contract, checks);
  }

  /**
   * The same by one of several contracts, which may have record names in common.
   *
   * @param key of the contract in {@link ContractCatalog#settings(String, ContractSource, List)}
   */
  public static Dataset<Row> validate(
      Dataset<Row> raw, String key, Contract contract, List<Column> checks) {
    return validate(raw, key, contract, checks, col(RawRecords.VALUE));
  }

  /**
   * The same of records of CSV files, by the header of each record's source.
   *
   * @param key of the contract in {@link ContractCatalog#settings(String, CsvDialect)} too, where
   *     the dialect is not the standard
   */
  public static Dataset<Row> validateCsv(
      Dataset<Row> raw, String key, Contract contract, List<Column> checks) {
    Column header = col(RawRecords.SOURCE + ".header");
    return validate(raw, key, contract, checks, col(RawRecords.VALUE), header);
  }

  private static Dataset<Row> validate(
      Dataset<Row> raw, String key, Contract contract, List<Column> checks, Column... record) {
    Dataset<Row> parsed =
        raw.withColumn(PARSED, call_function(ContractCatalog.NAME + "." + key, record))
            .select(
                col("*"),
                col(PARSED + ".record").as(RECORD),
                coalesce(
                        when(col(RawRecords.PROBLEM).isNotNull(), array(col(RawRecords.PROBLEM))),
                        col(PARSED + ".reasons"))
                    .as(REASONS),
                counted())
            .drop(PARSED);
    Column text = col(RawRecords.VALUE).cast(DataTypes.StringType);
    return judged(parsed, contract, checks).withColumn(SinkColumns.BAD, quarantined(text));
  }

  /**
   * Judges typed rows, such as a database's.
   *
   * @param rows a column for each field of the contract, and any others, which are left out; a
   *     column that is missing or of another type is an error of the query
   * @param key of the contract in {@link ContractCatalog#settings(String, ContractSource, List)}
   * @param checks as in {@link #validate(Dataset, Contract, List)}; they see {@code row} and {@code
   *     record}
   * @return {@code row STRUCT}, the row as it came, {@code record}, {@code bad} and {@code counted}
   *     as of text; {@code raw} of a bad one is its JSON, which {@link #validate} reads again
   */
  public static Dataset<Row> validateRows(
      Dataset<Row> rows, String key, Contract contract, List<Column> checks) {
    Dataset<Row> parsed =
        rows.select(struct("*").as(ROW))
            .withColumn(PARSED, call_function(ContractCatalog.NAME + "." + key, col(ROW)))
            .select(
                col(ROW),
                lit(null).cast(SinkColumns.SOURCE).as(RawRecords.SOURCE),
                col(PARSED + ".record").as(RECORD),
                col(PARSED + ".reasons").as(REASONS),
                counted());
    return judged(parsed, contract, checks)
        .withColumn(SinkColumns.BAD, quarantined(to_json(col(ROW), JSON)))
        .select(ROW, RECORD, SinkColumns.BAD, SinkColumns.COUNTED);
  }

  private static Column counted() {
    return struct(
            col(PARSED + "." + SinkColumns.UNKNOWN_FIELDS), col(PARSED + "." + SinkColumns.ROUNDED))
        .as(SinkColumns.COUNTED);
  }

  /** By the contract's row rules, and then the job's checks. */
  private static Dataset<Row> judged(Dataset<Row> parsed, Contract contract, List<Column> checks) {
    Dataset<Row> byRules = contract.rules().isEmpty() ? parsed : byRules(parsed, contract.rules());
    return checks.isEmpty() ? byRules : byChecks(byRules, checks);
  }

  private static Dataset<Row> byChecks(Dataset<Row> judged, List<Column> checks) {
    Column found = when(col(RECORD).isNotNull(), coalesce(checks.toArray(Column[]::new)));
    return judged
        .withColumn(FOUND, found)
        .withColumn(REASONS, coalesce(col(REASONS), when(col(FOUND).isNotNull(), array(FOUND))))
        .withColumn(RECORD, when(col(REASONS).isNull(), col(RECORD)));
  }

  private static Dataset<Row> byRules(Dataset<Row> parsed, List<Rule> rules) {
    Map<String, List<Rule>> byVariant = new LinkedHashMap<>();
    rules.forEach(
        rule ->
            byVariant
                .computeIfAbsent(
                    rule.variant() == null ? RECORD : RECORD + "." + rule.variant(),
                    record -> new ArrayList<>())
                .add(rule));
    Dataset<Row> judged = parsed;
    for (Map.Entry<String, List<Rule>> variant : byVariant.entrySet()) {
      judged = byRules(judged, variant.getKey(), variant.getValue());
    }
    return judged;
  }

  /** By the rules about the columns of one struct. */
  private static Dataset<Row> byRules(Dataset<Row> parsed, String record, List<Rule> rules) {
    Column[] violations = rules.stream().map(Validation::violation).toArray(Column[]::new);
    // Put away, for a field of the record may have the name of one of these columns.
    Dataset<Row> fields = parsed.select(struct("*").as(PARSED), col(record + ".*"));
    return withoutAnsi(
            parsed.sparkSession().conf(),
            () ->
                fields.select(
                    col(PARSED + ".*"),
                    when(coalesce(violations).isNotNull(), concat(lists(violations)))
                        .as(VIOLATIONS)))
        .withColumn(REASONS, coalesce(col(REASONS), when(col(record).isNotNull(), col(VIOLATIONS))))
        .withColumn(RECORD, when(col(REASONS).isNull(), col(RECORD)))
        .drop(VIOLATIONS);
  }

  /**
   * A rule that cannot be evaluated, say for a division by zero, is null and so passes. By ANSI it
   * would fail the batch, and each retry of it.
   */
  private static Dataset<Row> withoutAnsi(RuntimeConfig conf, Supplier<Dataset<Row>> rules) {
    String ansi = conf.get(ANSI);
    conf.set(ANSI, "false");
    try {
      return rules.get();
    } finally {
      conf.set(ANSI, ansi);
    }
  }

  /** Each as a list of one or none: Spark has generated code for concat, not for array_compact. */
  private static Column[] lists(Column[] violations) {
    Column none = array().cast(DataTypes.createArrayType(DataTypes.StringType));
    return Arrays.stream(violations)
        .map(violation -> when(violation.isNotNull(), array(violation)).otherwise(none))
        .toArray(Column[]::new);
  }

  private static Column violation(Rule rule) {
    return when(
        expr(rule.expression()).equalTo(false),
        lit(Reason.RULE.of(rule.name(), "violates " + rule.expression())));
  }

  /** A bad record; its text is made of those alone. */
  private static Column quarantined(Column text) {
    Column readable = is_valid_utf8(text);
    return when(
        col(REASONS).isNotNull(),
        struct(
            when(readable, text).otherwise(base64(text.cast(DataTypes.BinaryType))).as("raw"),
            when(readable, SinkColumns.UTF8)
                .when(text.isNotNull(), SinkColumns.BASE64)
                .as("encoding"),
            col(REASONS),
            col(RawRecords.SOURCE)));
  }
}
