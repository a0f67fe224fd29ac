package io.github.millrace.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.millrace.config.Nearest;
import io.github.millrace.config.OneLine;
import io.github.millrace.contract.CustomProperties.Level;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.analysis.LiteralFunctionResolution;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.UnresolvedNamedLambdaVariable;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads a contract from an Open Data Contract Standard document (v3.1.0): one schema object, or
 * several of which the value of a field chooses one ({@code variantBy}).
 *
 * <p>Descriptive keys of the standard are allowed and ignored. Everything enforced is checked, and
 * every problem of the document is reported, each naming document and field.
 */
public final class ContractReader {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final List<String> DOCUMENT_KEYS =
      words(
          "apiVersion kind id name tenant version status domain dataProduct description tags schema"
              + " servers price team roles slaProperties slaDefaultElement support"
              + " authoritativeDefinitions customProperties contractCreatedTs");
  private static final List<String> OBJECT_KEYS =
      words(
          "id name physicalName physicalType logicalType description businessName tags"
              + " dataGranularityDescription properties quality relationships"
              + " authoritativeDefinitions customProperties");
  private static final List<String> PROPERTY_KEYS =
      words(
          "id name physicalName physicalType logicalType logicalTypeOptions required unique"
              + " primaryKey primaryKeyPosition partitioned partitionKeyPosition classification"
              + " encryptedName transformSourceObjects transformLogic transformDescription examples"
              + " criticalDataElement description businessName tags quality relationships"
              + " authoritativeDefinitions customProperties properties items");
  private static final List<String> QUALITY_KEYS =
      words(
          "id name description type engine implementation dimension severity businessImpact"
              + " schedule scheduler method unit tags authoritativeDefinitions customProperties"
              + " metric rule arguments query mustBe mustNotBe mustBeGreaterThan"
              + " mustBeGreaterOrEqualTo mustBeLessThan mustBeLessOrEqualTo mustBeBetween"
              + " mustNotBeBetween");

  private static final List<String> TEXT_OPTIONS = words("minLength maxLength pattern format");
  private static final List<String> NUMBER_OPTIONS =
      words("minimum maximum exclusiveMinimum exclusiveMaximum");
  private static final List<String> TIME_OPTIONS =
      words("minimum maximum exclusiveMinimum exclusiveMaximum format");
  private static final List<String> TIMESTAMP_OPTIONS =
      words(String.join(" ", TIME_OPTIONS) + " timezone defaultTimezone");
  private static final List<String> ARRAY_OPTIONS = words("minItems maxItems");
  private static final List<String> NO_OPTIONS = List.of();

  /** A property with none of these takes any value. */
  private static final List<String> TYPE_KEYS =
      words("logicalType physicalType logicalTypeOptions properties items");

  private static final Map<String, List<String>> PHYSICAL_TYPES =
      Map.of(
          "string", List.of("STRING"),
          "integer", List.of("BIGINT", "INT", "SMALLINT", "TINYINT"),
          "number", List.of("DECIMAL(p,s)", "DOUBLE", "FLOAT", "STRING"),
          "boolean", List.of("BOOLEAN"),
          "date", List.of("DATE"),
          "timestamp", List.of("TIMESTAMP"));

  private final String document;
  private final List<String> problems;

  private ContractReader(String document, List<String> problems) {
    this.document = document;
    this.problems = problems;
  }

  /**
   * Reads the one contract of a document.
   *
   * @param document what to call the document in messages, such as its path
   * @param yaml its text
   * @param problems receives a message for each problem
   * @return the contract; empty if there was a problem
   */
  public static Optional<Contract> read(String document, String yaml, List<String> problems) {
    List<String> found = new ArrayList<>();
    Contract contract = null;
    try {
      contract = new ContractReader(document, found).contract(YAML.readTree(yaml));
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      found.add("contract " + document + where + ": not readable as YAML: " + OneLine.of(e));
    }
    problems.addAll(found);
    return found.isEmpty() ? Optional.of(contract) : Optional.empty();
  }

  private Contract contract(JsonNode root) {
    if (!root.isObject()) {
      problem("", "is not a YAML mapping; an ODCS document begins with 'apiVersion: v3.1.0'");
      return null;
    }
    keys(root, "", DOCUMENT_KEYS);
    if (!root.path("apiVersion").asText().startsWith("v3.")) {
      problem(
          "apiVersion",
          "is '" + root.path("apiVersion").asText() + "', must be of ODCS v3, v3.1.0");
    }
    CustomProperties custom = CustomProperties.ofContract(root, this::problem);
    String variantBy = custom.variantBy();
    JsonNode schema = root.path("schema");
    if (!schema.isArray() || schema.isEmpty() || (schema.size() > 1 && variantBy == null)) {
      problem(
          "schema",
          "must be a list of one object, or of several with the name of the field that chooses one"
              + " in customProperties 'variantBy'");
      return null;
    }
    String id = text(root, "", "id");
    String version = text(root, "", "version");
    if (variantBy != null) {
      return variants(root, id, version, variantBy, custom);
    }
    JsonNode object = schema.get(0);
    String name = name(object, "schema[0]");
    keys(object, name, OBJECT_KEYS);
    FieldType.Group record =
        new FieldType.Group(fields(object, "", custom.inside(object, Level.OBJECT, name)));
    return new Contract(id, version, name, null, record, rules(object, null, record));
  }

  /** A contract whose record has a column for each variant, of which all but one are null. */
  private Contract variants(
      JsonNode root, String id, String version, String variantBy, CustomProperties custom) {
    List<Field> variants = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> values = new HashSet<>();
    for (JsonNode object : root.path("schema")) {
      String name = name(object, "schema[" + variants.size() + "]");
      keys(object, name, OBJECT_KEYS);
      String value = quoted(object, name, "physicalName", name);
      if (!names.add(name.toLowerCase(Locale.ROOT)) || !values.add(value)) {
        problem(name, "stands twice; a variant's name and physicalName are its own");
      }
      FieldType.Group record =
          new FieldType.Group(
              fields(object, name + ".", custom.inside(object, Level.OBJECT, name)));
      if (name.contains(".")) {
        problem(name, "is a column's name and may have no point; say the value as physicalName");
      }
      if (record.fields().stream()
          .noneMatch(f -> f.name().equals(variantBy) || f.physicalName().equals(variantBy))) {
        problem(name, "has no property '" + variantBy + "', which 'variantBy' names");
      }
      rules.addAll(rules(object, name, record));
      variants.add(
          new Field(name, value, List.of(), record, Spelling.PLAIN, false, false, false, true));
    }
    return new Contract(
        id, version, root.path("name").asText(id), variantBy, new FieldType.Group(variants), rules);
  }

  private List<Field> fields(JsonNode object, String prefix, CustomProperties outer) {
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> keys = new HashSet<>();
    JsonNode properties = list(object, prefix, "properties");
    if (properties.isEmpty()) {
      problem(prefix, "has no properties");
    }
    for (JsonNode property : properties) {
      String name = name(property, prefix + "properties[" + fields.size() + "]");
      String path = prefix + name;
      keys(property, path, PROPERTY_KEYS);
      String physicalName = quoted(property, path, "physicalName", name);
      // Spark does not distinguish columns by case.
      CustomProperties custom = outer.inside(property, Level.PROPERTY, path);
      List<String> aliases = custom.aliases();
      if (!names.add(name.toLowerCase(Locale.ROOT))
          || !keys.add(physicalName)
          || !aliases.stream().allMatch(keys::add)) {
        problem(
            path, "stands twice; names, physical names and aliases are unique within an object");
      }
      for (JsonNode quality : list(property, path, "quality")) {
        if (isRowRule(quality)) {
          problem(path, "has a row rule in its 'quality'; it belongs to the schema object's");
        }
      }
      fields.add(
          new Field(
              name,
              physicalName,
              aliases,
              type(property, path, custom),
              custom.spelling(),
              flag(property, path, "required"),
              flag(property, path, "primaryKey"),
              flag(property, path, "unique"),
              true));
    }
    return fields;
  }

  private FieldType type(JsonNode property, String path, CustomProperties custom) {
    FieldType type = typeOf(property, path, custom);
    custom.checkMeaning(type);
    return type;
  }

  private FieldType typeOf(JsonNode property, String path, CustomProperties custom) {
    if (TYPE_KEYS.stream().noneMatch(property::has)) {
      return new FieldType.Any();
    }
    String logical = property.path("logicalType").asText("");
    return switch (logical) {
      case "string" -> textType(property, path);
      case "integer" -> wholeType(property, path);
      case "number" -> numberType(property, path, custom);
      case "boolean" -> {
        options(property, path, NO_OPTIONS);
        physicalType(property, path, DataTypes.BooleanType);
        FieldType.Bool bool = new FieldType.Bool(custom.trueValues(), custom.falseValues());
        bool.trueValues().stream()
            .filter(word -> bool.falseValues().stream().anyMatch(word::equalsIgnoreCase))
            .forEach(
                word ->
                    problem(path, "'" + word + "' is one of both 'trueValues' and 'falseValues'"));
        yield bool;
      }
      case "date" -> {
        options(property, path, TIME_OPTIONS);
        physicalType(property, path, DataTypes.DateType);
        yield new FieldType.Day(
            timeFormats(property, path, custom, Optional.empty(), Times::day),
            bounds(property, path, Times::day));
      }
      case "timestamp" -> {
        JsonNode options = options(property, path, TIMESTAMP_OPTIONS);
        physicalType(property, path, DataTypes.TimestampType);
        boolean zoned = flag(options, path, "timezone");
        ZoneId zone = zone(options, path);
        yield new FieldType.Instant(
            timeFormats(
                property,
                path,
                custom,
                Optional.of(zone),
                (text, pattern) -> Times.micros(text, pattern, zoned ? null : ZoneOffset.UTC)),
            zoned ? null : zone,
            bounds(property, path, text -> Times.micros(text, zone)));
      }
      case "object" -> {
        options(property, path, NO_OPTIONS);
        yield new FieldType.Group(fields(property, path + ".", custom));
      }
      case "array" -> arrayType(property, path, custom);
      default -> {
        problem(
            path,
            "logicalType is '"
                + logical
                + "', must be one of string, integer, number, boolean, date, timestamp, object,"
                + " array");
        yield new FieldType.Any();
      }
    };
  }

  private FieldType textType(JsonNode property, String path) {
    JsonNode options = options(property, path, TEXT_OPTIONS);
    physicalType(property, path, DataTypes.StringType);
    Pattern pattern = null;
    if (options.has("pattern")) {
      try {
        pattern = Pattern.compile(options.get("pattern").asText());
      } catch (PatternSyntaxException e) {
        problem(
            path,
            "pattern '"
                + options.get("pattern").asText()
                + "' does not compile: "
                + e.getDescription()
                + " at index "
                + e.getIndex());
      }
    }
    TextFormat format = null;
    if (options.has("format")) {
      String asked = options.get("format").asText();
      List<String> known = Arrays.stream(TextFormat.values()).map(TextFormat::toString).toList();
      if (known.contains(asked)) {
        format = TextFormat.valueOf(asked.toUpperCase(Locale.ROOT));
      } else {
        problem(path, "format '" + asked + "' is unknown" + Nearest.hint(asked, known));
      }
    }
    int min = count(options, path, "minLength", 0);
    int max = count(options, path, "maxLength", Integer.MAX_VALUE);
    if (min > max) {
      problem(path, "minLength " + min + " is above maxLength " + max);
    }
    return new FieldType.Text(min, max, pattern, format);
  }

  private FieldType wholeType(JsonNode property, String path) {
    options(property, path, NUMBER_OPTIONS);
    DataType physical = physicalType(property, path, DataTypes.LongType);
    long least = Long.MIN_VALUE;
    long most = Long.MAX_VALUE;
    if (DataTypes.IntegerType.equals(physical)) {
      least = Integer.MIN_VALUE;
      most = Integer.MAX_VALUE;
    } else if (DataTypes.ShortType.equals(physical)) {
      least = Short.MIN_VALUE;
      most = Short.MAX_VALUE;
    } else if (DataTypes.ByteType.equals(physical)) {
      least = Byte.MIN_VALUE;
      most = Byte.MAX_VALUE;
    } else if (!DataTypes.LongType.equals(physical)) {
      notPhysical(property, path);
    }
    FieldType.Bounds<BigDecimal> bounds = bounds(property, path, BigDecimal::new);
    if (bounds.least() != null) {
      least = Math.max(least, whole(path, bounds.least(), bounds.excludeLeast() ? 1 : 0));
    }
    if (bounds.most() != null) {
      most = Math.min(most, whole(path, bounds.most(), bounds.excludeMost() ? -1 : 0));
    }
    return new FieldType.Whole(physical, least, most);
  }

  private long whole(String path, BigDecimal bound, int step) {
    try {
      return Math.addExact(bound.longValueExact(), step);
    } catch (ArithmeticException e) {
      problem(path, "the limit " + bound + " is not a whole number in the range of BIGINT");
      return bound.longValue();
    }
  }

  private FieldType numberType(JsonNode property, String path, CustomProperties custom) {
    options(property, path, NUMBER_OPTIONS);
    FieldType.Bounds<BigDecimal> bounds = bounds(property, path, BigDecimal::new);
    DataType physical = physicalType(property, path, DataTypes.DoubleType);
    if (physical instanceof DecimalType decimal) {
      int unitScale = custom.scale();
      if (unitScale > decimal.scale()) {
        problem(
            path,
            "customProperties: 'scale' is %d, more than the decimals of %s"
                .formatted(unitScale, decimal.sql()));
      }
      return new FieldType.Exact(decimal, unitScale, custom.rounding(), bounds);
    }
    if (DataTypes.StringType.equals(physical)) {
      return new FieldType.AsWritten(bounds);
    }
    if (!DataTypes.DoubleType.equals(physical) && !DataTypes.FloatType.equals(physical)) {
      notPhysical(property, path);
    }
    return new FieldType.Floating(physical, bounds);
  }

  private FieldType arrayType(JsonNode property, String path, CustomProperties outer) {
    JsonNode options = options(property, path, ARRAY_OPTIONS);
    int min = count(options, path, "minItems", 0);
    int max = count(options, path, "maxItems", Integer.MAX_VALUE);
    if (min > max) {
      problem(path, "minItems " + min + " is above maxItems " + max);
    }
    JsonNode items = property.path("items");
    if (!items.isObject()) {
      problem(path, "is an array without 'items'");
      return new FieldType.Any();
    }
    keys(items, path + ".items", PROPERTY_KEYS);
    CustomProperties custom = outer.inside(items, Level.ITEMS, path + ".items");
    return new FieldType.Many(type(items, path, custom), custom.spelling(), min, max);
  }

  private DataType physicalType(JsonNode property, String path, DataType standard) {
    String asked = property.path("physicalType").asText("");
    if (asked.isEmpty()) {
      return standard;
    }
    Optional<DataType> type = parsed(() -> DataType.fromDDL(asked));
    boolean oneOfSeveral =
        standard.equals(DataTypes.LongType) || standard.equals(DataTypes.DoubleType);
    if (type.isEmpty() || (!oneOfSeveral && !type.get().equals(standard))) {
      notPhysical(property, path);
    }
    return type.orElse(standard);
  }

  private void notPhysical(JsonNode property, String path) {
    String logical = property.path("logicalType").asText();
    problem(
        path,
        "physicalType '"
            + property.path("physicalType").asText()
            + "' is not one of logicalType "
            + logical
            + ": "
            + String.join(", ", PHYSICAL_TYPES.get(logical)));
  }

  private List<String> timeFormats(
      JsonNode property,
      String path,
      CustomProperties custom,
      Optional<ZoneId> zone,
      BiConsumer<String, DateTimeFormatter> read) {
    JsonNode format = property.path("logicalTypeOptions").path("format");
    if (format.isMissingNode()) {
      List<String> formats = custom.formats();
      List<String> fitting =
          formats.stream().filter(f -> formatProblem(property, f, read).isEmpty()).toList();
      // What is said further out is of several types.
      if (custom.hasOwnFormats()) {
        formats.forEach(f -> formatProblem(property, f, read).ifPresent(p -> problem(path, p)));
      }
      TimeFormats.ambiguous(fitting, zone).ifPresent(p -> problem(path, p));
      return fitting;
    }
    if (custom.hasOwnFormats()) {
      problem(path, "has both 'format' and customProperties 'formats'; keep one");
    }
    patternProblem(property, format.asText(), read).ifPresent(p -> problem(path, p));
    return List.of(format.asText());
  }

  private static Optional<String> formatProblem(
      JsonNode property, String format, BiConsumer<String, DateTimeFormatter> read) {
    if (format.equals(TimeFormats.ISO)) {
      return Optional.empty();
    }
    if (format.equals(TimeFormats.EPOCH_SECONDS) || format.equals(TimeFormats.EPOCH_MILLIS)) {
      return property.path("logicalType").asText().equals("date")
          ? Optional.of("format '" + format + "' is one of a timestamp, not of a date")
          : Optional.empty();
    }
    return patternProblem(property, format, read);
  }

  private static Optional<String> patternProblem(
      JsonNode property, String pattern, BiConsumer<String, DateTimeFormatter> read) {
    try {
      // What it writes it must read; a timestamp's without hours does not.
      DateTimeFormatter formatter = Times.formatter(pattern);
      read.accept(formatter.format(TimeFormats.SAMPLE), formatter);
      return Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.of(
          "format '%s' is no java.time pattern of a %s: %s"
              .formatted(pattern, property.path("logicalType").asText(), e.getMessage()));
    }
  }

  private ZoneId zone(JsonNode options, String path) {
    JsonNode asked = options.path("defaultTimezone");
    try {
      return asked.isMissingNode() ? ZoneOffset.UTC : ZoneId.of(asked.asText()).normalized();
    } catch (DateTimeException e) {
      problem(
          path,
          "defaultTimezone '"
              + asked.asText()
              + "' is no zone; name one such as Europe/Berlin, UTC or +05:30");
      return ZoneOffset.UTC;
    }
  }

  private <T extends Comparable<T>> FieldType.Bounds<T> bounds(
      JsonNode property, String path, Function<String, T> parse) {
    JsonNode options = property.path("logicalTypeOptions");
    T least = bound(options, path, "minimum", parse);
    T above = bound(options, path, "exclusiveMinimum", parse);
    T most = bound(options, path, "maximum", parse);
    T below = bound(options, path, "exclusiveMaximum", parse);
    if ((least != null && above != null) || (most != null && below != null)) {
      problem(path, "has both an inclusive and an exclusive limit on one side; keep one");
    }
    T low = above == null ? least : above;
    T high = below == null ? most : below;
    if (low != null && high != null && low.compareTo(high) > 0) {
      problem(path, "its minimum is above its maximum");
    }
    return new FieldType.Bounds<>(low, high, above != null, below != null);
  }

  private <T> T bound(JsonNode options, String path, String key, Function<String, T> parse) {
    if (!options.has(key)) {
      return null;
    }
    try {
      return parse.apply(options.get(key).asText());
    } catch (NumberFormatException | DateTimeException e) {
      problem(
          path,
          key + " '" + options.get(key).asText() + "' is not a value of its type" + Times.why(e));
      return null;
    }
  }

  private int count(JsonNode options, String path, String key, int standard) {
    JsonNode value = options.path(key);
    if (value.isMissingNode()) {
      return standard;
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
      problem(path, key + " is '" + value.asText() + "', must be a whole number of 0 or more");
      return standard;
    }
    return value.intValue();
  }

  private boolean flag(JsonNode property, String path, String key) {
    JsonNode value = property.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      problem(path, key + " is '" + value.asText() + "', must be true or false");
    }
    return value.asBoolean(false);
  }

  private List<Rule> rules(JsonNode object, String variant, FieldType.Group record) {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode quality : list(object, "", "quality")) {
      String name = quality.path("name").asText(quality.path("description").asText("row rule"));
      String where = "quality '" + name + "'";
      keys(quality, where, QUALITY_KEYS);
      if (!isRowRule(quality)) {
        continue;
      }
      Rule rule = new Rule(name, quality.path("implementation").asText(), variant);
      Optional<Expression> expression =
          parsed(() -> new CatalystSqlParser().parseExpression(rule.expression()));
      if (expression.isEmpty()) {
        problem(where, "'" + rule.expression() + "' is no Spark SQL expression");
        continue;
      }
      for (String column : unknownColumns(expression.get(), record)) {
        problem(where, "names column '" + column + "', which the contract does not have");
      }
      rules.add(rule);
    }
    return rules;
  }

  private static boolean isRowRule(JsonNode quality) {
    return quality.path("type").asText().equals("custom")
        && quality.path("engine").asText().equalsIgnoreCase("sparkSql");
  }

  private static Set<String> unknownColumns(Expression expression, FieldType.Group record) {
    Set<String> unknown = new LinkedHashSet<>();
    Set<String> columns = record.fields().stream().map(Field::name).collect(Collectors.toSet());
    unknownColumns(expression, columns, unknown);
    return unknown;
  }

  private static void unknownColumns(Expression at, Set<String> known, Set<String> unknown) {
    variable(at).filter(name -> !known.contains(name)).ifPresent(unknown::add);
    Set<String> inside = known;
    if (at instanceof LambdaFunction lambda) {
      inside = new HashSet<>(known);
      for (NamedExpression argument : CollectionConverters.asJava(lambda.arguments())) {
        inside.add(argument.name());
      }
    }
    for (Expression child : CollectionConverters.asJava(at.children())) {
      unknownColumns(child, inside, unknown);
    }
  }

  /** The column or lambda variable that the expression is; a bare current_date is a function. */
  private static Optional<String> variable(Expression at) {
    Seq<String> name = null;
    if (at instanceof UnresolvedAttribute column) {
      name = column.nameParts();
    } else if (at instanceof UnresolvedNamedLambdaVariable variable) {
      name = variable.nameParts();
    }
    return name == null || LiteralFunctionResolution.resolve(name).isDefined()
        ? Optional.empty()
        : Optional.of(name.head());
  }

  /** What Spark's parser makes of a text; empty for an error, which it throws undeclared. */
  private static <T> Optional<T> parsed(Callable<T> parse) {
    try {
      return Optional.of(parse.call());
    } catch (Exception e) {
      return Optional.empty();
    }
  }

  private JsonNode options(JsonNode property, String path, List<String> allowed) {
    JsonNode options = property.path("logicalTypeOptions");
    if (!options.isMissingNode() && !options.isObject()) {
      problem(path, "logicalTypeOptions must be a mapping of options");
    }
    options
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!allowed.contains(key)) {
                problem(
                    path,
                    "logicalTypeOptions."
                        + key
                        + " has no meaning for logicalType "
                        + property.path("logicalType").asText()
                        + (allowed.isEmpty() ? "; it takes none" : Nearest.hint(key, allowed)));
              }
            });
    return options;
  }

  /** The elements of a list, which may be left out. */
  private JsonNode list(JsonNode node, String path, String key) {
    JsonNode list = node.path(key);
    if (list.isMissingNode() || list.isArray()) {
      return list;
    }
    problem(path, "'" + key + "' must be a list");
    return MissingNode.getInstance();
  }

  private void keys(JsonNode node, String path, List<String> known) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problem(path, "unknown key '" + key + "'" + Nearest.hint(key, known));
              }
            });
  }

  /** A text that records are compared with: what YAML makes of NO or 1.10 is none. */
  private String quoted(JsonNode node, String path, String key, String standard) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isTextual()) {
      problem(path, key + " is no text (" + value + "); put it in quotes");
    }
    return value.asText(standard);
  }

  private String name(JsonNode node, String path) {
    return required(quoted(node, path, "name", ""), path, "name");
  }

  private String text(JsonNode node, String path, String key) {
    return required(node.path(key).asText(""), path, key);
  }

  private String required(String value, String path, String key) {
    if (value.isEmpty()) {
      problem(path, "'" + key + "' is missing");
    }
    return value;
  }

  private void problem(String path, String what) {
    String where = path.endsWith(".") ? path.substring(0, path.length() - 1) : path;
    problems.add(
        OneLine.of("contract " + document + ": " + (where.isEmpty() ? "" : where + ": ") + what));
  }

  private static List<String> words(String words) {
    return List.of(words.split(" "));
  }
}
