package io.github.millrace.contract;

import io.github.millrace.csv.CsvDialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's catalog {@code millrace}, in which contracts are functions.
 *
 * <p>Set {@code spark.sql.catalog.millrace} to this class, and for each contract {@code
 * spark.sql.catalog.millrace.contract.<key>} to where its document is ({@link ContractSource}). It
 * is a function by that key, in small letters, and by the name of its record where no other has the
 * same. With {@code spark.sql.catalog.millrace.keep.<key>}, a list of columns separated by commas,
 * the parsed record holds only these, and what row rules speak of. {@code
 * spark.sql.catalog.millrace.csv.<key>} is the delimiter and the quote of its CSV records, where
 * these are not a comma and {@code "}.
 */
public final class ContractCatalog implements FunctionCatalog {
  /** The catalog's name in Spark, and so the first part of a function's. */
  public static final String NAME = "millrace";

  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*");
  private static final String CONTRACT = "contract.";
  private static final String KEEP = "keep.";
  private static final String CSV = "csv.";

  private String name;
  private Map<String, UnboundFunction> functions = Map.of();

  /**
   * The session settings that make a job's one contract a function.
   *
   * @param keep columns that the parsed record holds; empty for all
   */
  public static Map<String, String> settings(ContractSource source, List<String> keep) {
    return settings("input", source, keep);
  }

  /**
   * The session settings that make one of several contracts a function. They can be put together
   * with those of others.
   *
   * @param key of small letters, digits and {@code _}; no other contract of the session has it
   * @param keep columns that the parsed record holds; empty for all
   */
  public static Map<String, String> settings(String key, ContractSource source, List<String> keep) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no key of a contract, must be of small letters, digits and _".formatted(key));
    }
    String catalog = "spark.sql.catalog." + NAME;
    Map<String, String> settings = new TreeMap<>();
    settings.put(catalog, ContractCatalog.class.getName());
    settings.put(catalog + "." + CONTRACT + key, source.location());
    if (!keep.isEmpty()) {
      settings.put(catalog + "." + KEEP + key, String.join(",", keep));
    }
    return settings;
  }

  /** The session setting that says how the CSV records of a contract are written. */
  public static Map<String, String> settings(String key, CsvDialect dialect) {
    return Map.of("spark.sql.catalog." + NAME + "." + CSV + key, dialect.text());
  }

  @Override
  public void initialize(String catalogName, CaseInsensitiveStringMap options) {
    name = catalogName;
    Configuration hadoop = SparkHadoopUtil.get().conf();
    Map<String, UnboundFunction> byKey = new TreeMap<>();
    Map<String, UnboundFunction> byName = new TreeMap<>();
    Set<String> sharedNames = new HashSet<>();
    for (String option : options.keySet()) {
      if (option.startsWith(CONTRACT)) {
        String key = option.substring(CONTRACT.length());
        Contract contract = load(options, key, hadoop);
        String csv = options.get(CSV + key);
        UnboundFunction function =
            new ContractFunction(contract, csv == null ? CsvDialect.STANDARD : CsvDialect.of(csv));
        byKey.put(key, function);
        if (byName.put(contract.name(), function) != null) {
          sharedNames.add(contract.name());
        }
      }
    }
    byName.keySet().removeAll(sharedNames);
    functions = byName;
    functions.putAll(byKey);
  }

  private static Contract load(CaseInsensitiveStringMap options, String key, Configuration hadoop) {
    List<String> problems = new ArrayList<>();
    ContractSource source = new ContractSource(options.get(CONTRACT + key));
    try {
      Contract contract =
          source
              .read(hadoop, problems)
              .orElseThrow(() -> new IllegalArgumentException(String.join("\n", problems)));
      String keep = options.get(KEEP + key);
      if (keep == null) {
        return contract;
      }
      List<String> kept = new ArrayList<>(List.of(keep.trim().split("\\s*,\\s*")));
      kept.addAll(contract.ruleColumns());
      return contract.keeping(kept);
    } catch (IOException e) {
      throw new UncheckedIOException("contract " + source.location(), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return functions.keySet().stream()
        .map(function -> Identifier.of(new String[0], function))
        .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier identifier) throws NoSuchFunctionException {
    UnboundFunction function =
        identifier.namespace().length == 0 ? functions.get(identifier.name()) : null;
    if (function == null) {
      throw new NoSuchFunctionException(identifier);
    }
    return function;
  }
}
