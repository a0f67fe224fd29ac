package io.github.millrace.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The keys of a configuration record: its components, where one that is {@link JsonUnwrapped}
 * stands for its own, so that jobs share keys and not a level.
 */
final class ConfigKeys {
  private ConfigKeys() {}

  static List<RecordComponent> of(Class<?> type) {
    List<RecordComponent> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (isUnwrapped(component)) {
        keys.addAll(of(component.getType()));
      } else {
        keys.add(component);
      }
    }
    return keys;
  }

  static boolean isUnwrapped(RecordComponent component) {
    return component.getAccessor().isAnnotationPresent(JsonUnwrapped.class);
  }

  /** The record that a mapping has under each of its names; null for any other component. */
  static Class<?> namedRecord(RecordComponent component) {
    if (component.getType() == Map.class
        && component.getGenericType() instanceof ParameterizedType map
        && map.getActualTypeArguments()[1] instanceof Class<?> value
        && value.isRecord()) {
      return value;
    }
    return null;
  }

  /** The key of a property that a path of components leads to, such as {@code feeds[a].topic}. */
  static String path(Class<?> type, String properties) {
    String[] names = properties.split("\\.", 2);
    int bracket = names[0].indexOf('[');
    String name = bracket < 0 ? names[0] : names[0].substring(0, bracket);
    String key = bracket < 0 ? name : name + "." + names[0].substring(bracket + 1).replace("]", "");
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(name) && names.length == 2) {
        Class<?> named = namedRecord(component);
        String inner = path(named == null ? component.getType() : named, names[1]);
        return isUnwrapped(component) ? inner : key + "." + inner;
      }
    }
    return properties;
  }
}
