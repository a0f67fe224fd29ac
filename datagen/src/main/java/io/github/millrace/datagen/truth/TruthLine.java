package io.github.millrace.datagen.truth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.millrace.datagen.record.Labelled;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One object of a truth file as it is read. Each field is taken once, so that what nobody takes is
 * found; a field that is null is not there.
 */
public final class TruthLine {
  private final String kind;
  private final Map<String, Object> fields;

  private TruthLine(String kind, Map<String, Object> fields) {
    this.kind = kind;
    this.fields = fields;
  }

  /** Makes a value of a line. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(TruthLine line) throws IOException;
  }

  /** Takes a number that must be there. */
  public long number(String field) throws IOException {
    return required(field, optionalNumber(field).stream().boxed().findFirst());
  }

  /** Takes a number. */
  public OptionalLong optionalNumber(String field) {
    Object value = fields.remove(field);
    return value == null ? OptionalLong.empty() : OptionalLong.of((long) value);
  }

  /** Takes a text that must be there. */
  public String text(String field) throws IOException {
    return required(field, optionalText(field));
  }

  /** Takes a text. */
  public Optional<String> optionalText(String field) {
    return Optional.ofNullable((String) fields.remove(field));
  }

  /** Takes the constant whose label must be there. */
  public <E extends Enum<E> & Labelled> E label(Class<E> type, String field) throws IOException {
    return required(field, optionalLabel(type, field));
  }

  /** Takes the constant whose label is there. */
  public <E extends Enum<E> & Labelled> Optional<E> optionalLabel(Class<E> type, String field)
      throws IOException {
    Optional<String> label = optionalText(field);
    Optional<E> constant = label.flatMap(text -> Labelled.find(type, text));
    if (label.isPresent() && constant.isEmpty()) {
      throw new IOException("Unknown " + field + " " + label.get() + " of a " + kind);
    }
    return constant;
  }

  /** Takes a flag; one that is not there is false. */
  public boolean flag(String field) {
    return Boolean.TRUE.equals(fields.remove(field));
  }

  /** Takes an object of numbers that must be there. */
  @SuppressWarnings("unchecked") // no other object is read
  public Map<String, Long> counts(String field) throws IOException {
    return required(field, Optional.ofNullable((Map<String, Long>) fields.remove(field)));
  }

  /** Takes an object of texts that must be there. */
  @SuppressWarnings("unchecked") // no other object is read
  public Map<String, String> texts(String field) throws IOException {
    return required(field, Optional.ofNullable((Map<String, String>) fields.remove(field)));
  }

  /** Reads the object that the parser stands at, and makes its value. */
  static <T> T read(JsonParser json, String kind, Reader<T> reader) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      fields.put(json.currentName(), value(json));
    }
    T value = reader.read(new TruthLine(kind, fields));
    fields.values().removeAll(Collections.singleton(null));
    if (!fields.isEmpty()) {
      throw new IOException("Unknown " + kind + " field " + fields.keySet().iterator().next());
    }
    return value;
  }

  private <T> T required(String field, Optional<T> value) throws IOException {
    return value.orElseThrow(() -> new IOException("A " + kind + " has no field " + field));
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.nextToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> json.getLongValue();
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          object.put(json.currentName(), value(json));
        }
        yield object;
      }
      default -> json.getText();
    };
  }
}
