package io.github.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** Binds a tree to a record component by component, so that every wrong key is told at once. */
final class RecordBinder {
  private final List<String> problems;

  RecordBinder(List<String> problems) {
    this.problems = problems;
  }

  <C extends Record> Optional<C> bind(Class<C> type, ObjectNode tree) {
    C bound = type.cast(record(type, tree, ""));
    List<String> told = List.copyOf(problems);
    validate(bound).stream()
        // What could not be bound has been told, and is not missing.
        .filter(problem -> told.stream().noneMatch(t -> t.startsWith(keyOf(problem))))
        .forEach(problems::add);
    return Optional.of(bound);
  }

  private Object record(Class<?> type, ObjectNode tree, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> known = Arrays.stream(components).map(RecordComponent::getName).toList();
    tree.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(prefix + key + ": unknown key" + Nearest.hint(key, known));
              }
            });
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = component(components[i], tree, prefix + components[i].getName());
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      java.lang.reflect.Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("configuration record " + type.getName(), e);
    }
  }

  private Object component(RecordComponent component, ObjectNode tree, String path) {
    JsonNode node = tree.path(component.getName());
    boolean absent = node.isMissingNode() || node.isNull();
    if (component.getType().isRecord()) {
      if (!absent && !node.isObject()) {
        problems.add(path + ": is '" + node.asText() + "', must be a mapping with keys of its own");
      }
      ObjectNode inner = node instanceof ObjectNode object ? object : tree.objectNode();
      return record(component.getType(), inner, path + ".");
    }
    return absent ? null : leaf(component, node, path);
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
                .formatted(path, node.asText(), String.join(", ", names)));
        return null;
      }
    }
    try {
      return ConfigLoader.YAML.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      String remedy =
          e.getCause() instanceof IllegalArgumentException told
              ? told.getMessage()
              : "must be " + described(type);
      problems.add("%s: is '%s', %s".formatted(path, shown(node, path), remedy));
      return null;
    }
  }

  private static String described(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw == Boolean.class) {
      return "true or false";
    }
    if (raw == Integer.class || raw == Long.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(raw)) {
      return "a number";
    }
    if (type.isMapLikeType()) {
      return "a mapping";
    }
    return type.isCollectionLikeType() ? "a list" : "text";
  }

  private static String shown(JsonNode node, String path) {
    String text = node.isValueNode() ? node.asText() : node.toString();
    return Secrets.isSecret(path) ? Secrets.MASK : text;
  }

  private static String keyOf(String problem) {
    return problem.substring(0, problem.indexOf(':') + 1);
  }

  private static <C> List<String> validate(C bound) {
    try (ValidatorFactory factory =
        Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()) {
      Validator validator = factory.getValidator();
      return validator.validate(bound).stream()
          .sorted(Comparator.comparing(v -> v.getPropertyPath().toString()))
          .map(RecordBinder::message)
          .toList();
    }
  }

  private static String message(ConstraintViolation<?> violation) {
    String path = violation.getPropertyPath().toString();
    Object value = violation.getInvalidValue();
    String shown =
        value == null || value.toString().isBlank()
            ? ""
            : "is '" + (Secrets.isSecret(path) ? Secrets.MASK : value) + "', ";
    return path + ": " + shown + violation.getMessage();
  }
}
