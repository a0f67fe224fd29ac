package io.github.millrace.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.millrace.config.Nearest;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a document says in {@code customProperties}: what ODCS has no word for. What is said of the
 * contract or of an object holds for all fields inside, unless they say otherwise.
 */
final class CustomProperties {
  private static final String ALIASES = "aliases";
  private static final String VARIANT_BY = "variantBy";
  private static final String NULL_VALUES = "nullValues";
  private static final String TRUE_VALUES = "trueValues";
  private static final String FALSE_VALUES = "falseValues";
  private static final String LENIENT = "lenient";
  private static final String STRIP = "strip";
  private static final String FORMATS = "formats";
  private static final String SCALE = "scale";
  private static final String ROUNDING = "rounding";

  private static final List<String> OURS =
      List.of(
          ALIASES,
          VARIANT_BY,
          NULL_VALUES,
          TRUE_VALUES,
          FALSE_VALUES,
          LENIENT,
          STRIP,
          FORMATS,
          SCALE,
          ROUNDING);

  /** Of one field alone. */
  private static final List<String> OF_A_FIELD = List.of(ALIASES, SCALE);

  private static final Map<String, RoundingMode> ROUNDINGS =
      Map.of(
          "halfUp", RoundingMode.HALF_UP,
          "halfEven", RoundingMode.HALF_EVEN,
          "halfDown", RoundingMode.HALF_DOWN,
          "up", RoundingMode.UP,
          "down", RoundingMode.DOWN,
          "ceiling", RoundingMode.CEILING,
          "floor", RoundingMode.FLOOR);

  /** Where in a document they stand. */
  enum Level {
    CONTRACT,
    OBJECT,
    PROPERTY,
    ITEMS
  }

  private final Level level;
  private final String path;
  private final BiConsumer<String, String> problems;
  private final Map<String, Object> own = new HashMap<>();
  private final Map<String, Object> inherited;

  private CustomProperties(
      Level level,
      String path,
      Map<String, Object> inherited,
      BiConsumer<String, String> problems) {
    this.level = level;
    this.path = path;
    this.inherited = inherited;
    this.problems = problems;
  }

  /**
   * Those of a contract.
   *
   * @param problems receives path and text of each
   */
  static CustomProperties ofContract(JsonNode root, BiConsumer<String, String> problems) {
    return new CustomProperties(Level.CONTRACT, "", Map.of(), problems).read(root);
  }

  /** Those of what stands inside of this. */
  CustomProperties inside(JsonNode node, Level newLevel, String newPath) {
    Map<String, Object> all = new HashMap<>(inherited);
    all.putAll(own);
    all.keySet().removeAll(OF_A_FIELD);
    all.remove(VARIANT_BY);
    return new CustomProperties(newLevel, newPath, all, problems).read(node);
  }

  private CustomProperties read(JsonNode node) {
    JsonNode list = node.path("customProperties");
    if (!list.isMissingNode() && !list.isArray()) {
      problem("'customProperties' must be a list of property and value");
      return this;
    }
    for (JsonNode entry : list) {
      String name = entry.path("property").asText("");
      if (OURS.contains(name)) {
        take(name, entry.path("value"));
      } else if (name.isEmpty()) {
        problem("customProperties has an entry without 'property'");
      } else {
        Nearest.of(name, OURS)
            .ifPresent(
                near ->
                    problem(
                        "customProperties: unknown '%s', did you mean '%s'?"
                            .formatted(name, near)));
      }
    }
    return this;
  }

  private void take(String name, JsonNode value) {
    boolean fits =
        switch (name) {
          case VARIANT_BY -> level == Level.CONTRACT;
          case ALIASES -> level == Level.PROPERTY;
          case SCALE -> level == Level.PROPERTY || level == Level.ITEMS;
          default -> true;
        };
    if (!fits) {
      problem(
          "customProperties: '%s' has no meaning here; it belongs to %s"
              .formatted(name, name.equals(VARIANT_BY) ? "the contract" : "a property"));
    } else if (own.containsKey(name)) {
      problem("customProperties: '" + name + "' stands twice");
    } else {
      own.put(name, read(name, value));
    }
  }

  /** The value, which is read where it is said, whether or not a field inside uses it. */
  private Object read(String name, JsonNode value) {
    return switch (name) {
      case VARIANT_BY -> readField(value);
      case LENIENT -> readFlag(name, value);
      case STRIP -> readPattern(name, value);
      case SCALE -> readScale(value);
      case ROUNDING -> readRounding(value);
      case FORMATS -> readFormats(value);
      default -> readTexts(name, value);
    };
  }

  /** Tells what is said of a field itself and means nothing for its type. */
  void checkMeaning(FieldType type) {
    if (type instanceof FieldType.Group || type instanceof FieldType.Many) {
      return; // it is said of the fields inside
    }
    if (!(type instanceof FieldType.Bool)) {
      meaningless(TRUE_VALUES, "boolean");
      meaningless(FALSE_VALUES, "boolean");
    }
    if (!(type instanceof FieldType.Day) && !(type instanceof FieldType.Instant)) {
      meaningless(FORMATS, "date or timestamp");
    }
    if (!(type instanceof FieldType.Exact)) {
      meaningless(SCALE, "number with physicalType DECIMAL");
      meaningless(ROUNDING, "number with physicalType DECIMAL");
    }
  }

  private void meaningless(String name, String type) {
    if (own.containsKey(name)) {
      problem("customProperties: '%s' has a meaning for logicalType %s only".formatted(name, type));
    }
  }

  Spelling spelling() {
    return new Spelling(
        texts(NULL_VALUES), Boolean.TRUE.equals(value(LENIENT)), (Pattern) value(STRIP));
  }

  List<String> aliases() {
    return texts(ALIASES);
  }

  List<String> trueValues() {
    return texts(TRUE_VALUES);
  }

  List<String> falseValues() {
    return texts(FALSE_VALUES);
  }

  List<String> formats() {
    return texts(FORMATS);
  }

  /** Whether the formats are said here, and not further out. */
  boolean hasOwnFormats() {
    return own.containsKey(FORMATS);
  }

  /** The field's name; null if there is none. */
  String variantBy() {
    return (String) value(VARIANT_BY);
  }

  int scale() {
    return value(SCALE) instanceof Integer scale ? scale : 0;
  }

  /** How to round; null for not at all. */
  RoundingMode rounding() {
    return (RoundingMode) value(ROUNDING);
  }

  private List<String> texts(String name) {
    return value(name) instanceof List<?> texts
        ? texts.stream().map(String.class::cast).toList()
        : List.of();
  }

  private Object value(String name) {
    return own.getOrDefault(name, inherited.get(name));
  }

  private String readField(JsonNode value) {
    if (!value.isTextual() || value.textValue().isEmpty()) {
      problem("customProperties: 'variantBy' must be the name of a field");
    }
    return value.asText();
  }

  private Integer readScale(JsonNode value) {
    if (value.isInt() && value.intValue() >= 1 && value.intValue() <= 38) {
      return value.intValue();
    }
    problem(
        "customProperties: 'scale' is '%s', must be the number of decimals, from 1 to 38"
            .formatted(value.asText()));
    return null;
  }

  private RoundingMode readRounding(JsonNode value) {
    RoundingMode mode = ROUNDINGS.get(value.asText());
    if (mode == null) {
      problem(
          "customProperties: 'rounding' is '%s'%s"
              .formatted(
                  value.asText(),
                  Nearest.hint(value.asText(), ROUNDINGS.keySet().stream().sorted().toList())));
    }
    return mode;
  }

  private Boolean readFlag(String name, JsonNode value) {
    if (!value.isBoolean()) {
      problem(
          "customProperties: '%s' is '%s', must be true or false".formatted(name, value.asText()));
    }
    return value.asBoolean();
  }

  private Pattern readPattern(String name, JsonNode value) {
    if (!value.isTextual()) {
      problem("customProperties: '%s' is no text (%s); put it in quotes".formatted(name, value));
      return null;
    }
    try {
      return Pattern.compile(value.asText());
    } catch (PatternSyntaxException e) {
      problem(
          "customProperties: '%s' is '%s', which does not compile: %s at index %d"
              .formatted(name, value.asText(), e.getDescription(), e.getIndex()));
      return null;
    }
  }

  /** Those of a field are looked at with its type; what is said further out may fit none. */
  private List<String> readFormats(JsonNode value) {
    List<String> formats = readTexts(FORMATS, value);
    if (level == Level.CONTRACT || level == Level.OBJECT) {
      formats.stream()
          .filter(format -> !TimeFormats.isKnown(format))
          .forEach(
              format ->
                  problem("customProperties: format '" + format + "' is no java.time pattern"));
    }
    return formats;
  }

  private List<String> readTexts(String name, JsonNode value) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value.isArray() ? value : List.of(value)) {
      if (text.isTextual()) {
        texts.add(text.asText());
      } else {
        // YAML has made another value of NULL, no, 1.0 or 007, whose spelling is gone.
        problem(
            "customProperties: '%s' has a value that is no text (%s); put it in quotes"
                .formatted(name, text));
      }
    }
    return texts;
  }

  private void problem(String what) {
    problems.accept(path, what);
  }
}
