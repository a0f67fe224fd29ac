package io.github.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.NotBlank;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** Binds a tree to a record component by component, so that every wrong key is reported at once. */
final class RecordBinder {
  private final Configuration hadoop;
  private final List<String> problems;

  RecordBinder(Configuration hadoop, List<String> problems) {
    this.hadoop = hadoop;
    this.problems = problems;
  }

  <C extends Record> C bind(Class<C> type, ObjectNode tree) {
    C bound = type.cast(record(type, tree, ""));
    List<String> reported = List.copyOf(problems);
    validate(bound).stream()
        // What could not be bound has been reported, and is not missing; nor is what lies in it.
        .filter(
            problem ->
                reported.stream().noneMatch(r -> (keyOf(problem) + ".").startsWith(keyOf(r) + ".")))
        .forEach(problems::add);
    return bound;
  }

  private Object record(Class<?> type, ObjectNode tree, String prefix) {
    List<String> known = ConfigKeys.of(type).stream().map(RecordComponent::getName).toList();
    tree.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(prefix + key + ": unknown key" + Nearest.hint(key, known));
              }
            });
    return instance(type, tree, prefix);
  }

  private Object instance(Class<?> type, ObjectNode tree, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] =
          ConfigKeys.isUnwrapped(components[i])
              ? instance(components[i].getType(), tree, prefix)
              : component(components[i], tree, prefix + components[i].getName());
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      Object written = constructor.newInstance(values);
      // Only the record knows which defaults it has.
      return seeLocations(components, written, values) ? constructor.newInstance(values) : written;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("configuration record " + type.getName(), e);
    }
  }

  /** Puts the locations of a record among the values, with what their paths depend on. */
  private boolean seeLocations(RecordComponent[] components, Object written, Object[] values)
      throws ReflectiveOperationException {
    boolean any = false;
    for (int i = 0; i < components.length; i++) {
      if (components[i].getType() == Location.class) {
        Method accessor = components[i].getAccessor();
        accessor.setAccessible(true);
        Location location = (Location) accessor.invoke(written);
        values[i] = location == null ? null : location.seenWith(hadoop);
        any = true;
      }
    }
    return any;
  }

  private Object component(RecordComponent component, ObjectNode tree, String path) {
    JsonNode node = tree.path(component.getName());
    boolean absent = node.isMissingNode() || node.isNull();
    if (component.getType().isRecord()) {
      return record(component.getType(), mapping(node, path), path + ".");
    }
    Class<?> named = ConfigKeys.namedRecord(component);
    if (named != null && !absent) {
      Map<String, Object> records = new LinkedHashMap<>();
      mapping(node, path)
          .properties()
          .forEach(
              entry -> {
                String inner = path + "." + entry.getKey();
                records.put(
                    entry.getKey(), record(named, mapping(entry.getValue(), inner), inner + "."));
              });
      return records;
    }
    return absent ? null : leaf(component, node, path);
  }

  /** A node as a mapping; an empty one for nothing, and for what is none. */
  private ObjectNode mapping(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    if (!node.isMissingNode() && !node.isNull()) {
      problems.add(
          "%s: is '%s', must be a mapping with keys of its own"
              .formatted(path, Secrets.shown(node, path)));
    }
    return ConfigLoader.YAML.createObjectNode();
  }

  private Object leaf(RecordComponent component, JsonNode node, String path) {
    JavaType type = ConfigLoader.YAML.constructType(component.getGenericType());
    if (type.isEnumType()) {
      List<String> names =
          Arrays.stream(type.getRawClass().getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .toList();
      if (!names.contains(node.asText().toLowerCase(Locale.ROOT))) {
        problems.add(
            "%s: is '%s', must be one of %s"
                .formatted(path, Secrets.shown(node, path), String.join(", ", names)));
        return null;
      }
    }
    try {
      return ConfigLoader.YAML.treeToValue(type.isMapLikeType() ? flat(node) : node, type);
    } catch (JsonProcessingException e) {
      String remedy =
          e.getCause() instanceof IllegalArgumentException illegal
              ? illegal.getMessage()
              : "must be "
                  + described(type)
                  + (ConfigLoader.isText(type.getRawClass()) ? "; put it in quotes" : "");
      problems.add("%s: is '%s', %s".formatted(path, Secrets.shown(node, path), remedy));
      return null;
    }
  }

  private static String described(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw == Boolean.class) {
      return "true or false";
    }
    if (raw == Integer.class) {
      return "a whole number up to " + Integer.MAX_VALUE;
    }
    if (raw == Long.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(raw)) {
      return "a number";
    }
    if (type.isMapLikeType()) {
      return "a mapping; each value must be " + described(type.getContentType());
    }
    if (type.isCollectionLikeType()) {
      return "a list; each item must be " + described(type.getContentType());
    }
    return "text";
  }

  /** A map's keys may have dots, which an override's path takes for levels. */
  private static JsonNode flat(JsonNode node) {
    if (!(node instanceof ObjectNode tree)) {
      return node;
    }
    ObjectNode flat = tree.objectNode();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (flat(entry.getValue()) instanceof ObjectNode inner) {
        inner.properties().forEach(e -> flat.set(entry.getKey() + "." + e.getKey(), e.getValue()));
      } else {
        flat.set(entry.getKey(), entry.getValue());
      }
    }
    return flat;
  }

  private static String keyOf(String problem) {
    return problem.substring(0, Math.max(0, problem.indexOf(':')));
  }

  private static <C> List<String> validate(C bound) {
    HibernateValidatorConfiguration configuration =
        Validation.byProvider(HibernateValidator.class).configure();
    ConstraintMapping mapping = configuration.createConstraintMapping();
    mapping
        .constraintDefinition(NotBlank.class)
        .validateType(Location.class)
        .with(location -> location != null && !location.isBlank());
    try (ValidatorFactory factory =
        configuration
            .ignoreXmlConfiguration()
            .messageInterpolator(new ParameterMessageInterpolator())
            .addMapping(mapping)
            .buildValidatorFactory()) {
      Validator validator = factory.getValidator();
      return validator.validate(bound).stream()
          .map(violation -> message(bound.getClass(), violation))
          .sorted()
          .toList();
    }
  }

  private static String message(Class<?> type, ConstraintViolation<?> violation) {
    String path = ConfigKeys.path(type, violation.getPropertyPath().toString());
    Object value = violation.getInvalidValue();
    if (value == null || value.toString().isBlank()) {
      return path + ": " + violation.getMessage();
    }
    JsonNode node = ConfigLoader.YAML.valueToTree(value);
    return "%s: is '%s', %s".formatted(path, Secrets.shown(node, path), violation.getMessage());
  }
}
